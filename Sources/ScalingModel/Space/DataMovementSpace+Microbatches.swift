import Optimization
import Training

extension DataMovementSpace {
    /// Degrees whose numbers of microbatches are at work: of the tensor degrees all that share a product.
    struct Work {
        /// Position of pipeline, expert and data degree.
        let triple: Int32
        /// Of the tensor degrees.
        let group: Int32
        let gpus: Double
        let pipeline: Int
        let data: Int
        let expert: Int
        /// The most chunks of a stage.
        let chunks: Int
        /// Least seconds of the FLOP.
        let flop: Double
        /// Least seconds of kernel latencies of one microbatch.
        let kernels: Double
        /// Layers and experts of a stage, for each replica.
        let layers: Double
        /// The least traffic of each kind when it has every domain for itself.
        var parts: StepParts
        /// Legal microbatches, by position.
        let window: SpaceTables.ScheduleWindow
        /// Whether what crosses the network together is being listed.
        var haveCrossingsBegun = false
    }

    /// Sets degrees to work.
    /// - Parameters:
    ///   - index: position of pipeline, expert and data degree.
    ///   - group: of the tensor degrees.
    /// - Returns: without arithmetic.
    mutating func work(_ index: Int32, group: Int32) -> Work {
        let triple = tables.triples[Int(index)]
        let tensor = tables.tensors.groups[Int(group)]
        let pipeline = tables.pipeline.degrees[Int(triple.pipeline)]
        let expert = tables.expert.degrees[Int(triple.expert)]
        let data = tables.data.degrees[Int(triple.data)]
        let gpus = Double(tensor.product * triple.product)
        let largest = tables.interleavesOfPipeline[Int(triple.pipeline)].last ?? 0
        return Work(
            triple: index, group: group, gpus: gpus, pipeline: pipeline, data: data, expert: expert,
            chunks: tables.interleaves[Int(largest)], flop: arithmeticFloor / gpus,
            kernels: tables.kernelFloor(pipeline: triple.pipeline, expert: triple.expert),
            layers: layers(triple),
            parts: StepParts(
                arithmetic: 0, tensor: tensor.floor.shared(by: gpus),
                pipelineExpert: tables.hopFloor(pipeline: triple.pipeline, expert: triple.expert)
                    .shared(by: gpus), data: tables.dataFloors[Int(triple.data)].shared(by: gpus)),
            window: tables.scheduleWindow(pipeline: triple.pipeline, data: triple.data))
    }

    /// One child for each number of microbatches, with exact arithmetic.
    mutating func expandDegrees(
        _ index: Int32, _ pair: Int32, _ positions: Range<Int32>, into frontier: inout Frontier<Self>
    ) {
        let triple = tables.triples[Int(index)]
        var work = work(index, group: Int32(tables.tensors.group(of: Int(pair))))
        for position in positions {
            let cut = Int(tables.cuts(ofData: triple.data)[Int(position)])
            let microbatches = tables.cuts[cut] / work.data
            var (rule, bound) = child(Int(position), pair: Int(pair), &work, frontier.limit)
            if rule == nil {
                rule = memoryRule(Int(position), microbatches: microbatches, work, bound)
            }
            if let rule {
                discard(Int(position), by: rule, pairs: 1, triple, &frontier)
            } else {
                frontier.push(
                    .cuts(triple: index, pair: pair, position: position), bound: bound,
                    rule: Rule.microbatches)
            }
        }
    }

    /// What discards a number of microbatches of five degrees, nil if nothing, and a bound on its plans; leaves its
    /// arithmetic with the work.
    mutating func child(
        _ position: Int, pair: Int, _ work: inout Work, _ limit: Rank
    ) -> (rule: PruneRule?, bound: Rank) {
        let cut = Int(tables.cuts(ofData: tables.triples[Int(work.triple)].data)[position])
        let microbatches = tables.cuts[cut] / work.data
        let schedule: PipelineSchedule =
            work.window.zeroBubble.contains(position) ? .zeroBubble : .oneForwardOneBackward
        let idle = idle(position, work, schedule)
        let layer = tables.layer(pair: pair, cut: cut)
        work.parts.arithmetic = model.arithmetic(
            layer: layer, pipeline: work.pipeline, expert: work.expert, microbatches: microbatches)
        var parts = work.parts
        parts.tensor = tables.tensors.pairs[pair].floor.shared(by: work.gpus)
        let step = step(&work, tensor: parts.tensor, idle: idle, schedule, limit)
        return (
            rule(against: step, parts, work.gpus, limit),
            rank(step: step, traffic: parts.traffic, gpus: work.gpus)
        )
    }

    /// The memory rule where it discards all of one number of microbatches.
    mutating func memoryRule(
        _ position: Int, microbatches: Int, _ work: Work, _ bound: Rank
    ) -> PruneRule? {
        if leastNeed > 0, !mayExceedMemory(work, position: position, microbatches: microbatches) {
            return Rule.memory
        }
        // What 1F1B without interleaving holds, no other schedule undercuts.
        let bytes = model.memoryBytes(
            pipeline: work.pipeline, data: work.data, microbatches: microbatches, interleave: 1,
            schedule: .oneForwardOneBackward)
        guard bytes > capacity * work.gpus else { return nil }
        leastExcludedByMemory = min(leastExcludedByMemory, bound)
        return Rule.memory
    }

    /// Accounts for one number of microbatches with some pairs of tensor degrees.
    mutating func discard(
        _ position: Int, by rule: PruneRule?, pairs: Int, _ triple: SpaceTables.Triple,
        _ frontier: inout Frontier<Self>
    ) {
        let leaves = tables.passCount(pipeline: triple.pipeline, data: triple.data, position: position)
        frontier.discard(pairs * leaves, by: rule ?? Rule.microbatches)
    }

    /// Ratio of idle to busy time of one number of microbatches with the most chunks.
    @inline(__always)
    mutating func idle(_ position: Int, _ work: Work, _ schedule: PipelineSchedule) -> Double {
        let cut = Int(tables.cuts(ofData: tables.triples[Int(work.triple)].data)[position])
        return model.idleRatio(
            pipeline: work.pipeline, microbatches: tables.cuts[cut] / work.data, interleave: work.chunks,
            schedule: schedule)
    }

    /// A bound on the step of degrees at work: by the traffic of each kind alone, by all together, and by all more
    /// closely, each only where what is known leaves a chance.
    /// - Parameters:
    ///   - work: with their arithmetic.
    ///   - tensor: traffic of the tensor degrees at work, or of all of their product.
    ///   - idle: ratio of idle to busy time.
    ///   - schedule: of the plans.
    ///   - limit: that bounds must not exceed.
    /// - Returns: seconds.
    mutating func step(
        _ work: inout Work, tensor: TrafficTime, idle: Double, _ schedule: PipelineSchedule, _ limit: Rank
    ) -> Double {
        var alone = work.parts
        alone.tensor = tensor
        let (own, traffic, gpus) = (alone.tensor, alone.traffic, work.gpus)
        let (limits, settings) = (limits(limit), model.settings)
        func isHopeless(_ step: Double) -> Bool { !limits.allow(step, traffic: traffic, gpus: gpus) }
        func step(_ parts: StepParts) -> Double {
            var parts = parts
            parts.tensor.bandwidth = max(parts.tensor.bandwidth, own.bandwidth)
            parts.tensor.latency = max(parts.tensor.latency, own.latency)
            return settings.step(parts: parts, idleRatio: idle, schedule: schedule)
        }
        var bound = settings.step(parts: alone, idleRatio: idle, schedule: schedule)
        guard !isHopeless(bound) else { return bound }
        if !work.haveCrossingsBegun {
            let group = tables.tensors.groups[Int(work.group)]
            crossings.begin(
                crossingDegrees(
                    tables.triples[Int(work.triple)], product: group.product, outside: group.outside),
                interleave: 1, grain: .sets, floors: tables.floors)
            work.haveCrossingsBegun = true
        }
        bound = crossings.step(bound, work.parts, floors: tables.floors, isHopeless: isHopeless, step: step)
        // On two levels looking closer pays only for what is left of schedules.
        guard model.levels > 2 else { return bound }
        for grain in 0..<2 {
            guard !isHopeless(bound) else { break }
            turnCrossings(to: work.triple, group: work.group, grain: grain, limit: limit)
            bound = groupCrossings[grain].floors.step(
                bound, work.parts, floors: tables.floors, isHopeless: isHopeless, step: step)
        }
        return bound
    }

    /// What discards a bound on a step, nil if nothing.
    @inline(__always)
    func rule(
        against step: Double, _ parts: StepParts, _ gpus: Double, _ limit: Rank
    ) -> PruneRule? {
        if step * steps > deadline { return Rule.deadline }
        return limit < rank(step: step, traffic: parts.traffic, gpus: gpus) ? Rule.microbatches : nil
    }

    /// Whether some schedule and interleaving need more than memory holds.
    private mutating func mayExceedMemory(_ work: Work, position: Int, microbatches: Int) -> Bool {
        let triple = tables.triples[Int(work.triple)]
        let model = model
        let need = leastNeed * work.gpus
        func exceeds(_ chunks: Int, _ schedule: PipelineSchedule) -> Bool {
            model.memoryBytes(
                pipeline: work.pipeline, data: work.data, microbatches: microbatches, interleave: chunks,
                schedule: schedule) > need
        }
        if work.window.zeroBubble.contains(position), exceeds(1, .zeroBubble) { return true }
        guard work.window.oneForwardOneBackward.contains(position) else { return false }
        return tables.interleavesOfPipeline[Int(triple.pipeline)].contains {
            exceeds(tables.interleaves[Int($0)], .oneForwardOneBackward)
        }
    }
}
