import CostModel
import Strategy

extension DataMovementSpace {
    // MARK: Accelerators and degrees

    /// Degree tuples of the range's most promising octave, and the rest of the range as one node.
    mutating func expandRange(_ lowest: Int, _ highest: Int, into frontier: inout Frontier<Self>) {
        var least = lowest
        var most = highest
        switch objective {
        case .time:
            least = max(lowest, highest / 2 + 1)
            if least > lowest { pushRange(lowest, least - 1, into: &frontier) }
        case .gpus, .utilization:
            most = min(highest, 2 * lowest - 1)
            if most < highest { pushRange(most + 1, highest, into: &frontier) }
        }
        for triple in tables.triples where triple.product <= most {
            let floor = TripleFloor(triple, model: model, tables: &tables)
            for first in tables.tensorModel.degrees.indices {
                let (quadruple, overflow) = triple.product.multipliedReportingOverflow(
                    by: tables.tensorModel.degrees[first])
                if overflow || quadruple > most { break }
                for second in tables.feedForwardRange(quadruple: quadruple, lowest: least, highest: most) {
                    let gpus = quadruple * tables.tensorFeedForward.degrees[second]
                    guard tables.admits(first, second, gpus: gpus) else { continue }
                    pushDegrees(triple.tuple(first, second, gpus: gpus), floor: floor, into: &frontier)
                }
            }
        }
    }

    private func pushRange(_ lowest: Int, _ highest: Int, into frontier: inout Frontier<Self>) {
        let floor = arithmeticFloor / Double(highest)
        let bound =
            switch objective {
            case .time: Rank(floor, 0, 0)
            case .gpus: Rank(Double(lowest), floor, 0)
            case .utilization: Rank(arithmeticFloor, floor, 0)
            }
        frontier.push(.range(lowest: lowest, highest: highest), bound: bound, rule: Rule.range)
    }

    private mutating func pushDegrees(
        _ tuple: DegreeTuple, floor: TripleFloor, into frontier: inout Frontier<Self>
    ) {
        let gpus = Double(tuple.gpus)
        let tensor = tables.tensorFloor(tuple)
        let parts = StepParts(
            arithmetic: max(arithmeticFloor / gpus, floor.kernels),
            tensor: TrafficTime(bandwidth: tensor.bandwidth / gpus, latency: tensor.latency),
            pipelineExpert: TrafficTime(bandwidth: floor.hop.bandwidth / gpus, latency: floor.hop.latency),
            data: TrafficTime(bandwidth: floor.data.bandwidth / gpus, latency: floor.data.latency))
        let step = model.step(parts: parts, idleRatio: floor.idle, schedule: floor.schedule)
        let bound = rank(step: step, traffic: parts.traffic, gpus: gpus)
        if memoryRule == .checked, floor.stateBytes > model.machine.memory.capacity.value * gpus {
            if step * steps <= deadline { leastExcludedByMemory = min(leastExcludedByMemory, bound) }
            discard(tuple, by: Rule.memory, into: &frontier)
        } else if step * steps > deadline {
            discard(tuple, by: Rule.deadline, into: &frontier)
        } else if frontier.limit < bound {
            discard(tuple, by: Rule.degrees, into: &frontier)
        } else {
            frontier.push(.degrees(DegreeIndices(tuple: tuple)), bound: bound, rule: Rule.degrees)
        }
    }

    private mutating func discard(
        _ tuple: DegreeTuple, by rule: PruneRule, into frontier: inout Frontier<Self>
    ) {
        let passes = tables.passCount(pipeline: tuple.pipeline, data: tuple.data)
        frontier.discard(passes * tables.placements.count(tuple), by: rule)
    }

    // MARK: Microbatches and schedule

    /// One child for each number of microbatches, with exact arithmetic.
    mutating func expandDegrees(_ tuple: DegreeTuple, into frontier: inout Frontier<Self>) {
        let traffic = trafficFloor(tuple, interleave: 0)
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let ranks = tables.expert.degrees[Int(tuple.expert)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let placements = tables.placements.count(tuple)
        let largest = tables.interleavesOfPipeline[Int(tuple.pipeline)].last.map(Int.init) ?? 0
        for cut in tables.cutsOfData[Int(tuple.data)] {
            let legal = tables.legalSchedules(pipeline: tuple.pipeline, data: tuple.data, cut: Int(cut))
            guard legal.oneForwardOneBackward || legal.zeroBubble else { continue }
            let microbatches = tables.cuts[Int(cut)] / replicas
            var parts = traffic
            parts.arithmetic = model.arithmetic(
                layer: tables.layer(tuple, cut: Int(cut)), pipeline: stages, expert: ranks,
                microbatches: microbatches)
            let schedule: PipelineSchedule = legal.zeroBubble ? .zeroBubble : .oneForwardOneBackward
            let idle = model.idleRatio(
                pipeline: stages, microbatches: microbatches, interleave: tables.interleaves[largest],
                schedule: schedule)
            let step = model.step(parts: parts, idleRatio: idle, schedule: schedule)
            let bound = rank(step: step, traffic: parts.traffic, gpus: Double(tuple.gpus))
            let late = step * steps > deadline
            if late || frontier.limit < bound {
                let passes = tables.passCount(pipeline: tuple.pipeline, data: tuple.data, cut: Int(cut))
                frontier.discard(passes * placements, by: late ? Rule.deadline : Rule.microbatches)
            } else {
                frontier.push(
                    .cuts(DegreeIndices(tuple: tuple), cut: cut), bound: bound, rule: Rule.microbatches)
            }
        }
    }

    /// One child for each legal schedule and interleaving, with exact bubble and memory.
    mutating func expandCuts(_ tuple: DegreeTuple, cut: Int, into frontier: inout Frontier<Self>) {
        let legal = tables.legalSchedules(pipeline: tuple.pipeline, data: tuple.data, cut: cut)
        if legal.oneForwardOneBackward {
            for interleave in tables.interleavesOfPipeline[Int(tuple.pipeline)] {
                pushPass(
                    tuple, cut: cut, interleave: interleave, schedule: .oneForwardOneBackward,
                    into: &frontier)
            }
        }
        if legal.zeroBubble {
            pushPass(tuple, cut: cut, interleave: 0, schedule: .zeroBubble, into: &frontier)
        }
    }

    private mutating func pushPass(
        _ tuple: DegreeTuple, cut: Int, interleave: Int32, schedule: PipelineSchedule,
        into frontier: inout Frontier<Self>
    ) {
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let microbatches = tables.cuts[cut] / replicas
        let chunks = tables.interleaves[Int(interleave)]
        var parts = trafficFloor(tuple, interleave: interleave)
        parts.arithmetic = model.arithmetic(
            layer: tables.layer(tuple, cut: cut), pipeline: stages,
            expert: tables.expert.degrees[Int(tuple.expert)], microbatches: microbatches)
        let idle = model.idleRatio(
            pipeline: stages, microbatches: microbatches, interleave: chunks, schedule: schedule)
        let step = model.step(parts: parts, idleRatio: idle, schedule: schedule)
        let bound = rank(step: step, traffic: parts.traffic, gpus: Double(tuple.gpus))
        let node = Node.pass(
            DegreeIndices(tuple: tuple), cut: Int32(cut), interleave: interleave, schedule: schedule)
        let bytes = model.memoryBytes(
            pipeline: stages, data: replicas, microbatches: microbatches, interleave: chunks,
            schedule: schedule)
        if memoryRule == .checked, bytes > model.machine.memory.capacity.value * Double(tuple.gpus) {
            if step * steps <= deadline { leastExcludedByMemory = min(leastExcludedByMemory, bound) }
            frontier.discard(tables.placements.count(tuple), by: Rule.memory)
        } else if step * steps > deadline {
            frontier.discard(tables.placements.count(tuple), by: Rule.deadline)
        } else if frontier.limit < bound {
            frontier.discard(tables.placements.count(tuple), by: Rule.schedule)
        } else {
            frontier.push(node, bound: bound, rule: Rule.schedule)
        }
    }

    // MARK: Floors

    /// Seconds·accelerators of arithmetic below which no step can be; lowered by more than the rounding.
    private var arithmeticFloor: Double {
        model.arithmeticFloor * (1 - 1e-9)
    }

    /// Least traffic of a tuple at one interleaving, arithmetic left at zero.
    private mutating func trafficFloor(_ tuple: DegreeTuple, interleave: Int32) -> StepParts {
        let gpus = Double(tuple.gpus)
        let tensor = tables.tensorFloor(tuple)
        let hop = tables.hopFloor(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave)
        let data = tables.dataFloors[Int(tuple.data)]
        // At v = 1 the value bounds larger v as well, which holds in real numbers but not to the last bit.
        let slack = interleave == 0 ? 1 - 1e-12 : 1
        return StepParts(
            arithmetic: 0,
            tensor: TrafficTime(bandwidth: tensor.bandwidth / gpus, latency: tensor.latency),
            pipelineExpert: TrafficTime(
                bandwidth: hop.bandwidth / gpus * slack, latency: hop.latency * slack),
            data: TrafficTime(bandwidth: data.bandwidth / gpus, latency: data.latency))
    }
}

/// What bounds a step once pipeline, expert and data degree are known.
private struct TripleFloor {
    /// Least time of arithmetic by kernel latency alone: one microbatch.
    let kernels: Double
    let hop: TrafficTime
    let data: TrafficTime
    let idle: Double
    let schedule: PipelineSchedule
    /// Weights and optimizer state of the cluster; activations come on top.
    let stateBytes: Double

    init(_ triple: SpaceTables.Triple, model: StepModel, tables: inout SpaceTables) {
        let stages = tables.pipeline.degrees[Int(triple.pipeline)]
        let ranks = tables.expert.degrees[Int(triple.expert)]
        let replicas = tables.data.degrees[Int(triple.data)]
        let most = tables.cuts[tables.cuts.count - 1] / replicas
        let interleaves = tables.interleavesOfPipeline[Int(triple.pipeline)]
        kernels = model.kernelFloor(pipeline: stages, expert: ranks)
        let bound = tables.hopFloor(pipeline: triple.pipeline, expert: triple.expert, interleave: 0)
        hop = TrafficTime(bandwidth: bound.bandwidth * (1 - 1e-12), latency: bound.latency * (1 - 1e-12))
        data = tables.dataFloors[Int(triple.data)]
        schedule = most >= 2 * stages ? .zeroBubble : .oneForwardOneBackward
        idle = model.idleRatio(
            pipeline: stages, microbatches: most,
            interleave: interleaves.last.map { tables.interleaves[Int($0)] } ?? 1, schedule: schedule)
        stateBytes = model.stateBytes(data: replicas)
    }
}
