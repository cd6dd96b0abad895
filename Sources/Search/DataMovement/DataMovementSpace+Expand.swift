import CostModel
import Strategy

extension DataMovementSpace {
    // MARK: Accelerators and degrees

    /// Degree tuples of the range's most promising octave, and the rest of the range as one node.
    mutating func expandRange(
        _ lowest: Int, _ highest: Int, leaves: Int, into frontier: inout Frontier<Self>
    ) {
        var least = lowest
        var most = highest
        switch objective {
        case .time: least = max(lowest, highest / 2 + 1)
        case .gpus, .utilization: most = min(highest, lowest > highest / 2 ? highest : 2 * lowest - 1)
        }
        var visited = 0
        for triple in tables.triples where triple.product <= most {
            // Priced when the first tuple lies in the range.
            var floor: TripleFloor?
            let passes = tables.passCount(pipeline: triple.pipeline, data: triple.data)
            let three = tables.placements.prefix(
                pipeline: triple.pipeline, expert: triple.expert, data: triple.data)
            for first in tables.tensorModel.degrees.indices {
                let (quadruple, overflow) = triple.product.multipliedReportingOverflow(
                    by: tables.tensorModel.degrees[first])
                if overflow || quadruple > most { break }
                let four = tables.placements.prefix(three, tensorModel: first)
                for second in tables.feedForwardRange(
                    first, quadruple: quadruple, lowest: least, highest: most)
                {
                    let gpus = quadruple * tables.tensorFeedForward.degrees[second]
                    let tuple = triple.tuple(first, second, gpus: gpus)
                    let leaves =
                        passes * tables.placements.count(four, tensorFeedForward: second, gpus: gpus)
                    guard leaves > 0 else { continue }
                    visited += leaves
                    let known = floor ?? TripleFloor(triple, tables: &tables)
                    floor = known
                    pushDegrees(tuple, leaves: leaves, floor: known, into: &frontier)
                }
            }
        }
        let rest = objective == .time ? lowest...max(lowest, least - 1) : min(most + 1, highest)...highest
        if leaves > visited { pushRange(rest, leaves: leaves - visited, into: &frontier) }
    }

    private func pushRange(_ range: ClosedRange<Int>, leaves: Int, into frontier: inout Frontier<Self>) {
        let floor = arithmeticFloor / Double(range.upperBound)
        let bound =
            switch objective {
            case .time: Rank(floor, 0, 0)
            case .gpus: Rank(Double(range.lowerBound), floor, 0)
            case .utilization: Rank(arithmeticFloor, floor, 0)
            }
        frontier.push(
            .range(lowest: range.lowerBound, highest: range.upperBound, leaves: leaves), bound: bound,
            rule: Rule.range)
    }

    private mutating func pushDegrees(
        _ tuple: DegreeTuple, leaves: Int, floor: TripleFloor, into frontier: inout Frontier<Self>
    ) {
        let gpus = Double(tuple.gpus)
        let parts = StepParts(
            arithmetic: max(arithmeticFloor / gpus, floor.kernels),
            tensor: tables.tensorFloor(tuple).shared(by: gpus),
            pipelineExpert: floor.hop.shared(by: gpus), data: floor.data.shared(by: gpus))
        let step = model.step(parts: parts, idleRatio: floor.idle, schedule: floor.schedule)
        let bound = rank(step: step, traffic: parts.traffic, gpus: gpus)
        if memoryRule == .checked, floor.stateBytes > model.machine.memory.capacity.value * gpus {
            if step * steps <= deadline { leastExcludedByMemory = min(leastExcludedByMemory, bound) }
            frontier.discard(leaves, by: Rule.memory)
        } else if step * steps > deadline {
            frontier.discard(leaves, by: Rule.deadline)
        } else if frontier.limit < bound {
            frontier.discard(leaves, by: Rule.degrees)
        } else {
            frontier.push(.degrees(DegreeIndices(tuple: tuple)), bound: bound, rule: Rule.degrees)
        }
    }

    // MARK: Microbatches and schedule

    /// One child for each number of microbatches, with exact arithmetic.
    mutating func expandDegrees(_ tuple: DegreeTuple, into frontier: inout Frontier<Self>) {
        let traffic = trafficFloor(
            tuple, hop: tables.hopFloor(pipeline: tuple.pipeline, expert: tuple.expert))
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let ranks = tables.expert.degrees[Int(tuple.expert)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let placements = tables.placements.count(tuple)
        let largest = tables.interleavesOfPipeline[Int(tuple.pipeline)].last.map(Int.init) ?? 0
        let window = tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data)
        for position in window.positions {
            let cut = Int(tables.cutsOfData[Int(tuple.data)][position])
            let microbatches = tables.cuts[cut] / replicas
            var parts = traffic
            // Named first: a call on the model whose arguments change the tables would copy the model.
            let layer = tables.layer(tuple, cut: cut)
            parts.arithmetic = model.arithmetic(
                layer: layer, pipeline: stages, expert: ranks,
                microbatches: microbatches)
            let schedule: PipelineSchedule =
                window.zeroBubble.contains(position) ? .zeroBubble : .oneForwardOneBackward
            let idle = model.idleRatio(
                pipeline: stages, microbatches: microbatches, interleave: tables.interleaves[largest],
                schedule: schedule)
            let step = model.step(parts: parts, idleRatio: idle, schedule: schedule)
            let bound = rank(step: step, traffic: parts.traffic, gpus: Double(tuple.gpus))
            let late = step * steps > deadline
            if late || frontier.limit < bound {
                let passes = tables.passCount(
                    pipeline: tuple.pipeline, data: tuple.data, position: position)
                frontier.discard(passes * placements, by: late ? Rule.deadline : Rule.microbatches)
            } else {
                frontier.push(
                    .cuts(DegreeIndices(tuple: tuple), position: Int32(position)), bound: bound,
                    rule: Rule.microbatches)
            }
        }
    }

    /// One child for each legal schedule and interleaving, with exact bubble and memory.
    mutating func expandCuts(_ tuple: DegreeTuple, position: Int, into frontier: inout Frontier<Self>) {
        let cut = Int(tables.cutsOfData[Int(tuple.data)][position])
        let window = tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data)
        if window.oneForwardOneBackward.contains(position) {
            for interleave in tables.interleavesOfPipeline[Int(tuple.pipeline)] {
                pushPass(
                    tuple, cut: cut, interleave: interleave, schedule: .oneForwardOneBackward,
                    into: &frontier)
            }
        }
        if window.zeroBubble.contains(position) {
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
        var parts = trafficFloor(
            tuple,
            hop: tables.hopFloor(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave))
        let layer = tables.layer(tuple, cut: cut)
        parts.arithmetic = model.arithmetic(
            layer: layer, pipeline: stages,
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

    /// Least traffic of a tuple with the given pipeline and expert traffic, arithmetic left at zero.
    private mutating func trafficFloor(_ tuple: DegreeTuple, hop: TrafficTime) -> StepParts {
        let gpus = Double(tuple.gpus)
        return StepParts(
            arithmetic: 0, tensor: tables.tensorFloor(tuple).shared(by: gpus),
            pipelineExpert: hop.shared(by: gpus), data: tables.dataFloors[Int(tuple.data)].shared(by: gpus))
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

    init(_ triple: SpaceTables.Triple, tables: inout SpaceTables) {
        let stages = tables.pipeline.degrees[Int(triple.pipeline)]
        let ranks = tables.expert.degrees[Int(triple.expert)]
        let replicas = tables.data.degrees[Int(triple.data)]
        let most = tables.cuts[tables.cuts.count - 1] / replicas
        let interleaves = tables.interleavesOfPipeline[Int(triple.pipeline)]
        kernels = tables.model.kernelFloor(pipeline: stages, expert: ranks)
        hop = tables.hopFloor(pipeline: triple.pipeline, expert: triple.expert)
        data = tables.dataFloors[Int(triple.data)]
        schedule = most >= 2 * stages ? .zeroBubble : .oneForwardOneBackward
        var largest = 1
        if let last = interleaves.last { largest = tables.interleaves[Int(last)] }
        idle = tables.model.idleRatio(
            pipeline: stages, microbatches: most, interleave: largest, schedule: schedule)
        stateBytes = tables.model.stateBytes(data: replicas)
    }
}
