/// Anything that solves mixed-integer linear models.
///
/// What a back end promises, and `SolverConformance` in the tests checks: models and options are validated
/// first; a solution satisfies the model within `AnswerTolerance.standard`, its integral values exactly
/// whole; a bound is valid; a limit or a cancellation keeps the best solution found; nothing is printed;
/// calls from several threads do not disturb each other.
public protocol MixedIntegerSolver: Sendable {
    /// Name and version, for reports.
    var name: String { get }

    /// Solves a model; blocks the calling thread until done.
    ///
    /// In asynchronous code it holds a thread of the shared pool.
    /// - Parameters:
    ///   - model: what to solve.
    ///   - options: limits, helps and watchers.
    /// - Returns: why it stopped, what was found, what is proved.
    /// - Throws: `SolverError` if there is nothing to return.
    func solve(_ model: MixedIntegerModel, options: SolveOptions) throws(SolverError) -> MixedIntegerResult

    /// Solves the linear relaxation of a model; blocks the calling thread until done.
    ///
    /// Of the options, only the time limit and the cancellation count.
    /// - Parameters:
    ///   - model: what to relax and solve.
    ///   - options: limits and cancellation.
    /// - Returns: the point found, the bound and the duals.
    /// - Throws: `SolverError` if there is nothing to return.
    func relax(_ model: MixedIntegerModel, options: SolveOptions) throws(SolverError) -> Relaxation
}

/// Calls without options.
extension MixedIntegerSolver {
    /// Solves a model to its optimum, without limits; blocks the calling thread until done.
    /// - Parameter model: what to solve.
    /// - Returns: why it stopped, what was found, what is proved.
    /// - Throws: `SolverError` if there is nothing to return.
    public func solve(_ model: MixedIntegerModel) throws(SolverError) -> MixedIntegerResult {
        try solve(model, options: SolveOptions())
    }

    /// Solves the linear relaxation of a model without limits; blocks the calling thread until done.
    /// - Parameter model: what to relax and solve.
    /// - Returns: the point found, the bound and the duals.
    /// - Throws: `SolverError` if there is nothing to return.
    public func relax(_ model: MixedIntegerModel) throws(SolverError) -> Relaxation {
        try relax(model, options: SolveOptions())
    }
}
