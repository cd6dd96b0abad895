import CostModel
import Strategy

/// A complete plan with its price, in the compact form that the search keeps.
public struct PlanCandidate: Sendable {
    /// The plan.
    public let plan: Plan
    /// Its step.
    public let price: StepPrice
}

extension DataMovementSpace {
    /// Prices the placements of a plan whose degrees, microbatches and schedule are decided.
    ///
    /// Walks the splits of the tensor degrees, then of pipeline and expert, then of data, with the exact
    /// traffic of those already placed and the least of the others as a bound.
    mutating func expandPass(
        _ tuple: DegreeTuple, cut: Int, interleave: Int, schedule: PipelineSchedule,
        into frontier: inout Frontier<Self>
    ) {
        let placements = tables.placements.count(tuple)
        let gpus = Double(tuple.gpus)
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let microbatches = tables.cuts[cut] / replicas
        let chunks = tables.interleaves[interleave]
        let idle = model.idleRatio(
            pipeline: stages, microbatches: microbatches, interleave: chunks, schedule: schedule)
        let hop = tables.hopFloor(
            pipeline: tuple.pipeline, expert: tuple.expert, interleave: Int32(interleave))
        let data = tables.dataFloors[Int(tuple.data)]
        let layer = tables.layer(tuple, cut: cut)
        let counter = tables.placements
        var parts = StepParts(
            arithmetic: model.arithmetic(
                layer: layer, pipeline: stages, expert: tables.expert.degrees[Int(tuple.expert)],
                microbatches: microbatches),
            tensor: .zero, pipelineExpert: .zero, data: .zero)
        var priced = 0
        for first in tables.tensorModel.ranges[Int(tuple.tensorModel)] {
            for second in tables.tensorFeedForward.ranges[Int(tuple.tensorFeedForward)] {
                let inTensor = tables.tensorModel.factors[first] &* tables.tensorFeedForward.factors[second]
                guard counter.fits(inTensor) else { continue }
                parts.tensor = model.tensorTraffic(
                    model: tables.tensorModel.splits[first],
                    feedForward: tables.tensorFeedForward.splits[second], gpus: gpus)
                parts.pipelineExpert = TrafficTime(bandwidth: hop.bandwidth / gpus, latency: hop.latency)
                parts.data = TrafficTime(bandwidth: data.bandwidth / gpus, latency: data.latency)
                guard mayMatter(parts, idle, schedule, gpus, frontier) else { continue }
                for third in tables.pipeline.ranges[Int(tuple.pipeline)] {
                    let inPipeline = inTensor &* tables.pipeline.factors[third]
                    guard counter.fits(inPipeline) else { continue }
                    for fourth in tables.expert.ranges[Int(tuple.expert)] {
                        let inExpert = inPipeline &* tables.expert.factors[fourth]
                        guard counter.fits(inExpert) else { continue }
                        parts.pipelineExpert = model.pipelineTraffic(
                            pipeline: tables.pipeline.splits[third], expert: tables.expert.splits[fourth],
                            interleave: chunks, gpus: gpus)
                        parts.data = TrafficTime(bandwidth: data.bandwidth / gpus, latency: data.latency)
                        guard mayMatter(parts, idle, schedule, gpus, frontier) else { continue }
                        for fifth in tables.data.ranges[Int(tuple.data)] {
                            let inAll = inExpert &* tables.data.factors[fifth]
                            guard counter.isLegal(inAll, gpus: tuple.gpus) else { continue }
                            parts.data = model.dataTraffic(tables.data.splits[fifth], gpus: gpus)
                            priced += 1
                            let price = model.price(parts: parts, idleRatio: idle, schedule: schedule)
                            let rank = rank(step: price.step, traffic: price.traffic, gpus: gpus)
                            guard !(frontier.limit < rank), price.step * steps <= deadline else {
                                frontier.reject()
                                continue
                            }
                            let placement = placement(tuple, first, second, third, fourth, fifth)
                            let plan = Plan(
                                placement: placement, microbatches: microbatches, interleave: chunks,
                                schedule: schedule)
                            frontier.offer(PlanCandidate(plan: plan, price: price), rank: rank)
                        }
                    }
                }
            }
        }
        frontier.discard(placements - priced, by: Rule.placement)
    }

    @inline(__always)
    private func mayMatter(
        _ parts: StepParts, _ idle: Double, _ schedule: PipelineSchedule, _ gpus: Double,
        _ frontier: borrowing Frontier<Self>
    ) -> Bool {
        let step = model.step(parts: parts, idleRatio: idle, schedule: schedule)
        return !(frontier.limit < rank(step: step, traffic: parts.traffic, gpus: gpus))
    }

    private func placement(
        _ tuple: DegreeTuple, _ first: Int, _ second: Int, _ third: Int, _ fourth: Int, _ fifth: Int
    ) -> Placement {
        func levels(_ table: SplitTable, _ degree: Int16, _ split: Int) -> [Int] {
            table.levels(of: split, degree: table.degrees[Int(degree)], bounded: tables.boundedLevels)
        }
        return Placement(
            tensorModel: levels(tables.tensorModel, tuple.tensorModel, first),
            tensorFeedForward: levels(tables.tensorFeedForward, tuple.tensorFeedForward, second),
            pipeline: levels(tables.pipeline, tuple.pipeline, third),
            expert: levels(tables.expert, tuple.expert, fourth),
            data: levels(tables.data, tuple.data, fifth))
    }

    /// The order among plans of equal rank: TP, TPm, PP, EP, DP, v, M, schedule, then the placement's factors
    /// in the same order of axes, innermost level first.
    public static func precedes(_ left: PlanCandidate, _ right: PlanCandidate) -> Bool {
        left.plan.orderKey.lexicographicallyPrecedes(right.plan.orderKey)
    }
}

extension Plan {
    /// The numbers by which plans of equal rank are ordered.
    public var orderKey: [Int] {
        let schedule = self.schedule == .oneForwardOneBackward ? 0 : 1
        return [tensor, tensorModel, pipeline, expert, data, interleave, microbatches, schedule]
            + placement.tensorModel + placement.tensorFeedForward + placement.pipeline + placement.expert
            + placement.data
    }
}
