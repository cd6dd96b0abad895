import Optimization
import Training

extension DataMovementSpace {
    /// One child for each pair of tensor degrees of a product, with the microbatches that its floors leave.
    mutating func expandProduct(_ index: Int32, _ group: Int32, into frontier: inout Frontier<Self>) {
        let triple = tables.triples[Int(index)]
        var work = work(index, group: group)
        let all = work.window.positions
        if fates.product.count < all.upperBound {
            let more = Array(repeating: PruneRule?.none, count: all.upperBound - fates.product.count)
            fates.product += more
            fates.pair += more
        }
        // Where a zero-bubble schedule is legal, it bounds both.
        let zeroBubble = work.window.zeroBubble.clamped(to: all)
        decide(all.lowerBound..<zeroBubble.lowerBound, .oneForwardOneBackward, &work, frontier.limit)
        decide(zeroBubble, .zeroBubble, &work, frontier.limit)
        decide(zeroBubble.upperBound..<all.upperBound, .oneForwardOneBackward, &work, frontier.limit)
        let left = hull(all) { fates.product[$0] }
        let pairs = tables.tensors.groups[Int(group)].pairs
        for position in all where !left.contains(position) {
            discard(position, by: fates.product[position], pairs: pairs.count, triple, &frontier)
        }
        guard !left.isEmpty else { return }
        var least = LeastPasses(
            interleave: tables.interleavesOfPipeline[Int(triple.pipeline)].first ?? 0)
        promising.removeAll(keepingCapacity: true)
        for pair in pairs {
            var bound = Rank.worst
            for position in left {
                fates.pair[position] = fates.product[position]
                guard fates.product[position] == nil else { continue }
                let (rule, own) = child(position, pair: pair, &work, frontier.limit)
                fates.pair[position] = rule
                guard rule == nil else { continue }
                bound = min(bound, own)
                least.note(position, work, idle: idle(position, work, .oneForwardOneBackward))
            }
            let kept = hull(left) { fates.pair[$0] }
            for position in left where !kept.contains(position) {
                discard(position, by: fates.pair[position], pairs: 1, triple, &frontier)
            }
            guard !kept.isEmpty else { continue }
            let positions = Int32(kept.lowerBound)..<Int32(kept.upperBound)
            promising.append((.degrees(triple: index, pair: Int32(pair), positions: positions), bound))
        }
        let isFutile = !promising.isEmpty && isFutile(least, triple, work, within: &frontier)
        for (node, bound) in promising {
            if isFutile {
                frontier.discard(leaves(under: node), by: Rule.schedule)
            } else {
                frontier.push(node, bound: bound, rule: Rule.microbatches)
            }
        }
    }

    /// Whether no placement of degrees at work comes within the limit, not even with the least that passes have.
    ///
    /// A walk over the splits of all tensor degrees of the product: what ``FutilePasses`` says of the passes of one
    /// choice of degrees holds for those of several that share the accelerators and the other degrees.
    private mutating func isFutile(
        _ least: LeastPasses, _ triple: SpaceTables.Triple, _ work: Work,
        within frontier: inout Frontier<Self>
    ) -> Bool {
        // On two levels placing is quick, and without a limit nothing is futile.
        guard model.levels > 2, deadline < .infinity || frontier.limit.primary < .infinity else {
            return false
        }
        func isFutile(_ pass: FutilePasses.Pass?) -> Bool {
            guard let pass else { return true }
            return !hasPlacement(pass, triple, group: work.group, floor: work.parts, within: &frontier)
        }
        return isFutile(least.zeroBubble) && isFutile(least.oneForwardOneBackward)
    }

    /// Finds what discards some numbers of microbatches, those that are hopeless together at once.
    ///
    /// More microbatches compute no shorter and idle no longer. So the least arithmetic of the fewest with the idle
    /// time of the most bounds them all; where that leaves a chance, their halves are looked at.
    private mutating func decide(
        _ positions: Range<Int>, _ schedule: PipelineSchedule, _ work: inout Work, _ limit: Rank
    ) {
        guard let last = positions.last else { return }
        let cuts = tables.cuts(ofData: tables.triples[Int(work.triple)].data)
        let cut = Int(cuts[positions.lowerBound])
        let fewest = tables.cuts[cut] / work.data
        let idle = idle(last, work, schedule)
        let layer = tables.leastLayer(group: Int(work.group), cut: cut)
        work.parts.arithmetic = max(work.flop + work.kernels * Double(fewest), layer * work.layers)
        let step = step(&work, tensor: work.parts.tensor, idle: idle, schedule, limit)
        var fate = rule(against: step, work.parts, work.gpus, limit)
        if fate == nil, positions.count > 1 {
            let middle = positions.lowerBound + positions.count / 2
            decide(positions.lowerBound..<middle, schedule, &work, limit)
            return decide(middle..<positions.upperBound, schedule, &work, limit)
        }
        if fate == nil {
            let bound = rank(step: step, traffic: work.parts.traffic, gpus: work.gpus)
            fate = memoryRule(positions.lowerBound, microbatches: fewest, work, bound)
        }
        for position in positions { fates.product[position] = fate }
    }

    /// From the first to the last position that nothing discards.
    private func hull(_ positions: Range<Int>, fate: (Int) -> PruneRule?) -> Range<Int> {
        guard let first = positions.first(where: { fate($0) == nil }),
            let last = positions.last(where: { fate($0) == nil })
        else { return positions.lowerBound..<positions.lowerBound }
        return first..<last + 1
    }

    /// The least that the passes of one product of tensor degrees have of each, by schedule.
    private struct LeastPasses {
        /// Position of the least v.
        let interleave: Int32
        var oneForwardOneBackward: FutilePasses.Pass?
        var zeroBubble: FutilePasses.Pass?

        /// Notes those of one number of microbatches.
        /// - Parameters:
        ///   - position: of the microbatches.
        ///   - work: with their arithmetic.
        ///   - idle: ratio of idle to busy time of 1F1B with the most chunks.
        mutating func note(_ position: Int, _ work: Work, idle: Double) {
            let arithmetic = work.parts.arithmetic
            if work.window.zeroBubble.contains(position) {
                let known = zeroBubble?.arithmetic ?? .infinity
                zeroBubble = FutilePasses.Pass(
                    interleave: 0, schedule: .zeroBubble, arithmetic: min(known, arithmetic), idle: 0)
            }
            if work.window.oneForwardOneBackward.contains(position) {
                let known = oneForwardOneBackward
                oneForwardOneBackward = FutilePasses.Pass(
                    interleave: interleave, schedule: .oneForwardOneBackward,
                    arithmetic: min(known?.arithmetic ?? .infinity, arithmetic),
                    idle: min(known?.idle ?? .infinity, idle))
            }
        }
    }
}
