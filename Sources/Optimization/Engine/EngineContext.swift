import Synchronization

/// The engine of one answer with its solver and limits, and what it reported so far.
public struct EngineContext: Sendable {
    /// The engine asked for.
    public let engine: Engine
    /// What solves masters; nil for none.
    public let solver: (any MixedIntegerSolver)?
    /// For all searches of the answer together; nil for none.
    public let timeLimit: Duration?
    @usableFromInline let start = ContinuousClock.now
    /// Ends a search early.
    public let stop: @Sendable () -> Bool
    /// Where the first incumbent of the mixed-integer engine comes from.
    @usableFromInline let mastersStart: MixedIntegerSearchOptions.Start
    /// What the searches reported so far.
    public let log = Log()

    /// Makes the context of an answer.
    /// - Parameters:
    ///   - engine: what was asked for.
    ///   - solver: solves masters; nil for none.
    ///   - timeLimit: for all searches of the answer together, from now; nil for none.
    ///   - stop: ends a search early.
    ///   - mastersStart: where the first incumbent of the mixed-integer engine comes from.
    public init(
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
    public final class Log: Sendable {
        private let state = Mutex<(account: EngineAccount?, failure: EngineError?)>((nil, nil))

        /// Everything that was reported.
        public var account: EngineAccount? { state.withLock { $0.account } }
        /// The first failure.
        public var failure: EngineError? { state.withLock { $0.failure } }

        /// Enters what a search took.
        public func add(_ account: EngineAccount) {
            state.withLock { state in
                var sum = state.account ?? account
                if state.account != nil { sum.add(account) }
                state.account = sum
            }
        }

        /// Enters a failure; the first is kept.
        public func fail(_ error: EngineError) {
            state.withLock { $0.failure = $0.failure ?? error }
        }
    }

    /// Searches a space; a failure is kept in the log and leaves this search and all later ones open.
    /// - Parameters:
    ///   - space: its tables may fill while searching.
    ///   - wanted: how many of the best candidates to keep.
    ///   - cutoff: the worst acceptable rank.
    ///   - goal: whether the best candidates are wanted or any one.
    /// - Returns: the candidates with their account.
    @inlinable public func result<Space: LinearizableSpace>(
        _ space: inout Space, wanted: Int, cutoff: Rank = .worst, goal: BranchAndBound.Goal = .best
    ) -> SearchResult<Space.Candidate> {
        // Whatever else is found, the answer is the failure.
        guard log.failure == nil else { return .unknown }
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
            return .unknown
        }
    }

    /// Enters what the engines reported.
    ///
    /// The engine is the one that searched, and where none came to it the one that was asked for.
    /// - Throws: the first failure of a search, after which nothing is proved.
    public func complete(_ certificate: inout Certificate) throws(EngineError) {
        if let failure = log.failure { throw failure }
        if engine != .auto { certificate.engine = engine.rawValue }
        if let account = log.account {
            certificate.engine = account.engine.rawValue
            certificate.engines = account
        }
    }
}
