/// Limits, helps and watchers of a mixed-integer search.
public struct MixedIntegerSearchOptions: Sendable {
    /// How many of the best candidates to keep, at least 1.
    public var wanted = 1
    /// Whether the best candidates are wanted, or any one, at which the search then ends incomplete.
    public var goal = BranchAndBound.Goal.best
    /// The worst acceptable rank; nothing above it is looked for.
    public var cutoff = Rank.worst
    /// Longest search; nil for no limit.
    public var timeLimit: Duration?
    /// Stops the search from elsewhere.
    public var cancellation: CancellationToken?
    /// Asked between masters and now and then during one; true ends the search early.
    public var stop: @Sendable () -> Bool = { false }
    /// Where the first incumbent comes from.
    public var start = Start.dive
    /// Told of the proved bound and the best rank after every master.
    public var report: (@Sendable (MixedIntegerReport) -> Void)?

    /// Options without limits.
    public init() {}

    /// Where the first incumbent comes from; the proof does not depend on it.
    public enum Start: String, Hashable, Sendable, CaseIterable {
        /// From the masters alone.
        case cold
        /// From a short best-first dive through the tree, at most 256 expansions; its ranks serve as cutoff.
        case dive
    }
}

/// What is known in the middle of a mixed-integer search.
public struct MixedIntegerReport: Hashable, Sendable {
    /// No candidate is below this rank.
    public let bound: Rank
    /// The best rank so far; nil if there is none.
    public let best: Rank?
    /// What it took so far.
    public let account: MixedIntegerAccount
}

/// What a mixed-integer search took.
public struct MixedIntegerAccount: Hashable, Sendable, Codable {
    /// Masters solved.
    public var masters = 0
    /// Regions closed without a master, by their bound alone.
    public var skippedRegions = 0
    /// Branch-and-bound nodes of all masters.
    public var nodes = 0
    /// Rows that exclude combinations already priced, over all masters.
    public var cuts = 0
    /// Combinations of the coupling axes priced exactly.
    public var combinations = 0
    /// Leaves priced.
    public var leaves = 0

    /// An account of nothing.
    public init() {}

    /// Adds another search's account.
    public mutating func add(_ other: MixedIntegerAccount) {
        masters += other.masters
        skippedRegions += other.skippedRegions
        nodes += other.nodes
        cuts += other.cuts
        combinations += other.combinations
        leaves += other.leaves
    }
}

/// What a mixed-integer search found and proved.
public struct MixedIntegerSearchResult<Candidate: Sendable>: Sendable {
    /// The best candidates, best first; empty where nothing was found.
    public let best: [RankedCandidate<Candidate>]
    /// No candidate is below this rank; the best rank itself once the search is complete, and
    /// ``Rank/worst`` where it proved that there is none.
    public let bound: Rank
    /// Whether nothing is left open.
    public let isComplete: Bool
    /// What it took.
    public let account: MixedIntegerAccount
    /// Complete assignments in the space.
    public let spaceSize: Int

    /// Relative distance between the best primary rank and the proved one; nil without a candidate.
    public var gap: Double? {
        guard let best = best.first?.rank.primary else { return nil }
        return isComplete || best == 0 ? 0 : max(0, (best - max(0, bound.primary)) / best)
    }

    /// The same as the enumeration reports it: what was not priced is accounted to the masters' bounds.
    public var asSearchResult: SearchResult<Candidate> { asSearchResult(of: .best) }

    /// The same for a goal: what a search for any candidate left when it had one did not matter any more.
    @usableFromInline func asSearchResult(of goal: BranchAndBound.Goal) -> SearchResult<Candidate> {
        let rest = max(0, spaceSize - account.leaves)
        let isServed = goal == .any && !best.isEmpty
        return SearchResult(
            best: best,
            account: LeafAccount(
                spaceSize: spaceSize, evaluated: account.leaves,
                pruned: isComplete && !isServed && rest > 0 ? ["master_bound": rest] : [:],
                expandedNodes: account.nodes, unneeded: isServed ? rest : 0),
            openBound: isComplete ? nil : bound)
    }
}
