import Optimization

/// A solver that finds every model infeasible: a defect that a comparison must notice.
public struct Pessimist: MixedIntegerSolver {
    /// Its name.
    public var name: String { "pessimist" }

    /// Makes one.
    public init() {}

    /// Says that there is no solution.
    public func solve(
        _ model: MixedIntegerModel, options: SolveOptions
    ) throws(SolverError) -> MixedIntegerResult {
        MixedIntegerResult(
            termination: .infeasible, solution: nil, bound: nil, nodes: 0, cuts: 0, elapsed: .zero)
    }

    /// Says the same of the relaxation.
    public func relax(_ model: MixedIntegerModel, options: SolveOptions) throws(SolverError) -> Relaxation {
        Relaxation(
            termination: .infeasible, objective: nil, values: [], bound: nil, rowDuals: [],
            reducedCosts: [], elapsed: .zero)
    }
}
