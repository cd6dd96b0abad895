import Foundation

/// Solving from asynchronous code.
extension MixedIntegerSolver {
    /// Solves a model on a thread made for it, so that no thread of the shared pool is held.
    ///
    /// Cancelling the surrounding task stops the solve, which then returns what it has found by then with
    /// `Termination.cancelled`. Nothing limits the number of such threads: start no more solves at a time
    /// than there are cores.
    /// - Parameters:
    ///   - model: what to solve.
    ///   - options: limits, helps and watchers.
    /// - Returns: why it stopped, what was found, what is proved.
    /// - Throws: `SolverError` if there is nothing to return.
    public func solveOnOwnThread(
        _ model: MixedIntegerModel, options: SolveOptions = SolveOptions()
    ) async throws(SolverError) -> MixedIntegerResult {
        let token = CancellationToken(parent: options.cancellation)
        var watched = options
        watched.cancellation = token
        let finalOptions = watched
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<MixedIntegerResult, SolverError>, Never>) in
                let thread = Thread {
                    let outcome = Result { () throws(SolverError) -> MixedIntegerResult in
                        try self.solve(model, options: finalOptions)
                    }
                    continuation.resume(returning: outcome)
                }
                // The half megabyte a secondary thread gets on macOS is scant for a factorisation.
                thread.stackSize = 8 << 20
                thread.start()
            }
        } onCancel: {
            token.cancel()
        }
        return try outcome.get()
    }
}
