import Optimization
import Training

extension TransformerSpace {
    /// Cuts the model for every schedule and sharding of a block, pipeline and data degree that can matter.
    func cutGrid(_ index: Int, pipeline: Int, data: Int, into frontier: inout Frontier<TransformerSpace>) {
        let block = block(index)
        var layout = block.layout
        layout.pipeline = pipeline
        layout.data = data
        let whole = block.sharded.secondsOfAll(whole)
        let cuts = timelyCuts(.balanced, block, layout, rule: Rule.balance, into: &frontier) {
            layout, costs, _, transfer in
            leastPipeline(layout, costs: costs, whole: whole, transfer: transfer) { slowest, all in
                CutFloor(layout, costs: costs, transfer: transfer).pipeline(slowest: slowest, all: all)
            }
        }
        guard !cuts.isEmpty else { return }
        let shardings = shardings(.balanced, block, layout, cuts, into: &frontier)
        var places = KnownSpreads()
        for cut in cuts {
            layout.schedule = cut.schedule
            layout.chunks = cut.chunks
            for sharding in shardings {
                layout.sharding = sharding
                let costs = block.costs(of: layout.sharding.stage)
                let spreads = places.spreads(of: layout, placement)
                for offload in offloads(.balanced) {
                    guard !clock.isOver else { return frontier.interrupt() }
                    layout.offload = offload
                    guard limits.software.runs(layout, for: model.job.model) else {
                        frontier.discard(1, by: Rule.software)
                        continue
                    }
                    offerCut(layout, costs: costs, stages: cut.stages, spreads, into: &frontier)
                }
            }
        }
    }

    /// Seconds that the pipeline of no cut goes below: stages share all seconds, and one has a pth of the layers.
    private func leastPipeline(
        _ layout: TrainingLayout, costs: BlockCosts, whole all: Double, transfer: Double,
        _ pipeline: (_ slowest: Double, _ all: Double) -> Double
    ) -> Double {
        let degree = Double(layout.pipeline)
        let layers = (model.job.model.layers + layout.pipeline - 1) / layout.pipeline
        let slowest = max(all / degree, Double(layers) * costs.leastLayerSeconds)
        return pipeline(slowest + transfer, all + degree * transfer)
    }

    /// Offers a layout with its stages cut for the shortest pipeline, unless a bound says that it is too slow
    /// or even stages take no longer.
    private func offerCut(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, _ spreads: StepSpreads,
        into frontier: inout Frontier<TransformerSpace>
    ) {
        let most = min(frontier.limit.primary, deadline)
        func isTooSlow(_ seconds: Double) -> Bool { bound(base: seconds, gpus: layout.gpus) > most }
        let degree = Double(layout.pipeline)
        let transfer = model.transferSeconds(layout, spreads)
        let all = costs.secondsOfAll(whole)
        let passing = all + degree * transfer
        let cuts = CutFloor(layout, costs: costs, transfer: transfer)
        let floor = leastPipeline(layout, costs: costs, whole: all, transfer: transfer) {
            cuts.pipeline(slowest: $0, all: $1)
        }
        guard !isTooSlow(floor) else { return frontier.discard(1, by: Rule.balance) }

        let balance = StageBalance(model: model)
        let bounds = balance.floor(layout, costs: costs, stages: stages, choices: choices)
        let fitting = cuts.pipeline(slowest: bounds.slowest(even: all / degree) + transfer, all: passing)
        guard fitting.isFinite else { return frontier.discard(1, by: Rule.memory) }
        guard !isTooSlow(fitting) else { return frontier.discard(1, by: Rule.balance) }
        // The pipeline's part of the slowest step that matters, and what of it a stage can take.
        let limit = (most - model.job.conduct.stepOverhead) / (1 + model.jitterShare(gpus: layout.gpus))
        let stageLimit = cuts.slowest(pipeline: limit, all: passing) - transfer
        let after = model.leastAfterPipeline(
            layout, costs: costs, spreads: spreads, layers: bounds.leastOnFirst(seconds: stageLimit),
            stageSeconds: stageLimit)
        guard !isTooSlow(fitting + after) else { return frontier.discard(1, by: Rule.balance) }

        // A cut is a plan of its own where its pipeline is shorter by the formula than that of even stages that fit.
        let even = StageBalance.pipeline(
            layout, of: model, costs: costs, stages: stages, transfer: transfer)
        let fits = model.fits(model.memory(layout, costs: costs, stages: stages))
        let longest = fits ? StageBalance.shorter * even : .infinity
        let shortest = leastPipeline(layout, costs: costs, whole: all, transfer: transfer) {
            StageBalance.pipeline(layout, slowest: $0, all: $1)
        }
        guard shortest < longest else { return frontier.discard(1, by: Rule.balance) }
        let outcome = balance.balanced(
            layout, costs: costs, stages: stages, choices: choices, transfer: transfer,
            limit: min(longest, cuts.formula(pipeline: limit - after) * (1 + 1e-9)), clock: clock)
        switch outcome {
        case .nothing: frontier.discard(1, by: Rule.balance)
        case .interrupted: frontier.interrupt()
        // No cut that is tried fits: the leaf is the one that is found, and there is none.
        case .unsettled: frontier.discard(1, by: Rule.memory)
        case .found(let cut, _):
            // The leaf is the cut that is found; another one might play shorter even where none is by the formula.
            let table = StageTable(cut, model: model.job.model)
            _ = offer(cut, costs, table, spreads, into: &frontier)
        }
    }
}
