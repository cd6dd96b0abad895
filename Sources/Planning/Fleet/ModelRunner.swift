import Optimization

/// Solves the models of one answer within one limit of time and keeps count.
struct ModelRunner {
    let solver: any MixedIntegerSolver
    let options: SolveOptions
    let start: ContinuousClock.Instant
    private(set) var nodes = 0
    private(set) var models = 0
    private(set) var columns = 0

    init(solver: any MixedIntegerSolver, options: SolveOptions, start: ContinuousClock.Instant) {
        self.solver = solver
        self.options = options
        self.start = start
    }

    /// Whether the limit of time has passed.
    var isOver: Bool { options.timeLimit.map { .now - start >= $0 } ?? false }

    /// Solves a model in the time that is left; with none left nothing is solved.
    /// - Parameters:
    ///   - model: what to solve.
    ///   - cutoff: objective of a solution in hand; nil for none.
    /// - Returns: the solver's result.
    /// - Throws: `FleetError.solver` if the solver fails.
    mutating func solve(
        _ model: MixedIntegerModel, cutoff: Double? = nil
    ) throws(FleetError) -> MixedIntegerResult {
        if isOver {
            return MixedIntegerResult(
                termination: .timeLimit, solution: nil, bound: nil, nodes: 0, cuts: 0, elapsed: .zero)
        }
        var limits = options
        limits.cutoff = cutoff
        if let limit = options.timeLimit { limits.timeLimit = max(.zero, limit - (.now - start)) }
        models += 1
        columns = max(columns, model.variables.count)
        do {
            let result = try solver.solve(model, options: limits)
            nodes += result.nodes
            return result
        } catch {
            throw .solver(error)
        }
    }
}
