/// What a space offers beyond ``SearchSpace`` so that mixed-integer programming can search it.
///
/// The space is cut into *regions*, each with an admissible bound. For a region the space writes a *master*:
/// a linear model whose optimum is never above the rank of any leaf in it. A point of the master names one
/// option on each *coupling axis* (for a training plan its five degrees); the space prices the best
/// completions of such a combination exactly, and can cut a region finer around it. The engine never looks
/// inside a region or a model, so it serves every cost model.
public protocol LinearizableSpace: SearchSpace {
    /// A part of the space.
    associatedtype Region: Sendable

    /// Regions that together hold every leaf, each leaf in at least one.
    /// - Returns: regions with their bounds, in any order.
    mutating func regions() -> [BoundedRegion<Region>]

    /// The master of a region.
    /// - Parameters:
    ///   - region: from ``regions()``, ``split(_:at:)`` or an earlier answer.
    ///   - limit: the rank above which leaves do not matter.
    /// - Returns: a master, finer regions to look at instead, or that no leaf of the region can matter.
    mutating func master(of region: Region, limit: Rank) -> MasterAnswer<Region>

    /// The rank below which no leaf of a region lies, if its master's optimum is at least a number.
    /// - Parameters:
    ///   - region: the region.
    ///   - objective: a lower bound on the master's optimum, multiplied by ``MasterProblem/unit``.
    /// - Returns: an admissible bound.
    func bound(of region: Region, objective: Double) -> Rank

    /// Cuts a region around a combination that its master proposed.
    /// - Parameters:
    ///   - region: the region.
    ///   - assignment: one option on each coupling axis.
    /// - Returns: smaller regions that together hold the region's leaves; none if it cannot be cut.
    mutating func split(_ region: Region, at assignment: [Int]) -> [BoundedRegion<Region>]

    /// Sets of coupling axes, growing, that are left open when a region that cannot be cut resists: all
    /// combinations that differ in these axes only are priced and excluded together.
    var openAxes: [Set<Int>] { get }

    /// Every combination of a region that agrees with one on all axes but some.
    /// - Parameters:
    ///   - assignment: one option on each coupling axis.
    ///   - axes: coupling axes that may differ.
    ///   - region: the region, one that cannot be cut.
    ///   - limit: the rank above which leaves do not matter.
    /// - Returns: at least every such combination that has a leaf in the region not above the limit.
    func combinations(
        like assignment: [Int], except axes: Set<Int>, in region: Region, limit: Rank
    ) -> [[Int]]

    /// Prices every leaf with a combination of the coupling axes, skipping only leaves proved above the
    /// limit, and offers them.
    /// - Parameters:
    ///   - assignment: one option on each coupling axis.
    ///   - frontier: takes the leaves; its limit may be used.
    mutating func price(_ assignment: [Int], into frontier: inout Frontier<Self>)
}

/// A region with a rank that no leaf in it is below.
public struct BoundedRegion<Region: Sendable>: Sendable {
    /// The region.
    public let region: Region
    /// Not above the rank of any leaf in it.
    public let bound: Rank

    /// Makes a pair.
    public init(_ region: Region, bound: Rank) {
        self.region = region
        self.bound = bound
    }
}

/// What a space answers when asked for a region's master.
public enum MasterAnswer<Region: Sendable>: Sendable {
    /// A model to solve.
    case problem(MasterProblem)
    /// Look at these regions instead; together they hold all leaves that matter.
    case children([BoundedRegion<Region>])
    /// No leaf of the region is below the limit.
    case nothing
}

/// A linear under-estimate of a region.
public struct MasterProblem: Sendable {
    /// Minimised; scaled so that the numbers that matter are of order one.
    public var model: MixedIntegerModel
    /// What one unit of the model's objective is in the units of the rank.
    public var unit: Double
    /// Objective of the model above which no leaf matters; nil if every leaf may.
    public var cutoff: Double?
    /// Relative gap at which the solver may stop; its bound counts, so this only trades masters for nodes.
    public var relativeGap = 0.0
    /// For each coupling axis, the expression that is 1 if an option is chosen and else 0.
    public var choices: [[Int: LinearExpression]]

    /// Makes a master.
    public init(
        model: MixedIntegerModel, unit: Double, cutoff: Double?, choices: [[Int: LinearExpression]]
    ) {
        self.model = model
        self.unit = unit
        self.cutoff = cutoff
        self.choices = choices
    }

    /// The combination that a point chooses.
    /// - Parameter values: one value a variable.
    /// - Returns: one option on each coupling axis; nil if an axis has none.
    func assignment(at values: [Double]) -> [Int]? {
        var chosen: [Int] = []
        for options in choices {
            guard let option = options.first(where: { $0.value.value(at: values) > 0.5 }) else { return nil }
            chosen.append(option.key)
        }
        return chosen
    }

    /// Forbids the combinations of a face; void where an option does not occur in the master.
    /// - Parameters:
    ///   - face: the combinations.
    ///   - name: of the row.
    /// - Returns: whether a row was added.
    mutating func exclude(_ face: MasterFace, name: String) -> Bool {
        var sum = LinearExpression()
        for axis in choices.indices where !face.open.contains(axis) {
            guard let expression = choices[axis][face.assignment[axis]] else { return false }
            sum += expression
        }
        // Options of two axes may share a column.
        model.addRow(name, sum.collectingLikeTerms() <= Double(choices.count - face.open.count - 1))
        return true
    }
}

/// The combinations that agree with one on all coupling axes but the open ones.
struct MasterFace: Hashable, Sendable {
    /// One option on each coupling axis.
    var assignment: [Int]
    /// Axes on which any option counts.
    var open: Set<Int> = []

    /// Whether a combination belongs to the face.
    func holds(_ other: [Int]) -> Bool {
        assignment.indices.allSatisfy { open.contains($0) || assignment[$0] == other[$0] }
    }
}
