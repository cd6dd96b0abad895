import Optimization
import Training

/// Exact prices of a combination of degrees, apart from the enumeration's own walk.
extension DataMovementSpace {
    /// Lists every legal placement of five degrees, then prices each with each legal (M, schedule, v).
    public mutating func price(_ assignment: [Int], into frontier: inout Frontier<Self>) {
        let product = (0..<5).reduce(1.0) { $0 * Double(axis($1).degrees[assignment[$1]]) }
        guard product >= Double(lowestGPUs), product <= Double(highestGPUs) else { return }
        guard let pair = tables.tensors.position(assignment[0], assignment[1]) else { return }
        let tuple = DegreeTuple(
            tensorModel: Int32(assignment[0]), tensorFeedForward: Int32(assignment[1]),
            pipeline: Int32(assignment[2]), expert: Int32(assignment[3]), data: Int32(assignment[4]),
            pair: Int32(pair), gpus: Int(product))
        // Listed when the first schedule passes its floor.
        var spots: [Spot]?
        let replicas = tables.data.degrees[assignment[4]]
        let window = tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data)
        for (position, cut) in tables.cuts(ofData: tuple.data).enumerated() {
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
        var pipeline: Split
        var expert: Split
        var tensor: TrafficTime
        var data: TrafficTime
        /// Accelerators that count in the rank.
        var gpus: Double
    }

    private mutating func spots(of tuple: DegreeTuple) -> [Spot] {
        let gpus = Double(tuple.gpus)
        let stages = tables.pipeline.splits(of: Int(tuple.pipeline))
        let ranks = tables.expert.splits(of: Int(tuple.expert))
        let replicas = tables.data.splits(of: Int(tuple.data))
        let wide = tables.tensorFeedForward.splits(of: Int(tuple.tensorFeedForward))
        var spots: [Spot] = []
        for (first, one) in tables.tensorModel.splits(of: Int(tuple.tensorModel)).enumerated() {
            for (second, other) in wide.enumerated() {
                let inTensor = one.factors * other.factors
                guard tables.placements.fits(inTensor) else { continue }
                let tensor = model.tensorTraffic(model: one.split, feedForward: other.split, gpus: gpus)
                for (third, stage) in stages.enumerated() {
                    let inPipeline = inTensor * stage.factors
                    guard tables.placements.fits(inPipeline) else { continue }
                    for (fourth, rank) in ranks.enumerated() {
                        let inExpert = inPipeline * rank.factors
                        guard tables.placements.fits(inExpert) else { continue }
                        for (fifth, replica) in replicas.enumerated() {
                            let inAll = inExpert * replica.factors
                            guard tables.placements.fits(inAll),
                                tables.placements.isLegal(inAll, gpus: tuple.gpus)
                            else { continue }
                            let splits = PlacementLists.Splits(
                                tensorModel: Int32(first), tensorFeedForward: Int32(second),
                                pipeline: Int32(third), expert: Int32(fourth), data: Int32(fifth))
                            spots.append(
                                Spot(
                                    splits: splits, pipeline: stage.split, expert: rank.split,
                                    tensor: tensor, data: model.dataTraffic(replica.split, gpus: gpus),
                                    gpus: counted(tuple, inAll)))
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
        let layer = tables.layer(pair: Int(tuple.pair), cut: cut)
        var parts = StepParts(
            arithmetic: model.arithmetic(
                layer: layer, pipeline: stages,
                expert: tables.expert.degrees[Int(tuple.expert)], microbatches: microbatches),
            tensor: .zero, pipelineExpert: .zero, data: .zero)
        // Exact arithmetic and bubble, each kind of traffic at its least: a floor for every placement.
        parts.tensor = tables.tensors.pairs[Int(tuple.pair)].floor.shared(by: gpus)
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
        if bytes > capacity * gpus {
            leastExcludedByMemory = min(leastExcludedByMemory, floor)
            return
        }
        let listed = spots ?? self.spots(of: tuple)
        spots = listed
        for spot in listed {
            parts.tensor = spot.tensor
            parts.data = spot.data
            parts.pipelineExpert = model.pipelineTraffic(
                pipeline: spot.pipeline, expert: spot.expert, interleave: chunks, gpus: gpus)
            let price = model.price(parts: parts, idleRatio: idle, schedule: schedule)
            let rank = rank(step: price.step, traffic: price.traffic, gpus: spot.gpus)
            guard !(frontier.limit < rank), price.step * steps <= deadline else { continue }
            let plan = Plan(
                placement: placement(tuple, spot.splits), microbatches: microbatches, interleave: chunks,
                schedule: schedule)
            frontier.offer(PlanCandidate(plan: plan, price: price), rank: rank, leaves: 0)
        }
        frontier.reject(1)
    }
}
