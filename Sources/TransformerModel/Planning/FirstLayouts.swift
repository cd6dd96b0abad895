import Optimization
import Quantities
import Training

/// Layouts that are at hand long before a search of everything has ended.
///
/// They bound what a search need look at, and are the answer where its time is up before it found any.
struct FirstLayouts {
    let planner: TransformerPlanner
    let gpus: Int
    /// Longest step, seconds.
    let deadline: Double
    /// Ways to cut models that searches have in common.
    let cuts: KnownCuts

    private var question: TransformerQuestion { planner.question }

    /// The best layouts of a small part of the space.
    ///
    /// Each is a layout of the whole space with the same price. So where as many are found as are wanted, the last
    /// one's rank is a limit that the best layouts of the whole space do not pass.
    /// - Parameters:
    ///   - wanted: how many.
    ///   - clock: when to end, with what was found by then.
    /// - Returns: layouts that fit and meet the deadline, best first.
    func best(_ wanted: Int, until clock: SearchClock) -> [RankedCandidate<PricedLayout>] {
        var space = TransformerSpace(
            model: planner.model, gpus: gpus, globalBatch: question.globalBatch, deadline: deadline,
            limits: question.limits.few(globalBatch: question.globalBatch), limit: .infinity, known: cuts,
            clock: clock)
        guard space.isWhole else { return [] }
        return BranchAndBound.search(&space, wanted: wanted) { clock.isOver }.best
    }

    /// The layout that takes least memory, if it fits and meets the deadline.
    /// - Parameter clock: when to end.
    /// - Returns: one layout or none.
    func leanest(until clock: SearchClock) -> [RankedCandidate<PricedLayout>] {
        // Its stages are even.
        guard question.limits.stages.contains(.even) else { return [] }
        let table = LeastMemory(
            model: planner.model, gpus: gpus, globalBatch: question.globalBatch, limits: question.limits,
            clock: clock)
        guard let layout = table.leanest(gpus: gpus), layout.step.total.value <= deadline,
            question.shortfalls(of: layout, gpus: gpus, model: planner.model).isEmpty
        else { return [] }
        return [RankedCandidate(candidate: layout, rank: layout.rank)]
    }

    /// The best of what two searches of one question found, each layout once.
    static func merged(
        _ one: [RankedCandidate<PricedLayout>], _ other: [RankedCandidate<PricedLayout>], wanted: Int
    ) -> [RankedCandidate<PricedLayout>] {
        let known = Set(one.map(\.candidate.layout))
        let all = one + other.filter { !known.contains($0.candidate.layout) }
        let sorted = all.sorted { left, right in
            left.rank < right.rank
                || left.rank == right.rank && TransformerSpace.precedes(left.candidate, right.candidate)
        }
        return Array(sorted.prefix(wanted))
    }
}

extension PricedLayout {
    /// Where the layout stands: time, accelerators, memory.
    var rank: Rank { Rank(step.total.value, Double(layout.gpus), memory.total.value) }
}

extension LayoutLimits {
    /// Limits that leave a small part of the layouts, among them good ones: small microbatches, few chunks, whole
    /// shard groups, stages that need no cutting.
    ///
    /// Every layout within them is one within these limits: what the space chooses where there is nothing to choose
    /// stays what it was.
    /// - Parameter globalBatch: sequences in a step.
    /// - Returns: the limits.
    func few(globalBatch: Int) -> LayoutLimits {
        var few = self
        let sizes = Divisors.all(of: globalBatch).filter { microbatch?.contains($0) ?? true }
        few.microbatch = Array(sizes.prefix(4))
        few.chunks = chunks ?? [1, 2, 4]
        // The first one stands for all where there is nothing to share; sharded gradients alone cost a scatter every
        // microbatch and save less than sharded weights.
        let last = sharding.max()
        few.sharding = sharding.enumerated()
            .filter { $0.offset == 0 || $0.element == .optimizer || $0.element == last }.map(\.element)
        if case .given = shardGroups {} else { few.shardGroups = .given([nil]) }
        // A cut is the shortest with all choices of recomputation, so they stay where every layout is a cut.
        if stages.contains(where: { $0 != .balanced }) {
            few.stages.removeAll { $0 == .balanced }
            if recomputation.count > 1 { few.recomputation.removeAll { $0 == .layers } }
        }
        return few
    }
}
