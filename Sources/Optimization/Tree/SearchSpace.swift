/// What a search engine needs to know of a cost model, and all it knows: the decisions in order, an
/// admissible bound for a prefix of them, the exact price of a complete assignment, and a total order.
///
/// A space is a tree. Its root is the undecided plan; a node fixes a prefix of the ``axes``; a leaf is a
/// complete assignment. Engines never look inside a node, so one engine serves every cost model.
public protocol SearchSpace {
    /// A prefix of decisions.
    associatedtype Node: Sendable
    /// A complete, priced assignment.
    associatedtype Candidate: Sendable

    /// Names of the decisions in the order in which nodes fix them.
    var axes: [String] { get }

    /// Names of the rules by which subtrees may be discarded; a ``PruneRule`` is an index into them.
    var pruneRules: [String] { get }

    /// The undecided plan.
    var root: Node { get }

    /// Complete assignments below a node; the root's count is the size of the space.
    mutating func leaves(under node: Node) -> Int

    /// Decides the next axis: pushes every child with an admissible bound, offers complete assignments
    /// with their price, and reports what it proves useless.
    ///
    /// Every leaf below the node is pushed (in a child), offered or discarded, exactly once. A bound is
    /// never above the rank of any completion, in floating point: it comes from the pricing function itself
    /// applied to parts that are each no larger, or is lowered by more than the rounding.
    mutating func expand(_ node: Node, into frontier: inout Frontier<Self>)

    /// The order among candidates of equal rank; with the rank it makes one total order.
    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool
}

/// Where a candidate stands: three numbers compared in sequence, smaller first.
///
/// What they are depends on the question: time, traffic and accelerators, or accelerators, time and traffic.
public struct Rank: Hashable, Sendable, Comparable {
    /// Compared first.
    public var primary: Double
    /// Compared where the first is equal.
    public var secondary: Double
    /// Compared where both are equal.
    public var tertiary: Double

    /// Makes a rank.
    @inlinable public init(_ primary: Double, _ secondary: Double, _ tertiary: Double) {
        self.primary = primary
        self.secondary = secondary
        self.tertiary = tertiary
    }

    /// Worse than any candidate.
    public static let worst = Rank(.infinity, .infinity, .infinity)

    /// Lexicographic order.
    @inlinable @inline(__always)
    public static func < (left: Rank, right: Rank) -> Bool {
        if left.primary != right.primary { return left.primary < right.primary }
        if left.secondary != right.secondary { return left.secondary < right.secondary }
        return left.tertiary < right.tertiary
    }
}

/// A rule that discards subtrees, as an index into ``SearchSpace/pruneRules``.
public struct PruneRule: Hashable, Sendable {
    /// Index of the rule.
    public let index: Int

    /// Names a rule by its index.
    @inlinable public init(_ index: Int) { self.index = index }
}
