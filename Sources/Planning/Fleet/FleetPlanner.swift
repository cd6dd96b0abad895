public import Optimization

/// Shares a fleet among runs.
///
///     let answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
///     answer.schedule?.table(capacities: problem.capacities)
///
/// It blocks the calling thread until done.
public struct FleetPlanner: Sendable {
    /// Solves the models.
    public var solver: any MixedIntegerSolver
    /// Limits for all models together; the cutoff is not used.
    public var options: SolveOptions

    /// Makes a planner.
    /// - Parameters:
    ///   - solver: solves the models.
    ///   - options: limits for all models together; the cutoff is not used.
    public init(solver: any MixedIntegerSolver, options: SolveOptions = SolveOptions()) {
        self.solver = solver
        self.options = options
    }

    /// Finds the best schedule.
    /// - Parameter problem: runs and fleet.
    /// - Returns: the schedule, or what is missing, and what is proved.
    /// - Throws: `FleetError` if the problem is wrong or the solver fails.
    public func answer(to problem: FleetProblem) throws(FleetError) -> FleetAnswer {
        try problem.validate()
        let runner = ModelRunner(solver: solver, options: options, start: .now)
        var solve = FleetSolve(problem, runner: runner)
        return try solve.answer()
    }
}
