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
        let microbatches = tables.cuts[cut] / tables.data.degrees[Int(tuple.data)]
        let chunks = tables.interleaves[interleave]
        let idle = model.idleRatio(
            pipeline: stages, microbatches: microbatches, interleave: chunks, schedule: schedule)
        let layer = tables.layer(tuple, cut: cut)
        let arithmetic = model.arithmetic(
            layer: layer, pipeline: stages,
            expert: tables.expert.degrees[Int(tuple.expert)], microbatches: microbatches)
        let hop = tables.hopFloor(
            pipeline: tuple.pipeline, expert: tuple.expert, interleave: Int32(interleave))
        let floor = StepParts(
            arithmetic: arithmetic, tensor: tables.tensorFloor(tuple).shared(by: gpus),
            pipelineExpert: hop.shared(by: gpus), data: tables.dataFloors[Int(tuple.data)].shared(by: gpus))
        var lists = PlacementLists()
        swap(&lists, &placementLists)
        lists.fill(tuple, interleave: chunks, tables: tables, model: model)
        var parts = floor
        var priced = 0
        for tensor in lists.tensor {
            parts.tensor = tensor.traffic
            parts.pipelineExpert = floor.pipelineExpert
            parts.data = floor.data
            guard mayMatter(parts, idle, schedule, gpus, frontier) else { continue }
            for hop in lists.pipelineExpert {
                let factors = tensor.factors &* hop.factors
                guard tables.placements.fits(factors) else { continue }
                parts.pipelineExpert = hop.traffic
                parts.data = floor.data
                guard mayMatter(parts, idle, schedule, gpus, frontier) else { continue }
                for data in lists.data
                where tables.placements.isLegal(factors &* data.factors, gpus: tuple.gpus) {
                    parts.data = data.traffic
                    priced += 1
                    let price = model.price(parts: parts, idleRatio: idle, schedule: schedule)
                    let rank = rank(step: price.step, traffic: price.traffic, gpus: gpus)
                    guard !(frontier.limit < rank), price.step * steps <= deadline else {
                        frontier.reject()
                        continue
                    }
                    let splits = PlacementLists.Splits(tensor: tensor, pipelineExpert: hop, data: data)
                    let plan = Plan(
                        placement: placement(tuple, splits), microbatches: microbatches, interleave: chunks,
                        schedule: schedule)
                    frontier.offer(PlanCandidate(plan: plan, price: price), rank: rank)
                }
            }
        }
        swap(&lists, &placementLists)
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

    /// The placement that five splits make.
    func placement(_ tuple: DegreeTuple, _ splits: PlacementLists.Splits) -> Placement {
        func levels(_ table: SplitTable, _ degree: Int16, _ split: Int32) -> [Int] {
            table.levels(of: Int(split), degree: table.degrees[Int(degree)], bounded: tables.boundedLevels)
        }
        return Placement(
            tensorModel: levels(tables.tensorModel, tuple.tensorModel, splits.tensorModel),
            tensorFeedForward: levels(
                tables.tensorFeedForward, tuple.tensorFeedForward, splits.tensorFeedForward),
            pipeline: levels(tables.pipeline, tuple.pipeline, splits.pipeline),
            expert: levels(tables.expert, tuple.expert, splits.expert),
            data: levels(tables.data, tuple.data, splits.data))
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
