/// Runs one search with the engine asked for.
public struct EngineSearch {
    @usableFromInline let engine: Engine
    @usableFromInline let solver: (any MixedIntegerSolver)?
    @usableFromInline let timeLimit: Duration?
    /// The worst acceptable rank; nothing above it is looked for.
    @usableFromInline let cutoff: Rank
    /// Whether the best candidates are wanted or any one.
    @usableFromInline let goal: BranchAndBound.Goal
    /// Where the first incumbent of the engine `mip` comes from.
    @usableFromInline let mastersStart: MixedIntegerSearchOptions.Start
    @usableFromInline let stop: @Sendable () -> Bool

    /// Takes what a search needs; see ``EngineContext``.
    public init(
        engine: Engine, solver: (any MixedIntegerSolver)?, timeLimit: Duration? = nil, cutoff: Rank = .worst,
        goal: BranchAndBound.Goal = .best, mastersStart: MixedIntegerSearchOptions.Start = .dive,
        stop: @escaping @Sendable () -> Bool
    ) {
        self.engine = engine
        self.solver = solver
        self.timeLimit = timeLimit
        self.cutoff = cutoff
        self.goal = goal
        self.mastersStart = mastersStart
        self.stop = stop
    }

    /// Relative difference of two primary ranks that counts as none.
    public static let tolerance = 1e-9

    /// Searches a space.
    /// - Parameters:
    ///   - space: its tables may fill while searching.
    ///   - wanted: how many of the best candidates to keep.
    /// - Returns: the candidates with their account, and what the engines report.
    /// - Throws: ``EngineError`` where the solver is missing or fails, or two engines disagree.
    @inlinable public func search<Space: LinearizableSpace>(
        _ space: inout Space, wanted: Int
    ) throws(EngineError) -> (result: SearchResult<Space.Candidate>, account: EngineAccount) {
        let leaves = engine == .auto ? space.leaves(under: space.root) : 0
        let choice = EngineChoice.choose(engine, leaves: leaves, hasSolver: solver != nil)
        var account = EngineAccount(engine: choice.engine, reason: choice.reason, mixedInteger: nil)
        switch choice.engine {
        case .enumerate, .auto:
            return (enumerated(&space, wanted), account)
        case .mip:
            let found = try masters(&space, wanted, start: mastersStart)
            account.mixedInteger = found.account
            return (found.asSearchResult(of: goal), account)
        case .both:
            let enumerated = enumerated(&space, wanted)
            // Cold, so that nothing of the one engine enters the other.
            let found = try masters(&space, wanted, start: .cold)
            account.mixedInteger = found.account
            try Self.compare(enumerated, found)
            return (enumerated, account)
        }
    }

    @inlinable func enumerated<Space: SearchSpace>(
        _ space: inout Space, _ wanted: Int
    ) -> SearchResult<Space.Candidate> {
        BranchAndBound.search(&space, wanted: wanted, cutoff: cutoff, goal: goal, stop: stop)
    }

    @inlinable func masters<Space: LinearizableSpace>(
        _ space: inout Space, _ wanted: Int, start: MixedIntegerSearchOptions.Start
    ) throws(EngineError) -> MixedIntegerSearchResult<Space.Candidate> {
        guard let solver else { throw .noSolver }
        var options = MixedIntegerSearchOptions()
        options.wanted = wanted
        options.cutoff = cutoff
        options.goal = goal
        options.timeLimit = timeLimit
        options.stop = stop
        options.start = start
        do { return try MixedIntegerSearch.search(&space, solver: solver, options: options) } catch {
            throw .solver(error)
        }
    }

    /// Checks one engine against the other: equal ranks where both are complete, and bounds that do not pass
    /// what the other found where one is not.
    /// - Throws: ``EngineError/disagreement(enumerate:mip:)``.
    @inlinable public static func compare<Candidate>(
        _ enumerated: SearchResult<Candidate>, _ found: MixedIntegerSearchResult<Candidate>
    ) throws(EngineError) {
        let (left, right) = (enumerated.best.map(\.rank.primary), found.best.map(\.rank.primary))
        var isSame = true
        if enumerated.isComplete, found.isComplete {
            isSame = left.count == right.count && zip(left, right).allSatisfy(isClose)
        }
        // A bound above a plan in hand is wrong whether or not the search was completed.
        if let first = left.first, !isBelow(found.bound.primary, first) { isSame = false }
        let proved = enumerated.openBound?.primary ?? left.first ?? .infinity
        if let first = right.first, !isBelow(proved, first) { isSame = false }
        guard !isSame else { return }
        throw .disagreement(
            enumerate: "\(left) (complete: \(enumerated.isComplete))",
            mip: "\(right) (bound \(found.bound.primary), complete: \(found.isComplete))")
    }

    @usableFromInline static func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= tolerance * max(abs(left), abs(right))
    }

    @usableFromInline static func isBelow(_ bound: Double, _ value: Double) -> Bool {
        bound <= value || isClose(bound, value)
    }
}
