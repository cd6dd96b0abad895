import CostModel
import Strategy

/// Exact prices of a combination of degrees, apart from the enumeration's own walk.
extension DataMovementSpace {
    /// Lists every legal placement of five degrees, then prices each with each legal (M, schedule, v).
    public mutating func price(_ assignment: [Int], into frontier: inout Frontier<Self>) {
        let product = (0..<5).reduce(1.0) { $0 * Double(axis($1).degrees[assignment[$1]]) }
        guard product >= Double(lowestGPUs), product <= Double(highestGPUs) else { return }
        let tuple = DegreeTuple(
            tensorModel: Int16(assignment[0]), tensorFeedForward: Int16(assignment[1]),
            pipeline: Int16(assignment[2]), expert: Int16(assignment[3]), data: Int16(assignment[4]),
            gpus: Int(product))
        guard tables.admits(assignment[0], assignment[1]) else { return }
        // Listed when the first schedule passes its floor.
        var spots: [Spot]?
        let replicas = tables.data.degrees[assignment[4]]
        let window = tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data)
        for (position, cut) in tables.cutsOfData[assignment[4]].enumerated() {
            let microbatches = tables.cuts[Int(cut)] / replicas
            var schedules: [(PipelineSchedule, Int32)] = []
            if window.oneForwardOneBackward.contains(position) {
                schedules += tables.interleavesOfPipeline[assignment[2]].map { (.oneForwardOneBackward, $0) }
            }
            if window.zeroBubble.contains(position) { schedules.append((.zeroBubble, 0)) }
            for (schedule, interleave) in schedules {
                price(
                    tuple, &spots, cut: Int(cut), microbatches: microbatches, interleave: interleave,
                    schedule: schedule, into: &frontier)
            }
        }
    }

    /// A legal placement with the traffic that does not depend on the schedule.
    private struct Spot {
        var splits: PlacementLists.Splits
        var tensor: TrafficTime
        var data: TrafficTime
    }

    private func spots(of tuple: DegreeTuple) -> [Spot] {
        let gpus = Double(tuple.gpus)
        var spots: [Spot] = []
        for first in tables.tensorModel.ranges[Int(tuple.tensorModel)] {
            for second in tables.tensorFeedForward.ranges[Int(tuple.tensorFeedForward)] {
                let inTensor = tables.tensorModel.factors[first] &* tables.tensorFeedForward.factors[second]
                guard tables.placements.fits(inTensor) else { continue }
                let tensor = model.tensorTraffic(
                    model: tables.tensorModel.splits[first],
                    feedForward: tables.tensorFeedForward.splits[second], gpus: gpus)
                for third in tables.pipeline.ranges[Int(tuple.pipeline)] {
                    let inPipeline = inTensor &* tables.pipeline.factors[third]
                    guard tables.placements.fits(inPipeline) else { continue }
                    for fourth in tables.expert.ranges[Int(tuple.expert)] {
                        let inExpert = inPipeline &* tables.expert.factors[fourth]
                        guard tables.placements.fits(inExpert) else { continue }
                        for fifth in tables.data.ranges[Int(tuple.data)] {
                            let inAll = inExpert &* tables.data.factors[fifth]
                            guard tables.placements.isLegal(inAll, gpus: tuple.gpus) else { continue }
                            let splits = PlacementLists.Splits(
                                tensorModel: Int32(first), tensorFeedForward: Int32(second),
                                pipeline: Int32(third), expert: Int32(fourth), data: Int32(fifth))
                            spots.append(
                                Spot(
                                    splits: splits, tensor: tensor,
                                    data: model.dataTraffic(tables.data.splits[fifth], gpus: gpus)))
                        }
                    }
                }
            }
        }
        return spots
    }

    private mutating func price(
        _ tuple: DegreeTuple, _ spots: inout [Spot]?, cut: Int, microbatches: Int, interleave: Int32,
        schedule: PipelineSchedule, into frontier: inout Frontier<Self>
    ) {
        let chunks = tables.interleaves[Int(interleave)]
        let gpus = Double(tuple.gpus)
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let idle = model.idleRatio(
            pipeline: stages, microbatches: microbatches, interleave: chunks, schedule: schedule)
        let layer = tables.layer(tuple, cut: cut)
        var parts = StepParts(
            arithmetic: model.arithmetic(
                layer: layer, pipeline: stages,
                expert: tables.expert.degrees[Int(tuple.expert)], microbatches: microbatches),
            tensor: .zero, pipelineExpert: .zero, data: .zero)
        // Exact arithmetic and bubble, each kind of traffic at its least: a floor for every placement.
        parts.tensor = tables.tensorFloor(tuple).shared(by: gpus)
        parts.pipelineExpert = tables.hopFloor(
            pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave
        ).shared(by: gpus)
        parts.data = tables.dataFloors[Int(tuple.data)].shared(by: gpus)
        let step = model.step(parts: parts, idleRatio: idle, schedule: schedule)
        let floor = rank(step: step, traffic: parts.traffic, gpus: gpus)
        guard !(frontier.limit < floor), step * steps <= deadline else { return }
        let bytes = model.memoryBytes(
            pipeline: stages, data: tables.data.degrees[Int(tuple.data)], microbatches: microbatches,
            interleave: chunks, schedule: schedule)
        if memoryRule == .checked, bytes > model.machine.memory.capacity.value * gpus {
            leastExcludedByMemory = min(leastExcludedByMemory, floor)
            return
        }
        let listed = spots ?? self.spots(of: tuple)
        spots = listed
        for spot in listed {
            parts.tensor = spot.tensor
            parts.data = spot.data
            parts.pipelineExpert = model.pipelineTraffic(
                pipeline: tables.pipeline.splits[Int(spot.splits.pipeline)],
                expert: tables.expert.splits[Int(spot.splits.expert)], interleave: chunks, gpus: gpus)
            let price = model.price(parts: parts, idleRatio: idle, schedule: schedule)
            let rank = rank(step: price.step, traffic: price.traffic, gpus: gpus)
            guard !(frontier.limit < rank), price.step * steps <= deadline else {
                frontier.reject()
                continue
            }
            let plan = Plan(
                placement: placement(tuple, spot.splits), microbatches: microbatches, interleave: chunks,
                schedule: schedule)
            frontier.offer(PlanCandidate(plan: plan, price: price), rank: rank)
        }
    }
}
