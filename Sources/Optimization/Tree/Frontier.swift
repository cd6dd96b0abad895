/// The open end of a search: nodes still to be expanded, the best candidates so far, and the account of
/// every leaf.
///
/// Children of one node form a binary heap in a section of one array, so that a node is expanded best child
/// first and nothing is allocated once the array has grown.
public struct Frontier<Space: SearchSpace> {
    @usableFromInline struct Open {
        @usableFromInline var bound: Rank
        @usableFromInline var rule: PruneRule
        @usableFromInline var node: Space.Node

        @inlinable init(bound: Rank, rule: PruneRule, node: Space.Node) {
            self.bound = bound
            self.rule = rule
            self.node = node
        }
    }

    // Stored under names of their own, since a setter cannot be inlined and hidden at once.
    @usableFromInline var limitSoFar: Rank
    @usableFromInline var priced = 0
    @usableFromInline var discarded: [Int]
    @usableFromInline var givenUp = false

    /// Candidates with their ranks, best first, at most ``wanted``.
    @usableFromInline var best: [(rank: Rank, candidate: Space.Candidate)] = []
    /// Nodes expanded.
    @usableFromInline var expanded = 0
    /// What is neither priced nor proved useless: leaves, a rank that they are not below, and the rule that
    /// discards them if that rank turns out to be above the limit.
    @usableFromInline var unsettled: [(leaves: Int, bound: Rank, rule: PruneRule)] = []
    @usableFromInline var open: [Open] = []

    /// How many candidates are kept.
    public let wanted: Int
    /// The rank that a candidate must not exceed: that of the last one wanted, or the cutoff.
    @inlinable public var limit: Rank { limitSoFar }
    /// Leaves priced.
    @inlinable public var evaluated: Int { priced }
    /// Leaves discarded, by rule.
    @inlinable public var pruned: [Int] { discarded }
    /// Whether the expansion under way was given up before it accounted for every leaf below its node.
    @inlinable public var isInterrupted: Bool { givenUp }

    @inlinable init(wanted: Int, cutoff: Rank, rules: Int) {
        self.wanted = max(1, wanted)
        limitSoFar = cutoff
        discarded = Array(repeating: 0, count: rules)
        best.reserveCapacity(self.wanted + 1)
    }

    /// Adds a child of the node being expanded.
    /// - Parameters:
    ///   - node: the child.
    ///   - bound: not above the rank of any leaf below it.
    ///   - rule: the rule that discards it if the bound passes the limit.
    @inlinable @inline(__always)
    public mutating func push(_ node: Space.Node, bound: Rank, rule: PruneRule) {
        open.append(Open(bound: bound, rule: rule, node: node))
    }

    /// Accounts for leaves that cannot matter.
    @inlinable @inline(__always)
    public mutating func discard(_ leaves: Int, by rule: PruneRule) { discarded[rule.index] += leaves }

    /// Leaves something open that can be neither priced nor discarded: it is settled only if its bound turns out
    /// to be above the limit.
    /// - Parameters:
    ///   - leaves: 1 for a leaf that has no price; 0 for one that was offered and may have a better form.
    ///   - bound: not above the rank of the leaf in its best form.
    ///   - rule: the rule that discards it in that case.
    @inlinable public mutating func leaveOpen(_ leaves: Int = 1, bound: Rank, rule: PruneRule) {
        unsettled.append((leaves, bound, rule))
    }

    /// Ends the search with the expansion under way, which leaves the rest of its leaves open.
    ///
    /// For spaces whose single expansions are long: they ask the clock themselves.
    @inlinable public mutating func interrupt() { givenUp = true }

    /// Accounts for leaves whose price was computed and of which nothing else is offered.
    @inlinable @inline(__always)
    public mutating func reject(_ leaves: Int = 1) { priced += leaves }

    /// Offers a priced leaf; it is kept if it is among the best.
    /// - Parameters:
    ///   - candidate: the leaf.
    ///   - rank: its exact rank.
    ///   - leaves: leaves it accounts for; 0 for one of several candidates of a leaf that is accounted for by
    ///     itself.
    @inlinable public mutating func offer(_ candidate: Space.Candidate, rank: Rank, leaves: Int = 1) {
        priced += leaves
        guard !(limit < rank) else { return }
        var position = best.endIndex
        while position > 0 {
            let other = best[position - 1]
            let isBefore =
                rank < other.rank || (rank == other.rank && Space.precedes(candidate, other.candidate))
            guard isBefore else { break }
            position -= 1
        }
        guard position < wanted else { return }
        best.insert((rank, candidate), at: position)
        if best.count > wanted { best.removeLast() }
        if best.count == wanted { limitSoFar = min(limitSoFar, best[wanted - 1].rank) }
    }

    // MARK: Leaves left open

    /// Discards what was left open with a bound above the limit.
    /// - Returns: how many stay open, and the least of their bounds; nil where none does.
    @inlinable mutating func settle() -> (leaves: Int, bound: Rank)? {
        let limit = limit
        for leaf in unsettled where limit < leaf.bound { discarded[leaf.rule.index] += leaf.leaves }
        unsettled.removeAll { limit < $0.bound }
        return unsettled.map(\.bound).min().map { (unsettled.count, $0) }
    }

    // MARK: Heap sections

    @inlinable mutating func noteExpansion() { expanded += 1 }

    /// Makes a heap of the entries from `start` on.
    @inlinable mutating func heapify(from start: Int) {
        let count = open.count - start
        guard count > 1 else { return }
        for index in stride(from: count / 2 - 1, through: 0, by: -1) {
            siftDown(start: start, index: index, count: count)
        }
    }

    /// Removes the entry with the least bound of the section that begins at `start`.
    @inlinable mutating func popLeast(from start: Int) -> Open {
        let count = open.count - start
        open.swapAt(start, start + count - 1)
        let least = open.removeLast()
        siftDown(start: start, index: 0, count: count - 1)
        return least
    }

    /// Removes the last entry, whatever its bound.
    @inlinable mutating func dropLast() -> Open? { open.popLast() }

    @inlinable mutating func siftDown(start: Int, index: Int, count: Int) {
        var parent = index
        while true {
            var child = 2 * parent + 1
            guard child < count else { return }
            if child + 1 < count, open[start + child + 1].bound < open[start + child].bound { child += 1 }
            guard open[start + child].bound < open[start + parent].bound else { return }
            open.swapAt(start + child, start + parent)
            parent = child
        }
    }
}
