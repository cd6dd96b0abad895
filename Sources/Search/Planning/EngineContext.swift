import MixedInteger
import Synchronization

/// The engine of one answer with its solver and limits, and what it reported so far.
package struct EngineContext: Sendable {
    /// The engine asked for.
    package let engine: Engine
    let solver: (any MixedIntegerSolver)?
    let timeLimit: Duration?
    let start = ContinuousClock.now
    /// Ends a search early.
    package let stop: @Sendable () -> Bool
    /// Where the first incumbent of the mixed-integer engine comes from.
    let mastersStart: MixedIntegerSearchOptions.Start
    let log = Log()

    /// Makes the context of an answer.
    /// - Parameters:
    ///   - engine: what was asked for.
    ///   - solver: solves masters; nil for none.
    ///   - timeLimit: for all searches of the answer together, from now; nil for none.
    ///   - stop: ends a search early.
    ///   - mastersStart: where the first incumbent of the mixed-integer engine comes from.
    package init(
        engine: Engine, solver: (any MixedIntegerSolver)?, timeLimit: Duration?,
        stop: @escaping @Sendable () -> Bool, mastersStart: MixedIntegerSearchOptions.Start = .dive
    ) {
        self.engine = engine
        self.solver = solver
        self.timeLimit = timeLimit
        self.stop = stop
        self.mastersStart = mastersStart
    }

    /// Collects what the searches of one answer report.
    final class Log: Sendable {
        private let state = Mutex<(account: EngineAccount?, failure: EngineError?)>((nil, nil))

        /// Everything that was reported.
        var account: EngineAccount? { state.withLock { $0.account } }
        /// The first failure.
        var failure: EngineError? { state.withLock { $0.failure } }

        func add(_ account: EngineAccount) {
            state.withLock { state in
                var sum = state.account ?? account
                if state.account != nil { sum.add(account) }
                state.account = sum
            }
        }

        func fail(_ error: EngineError) {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    /// Searches a space; a failure is kept in the log and leaves the search open.
    /// - Parameters:
    ///   - space: its tables may fill while searching.
    ///   - wanted: how many of the best candidates to keep.
    ///   - cutoff: the worst acceptable rank.
    ///   - goal: whether the best candidates are wanted or any one.
    /// - Returns: the candidates with their account.
    package func result<Space: LinearizableSpace>(
        _ space: inout Space, wanted: Int, cutoff: Rank = .worst, goal: BranchAndBound.Goal = .best
    ) -> SearchResult<Space.Candidate> {
        let left = timeLimit.map { max(.zero, $0 - (ContinuousClock.now - start)) }
        let search = EngineSearch(
            engine: engine, solver: solver, timeLimit: left, cutoff: cutoff, goal: goal,
            mastersStart: mastersStart, stop: stop)
        do {
            let (result, account) = try search.search(&space, wanted: wanted)
            log.add(account)
            return result
        } catch {
            log.fail(error)
            return SearchResult(best: [], account: .empty, openBound: Rank(-.infinity, 0, 0))
        }
    }

    /// Enters what the engines reported; where one failed, nothing is proved.
    package func complete(_ certificate: inout Certificate) {
        if let account = log.account {
            certificate.engine = account.engine.rawValue
            certificate.engines = account
        }
        guard let failure = log.failure else { return }
        certificate.failure = failure
        certificate.isOptimal = false
        certificate.bound = nil
        certificate.gap = nil
    }
}

extension Planner {
    /// Answers the question on the calling thread, or says why the engine asked for could not.
    /// - Returns: the best plans with their certificate, or why there is none.
    /// - Throws: ``EngineError`` where the engine has no solver, its solver failed, or two engines disagree.
    public func checkedAnswer() throws(EngineError) -> PlanningAnswer {
        let answer = answer()
        if let failure = answer.certificate.failure { throw failure }
        return answer
    }

    /// The answer with what the engines reported; an engine that failed leaves no plan.
    func completed(_ answer: PlanningAnswer, _ engines: EngineContext) -> PlanningAnswer {
        var certificate = answer.certificate
        engines.complete(&certificate)
        guard let failure = certificate.failure else {
            return PlanningAnswer(
                question: answer.question, plans: answer.plans, certificate: certificate,
                infeasibility: answer.infeasibility, notes: answer.notes)
        }
        return PlanningAnswer(
            question: answer.question, plans: [], certificate: certificate,
            infeasibility: [failure.description], notes: [])
    }
}
