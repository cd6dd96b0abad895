import Optimization

/// Tries every point of a small all-integer model: slow, plain, and so the judge of everything faster.
///
/// A one-hot group counts as one choice among its members, any other variable as a choice among the whole
/// numbers between its bounds. Nothing is pruned; every point is judged by
/// `MixedIntegerModel.check(values:)`.
public struct BruteForce: Hashable, Sendable {
    /// Most points to try before giving up.
    public var pointLimit: Int
    /// What counts as satisfied.
    public var tolerance: AnswerTolerance

    /// Makes an oracle.
    /// - Parameters:
    ///   - pointLimit: most points to try, at least 1.
    ///   - tolerance: what counts as satisfied.
    public init(pointLimit: Int = 10_000_000, tolerance: AnswerTolerance = .standard) {
        self.pointLimit = pointLimit
        self.tolerance = tolerance
    }

    /// What all points together say.
    public struct Outcome: Hashable, Sendable {
        /// The best point, the first one tried among equals; nil if none satisfies the model.
        public let solution: Solution?
        /// How many points were tried.
        public let points: Int
        /// How many of them satisfy the model.
        public let feasiblePoints: Int
    }

    /// Why a model cannot be tried out.
    public enum Failure: Error, Hashable, Sendable {
        /// The model itself is wrong.
        case invalidModel(ModelError)
        /// A continuous variable has no finite set of values.
        case continuousVariable(String)
        /// An integer variable without two finite bounds has no finite set of values.
        case unboundedVariable(String)
        /// There are more points than `pointLimit`.
        case tooManyPoints(limit: Int)
    }

    /// Finds the best point of `model` by trying all.
    /// - Parameter model: all its variables integral, with finite bounds.
    /// - Returns: the best point and how many were tried. Complexity: points times non-zero coefficients.
    /// - Throws: `Failure`, before anything is tried.
    public func outcome(of model: MixedIntegerModel) throws(Failure) -> Outcome {
        do { try model.validate() } catch { throw .invalidModel(error) }
        let axes = try Self.axes(of: model)
        var points = 1
        for axis in axes {
            let (product, overflow) = points.multipliedReportingOverflow(by: axis.count)
            guard !overflow, product <= pointLimit else { throw .tooManyPoints(limit: pointLimit) }
            points = product
        }
        return outcome(of: model, axes: axes, points: points)
    }

    private func outcome(of model: MixedIntegerModel, axes: [Axis], points: Int) -> Outcome {
        var values = [Double](repeating: 0, count: model.variables.count)
        var best: (values: [Double], objective: Double)?
        var feasible = 0
        for point in 0..<points {
            // The number of the point, read in the mixed radix of the axes.
            var rest = point
            for axis in axes {
                let (quotient, place) = rest.quotientAndRemainder(dividingBy: axis.count)
                axis.write(place, to: &values)
                rest = quotient
            }
            let found = model.check(values: values, tolerance: tolerance)
            guard found.passes else { continue }
            feasible += 1
            if let best, !model.objective.sense.isBetter(found.objective, than: best.objective) { continue }
            best = (values, found.objective)
        }
        let solution = best.map { Solution(values: $0.values, objective: $0.objective, status: .optimal) }
        return Outcome(solution: solution, points: points, feasiblePoints: feasible)
    }

    private static func axes(of model: MixedIntegerModel) throws(Failure) -> [Axis] {
        var covered = [Bool](repeating: false, count: model.variables.count)
        var axes: [Axis] = []
        for group in model.oneHotGroups {
            let fixed = group.variables.contains { model.variables[$0.index].effectiveBounds != (0, 1) }
            // Members with bounds of their own are tried one by one like any other variable.
            if fixed { continue }
            for variable in group.variables { covered[variable.index] = true }
            axes.append(.choice(group.variables.map(\.index)))
        }
        for (index, variable) in model.variables.enumerated() where !covered[index] {
            guard variable.kind.isIntegral else { throw .continuousVariable(variable.name) }
            let (lower, upper) = variable.effectiveBounds
            guard lower.isFinite, upper.isFinite else { throw .unboundedVariable(variable.name) }
            axes.append(.range(index, lower: lower, count: Int(upper - lower) + 1))
        }
        return axes
    }
}

/// One independent choice.
private enum Axis {
    /// Exactly one of these variables is 1.
    case choice([Int])
    /// A variable takes `count` whole numbers from `lower` on.
    case range(Int, lower: Double, count: Int)

    var count: Int {
        switch self {
        case .choice(let members): members.count
        case .range(_, _, let count): count
        }
    }

    func write(_ place: Int, to values: inout [Double]) {
        switch self {
        case .choice(let members):
            for (option, index) in members.enumerated() { values[index] = option == place ? 1 : 0 }
        case .range(let index, let lower, _):
            values[index] = lower + Double(place)
        }
    }
}
