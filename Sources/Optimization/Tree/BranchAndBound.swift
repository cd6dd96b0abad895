/// Pruned exhaustive enumeration: visits every leaf of a space or proves that it need not.
///
/// Depth first, best child first. A node is discarded only when its admissible bound is *above* the rank of
/// the worst candidate wanted, so ties are always looked at and the answer is the first in the total order.
/// Sequential, hence the same answer and the same counts on every machine.
public enum BranchAndBound {
    /// What a search is for.
    public enum Goal: Hashable, Sendable {
        /// The best candidates, proved.
        case best
        /// Any candidate within the cutoff: ends at the first.
        case any
    }

    /// Searches a space.
    /// - Parameters:
    ///   - space: the tree; its tables may fill while searching.
    ///   - wanted: how many of the best candidates to keep, at least 1.
    ///   - cutoff: a rank that is known to be reachable or is the worst acceptable one; nothing above it is
    ///     looked at.
    ///   - goal: whether the best candidates are wanted or any one.
    ///   - stop: asked now and then; a true answer ends the search early with what was found.
    /// - Returns: candidates, best first, with the account of every leaf.
    @inlinable public static func search<Space: SearchSpace>(
        _ space: inout Space, wanted: Int = 1, cutoff: Rank = .worst, goal: Goal = .best,
        stop: () -> Bool = { false }
    ) -> SearchResult<Space.Candidate> {
        var frontier = Frontier<Space>(wanted: wanted, cutoff: cutoff, rules: space.pruneRules.count)
        let size = space.leaves(under: space.root)
        // Starts of the heap sections of the nodes on the current path.
        var sections = [0]
        var stopped = false
        var isServed = false
        var openBound: Rank?
        frontier.push(space.root, bound: Rank(-.infinity, -.infinity, -.infinity), rule: PruneRule(0))
        while let start = sections.last {
            guard frontier.open.count > start else {
                sections.removeLast()
                continue
            }
            if frontier.expanded & 15 == 15, stop() {
                stopped = true
                openBound = frontier.open.map(\.bound).min()
                break
            }
            if goal == .any, !frontier.best.isEmpty {
                stopped = true
                isServed = true
                openBound = Rank(-.infinity, -.infinity, -.infinity)
                break
            }
            let next = frontier.popLeast(from: start)
            if frontier.limit < next.bound {
                // The least of its heap is above the limit, so all are.
                frontier.discard(space.leaves(under: next.node), by: next.rule)
                while frontier.open.count > start, let other = frontier.dropLast() {
                    frontier.discard(space.leaves(under: other.node), by: other.rule)
                }
                continue
            }
            let section = frontier.open.count
            frontier.noteExpansion()
            space.expand(next.node, into: &frontier)
            if frontier.isInterrupted {
                stopped = true
                openBound = frontier.open.map(\.bound).reduce(next.bound, min)
                break
            }
            if frontier.open.count > section {
                frontier.heapify(from: section)
                sections.append(section)
            }
        }
        let unsettled = frontier.settle()
        if let unsettled { openBound = min(openBound ?? .worst, unsettled.bound) }
        let counts = zip(space.pruneRules, frontier.pruned).filter { $0.1 > 0 }.map { ($0.0, $0.1) }
        let seen = frontier.pruned.reduce(frontier.evaluated, +)
        return SearchResult(
            best: frontier.best.map { RankedCandidate(candidate: $0.candidate, rank: $0.rank) },
            account: LeafAccount(
                spaceSize: size, evaluated: frontier.evaluated,
                pruned: Dictionary(counts, uniquingKeysWith: +), expandedNodes: frontier.expanded,
                unneeded: isServed ? size - seen : 0, unsettled: unsettled?.leaves ?? 0),
            openBound: stopped || unsettled != nil ? openBound : nil)
    }
}

/// A leaf with its exact rank.
public struct RankedCandidate<Candidate: Sendable>: Sendable {
    /// The leaf.
    public let candidate: Candidate
    /// Its rank.
    public let rank: Rank

    /// Takes a leaf with its rank.
    @inlinable public init(candidate: Candidate, rank: Rank) {
        self.candidate = candidate
        self.rank = rank
    }
}

/// Where every leaf of one space, or of all that an answer searched, went.
public struct LeafAccount: Hashable, Sendable, Codable {
    /// Complete assignments in the space.
    public var spaceSize: Int
    /// Assignments whose price was computed.
    public var evaluated: Int
    /// Assignments discarded, by rule.
    public var pruned: [String: Int]
    /// Inner nodes expanded.
    public var expandedNodes: Int
    /// Assignments that did not matter any more: those left by searches for any plan when one was found.
    public var unneeded = 0
    /// Assignments that were looked at and could neither be priced nor discarded, or not in their best form.
    public var unsettled = 0

    /// Makes an account.
    @usableFromInline init(
        spaceSize: Int, evaluated: Int, pruned: [String: Int], expandedNodes: Int, unneeded: Int = 0,
        unsettled: Int = 0
    ) {
        self.spaceSize = spaceSize
        self.evaluated = evaluated
        self.pruned = pruned
        self.expandedNodes = expandedNodes
        self.unneeded = unneeded
        self.unsettled = unsettled
    }

    /// An account of nothing.
    public static let empty = LeafAccount(spaceSize: 0, evaluated: 0, pruned: [:], expandedNodes: 0)

    /// Assignments that should be looked at and were not, or were not settled; 0 for a complete search.
    public var open: Int { spaceSize - evaluated - unneeded - pruned.values.reduce(0, +) }

    /// Adds another search's account.
    public mutating func add(_ other: LeafAccount) {
        spaceSize += other.spaceSize
        evaluated += other.evaluated
        pruned.merge(other.pruned, uniquingKeysWith: +)
        expandedNodes += other.expandedNodes
        unneeded += other.unneeded
        unsettled += other.unsettled
    }
}

extension LeafAccount {
    /// Reads an account; one that was written before ``unneeded`` and ``unsettled`` were counted has none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        spaceSize = try values.decode(Int.self, forKey: .spaceSize)
        evaluated = try values.decode(Int.self, forKey: .evaluated)
        pruned = try values.decode([String: Int].self, forKey: .pruned)
        expandedNodes = try values.decode(Int.self, forKey: .expandedNodes)
        unneeded = try values.decodeIfPresent(Int.self, forKey: .unneeded) ?? 0
        unsettled = try values.decodeIfPresent(Int.self, forKey: .unsettled) ?? 0
    }
}

/// What a search found and what it proved.
public struct SearchResult<Candidate: Sendable>: Sendable {
    /// The best candidates, best first; empty where nothing is feasible.
    public let best: [RankedCandidate<Candidate>]
    /// Where every leaf went.
    public let account: LeafAccount
    /// For a search that was stopped, the least bound of what is still open; nil for a complete one.
    public let openBound: Rank?

    /// Takes what a search found.
    @inlinable public init(best: [RankedCandidate<Candidate>], account: LeafAccount, openBound: Rank?) {
        self.best = best
        self.account = account
        self.openBound = openBound
    }

    /// What is known of a space that could not be counted in time, or whose engine failed: nothing.
    @inlinable public static var unknown: SearchResult {
        SearchResult(best: [], account: .empty, openBound: Rank(-.infinity, 0, 0))
    }

    /// Whether every leaf was priced or discarded by proof.
    public var isComplete: Bool { openBound == nil }
}
