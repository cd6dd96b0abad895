import Optimization
import Training

extension TransformerSpace {
    /// Cuts the model for every schedule and sharding of a block, pipeline and data degree that can matter.
    func cutGrid(_ index: Int, pipeline: Int, data: Int, into frontier: inout Frontier<TransformerSpace>) {
        var layout = blocks.layout(index)
        layout.pipeline = pipeline
        layout.data = data
        let shardings = timelyShardings(
            .balanced, index, layout, rule: Rule.balance, into: &frontier)
        guard !shardings.isEmpty else { return }
        let block = block(index)
        let whole = block.sharded.secondsOfAll(whole)
        let offloads = offloads(.balanced)
        let cuts = timelyCuts(
            .balanced, block, layout, choices: shardings.count, rule: Rule.balance, into: &frontier
        ) {
            layout, costs, _, transfer in
            CutFloor(layout, costs: costs, transfer: transfer, layers: model.job.model.layers)
                .pipeline(all: whole)
        }
        // What elements cost does not depend on the schedule.
        var chains = [ChainCosts?](repeating: nil, count: shardings.count * offloads.count)
        for (cut, pipeline) in cuts {
            layout.schedule = cut.schedule
            layout.chunks = cut.chunks
            for (choice, (sharding, after)) in shardings.enumerated() {
                layout.sharding = sharding
                let least = bound(base: pipeline + after, gpus: layout.gpus)
                if let rule = tooSlow(least, frontier.limit, by: Rule.balance) {
                    frontier.discard(offloads.count, by: rule)
                    continue
                }
                let costs = block.costs(of: layout.sharding.stage)
                let spreads = spreads(of: layout)
                for (index, offload) in offloads.enumerated() {
                    guard !clock.isOver else { return frontier.interrupt() }
                    layout.offload = offload
                    guard limits.software.runs(layout, for: model.job.model) else {
                        frontier.discard(1, by: Rule.software)
                        continue
                    }
                    offerCut(
                        layout, costs: costs, stages: cut.stages, spreads,
                        chain: &chains[choice * offloads.count + index], into: &frontier)
                }
            }
        }
    }

    /// Offers a layout with its stages cut for the shortest pipeline, unless a bound says that it is too slow
    /// or even stages take no longer; what its elements cost is found once.
    private func offerCut(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, _ spreads: StepSpreads,
        chain known: inout ChainCosts?, into frontier: inout Frontier<TransformerSpace>
    ) {
        let most = min(frontier.limit.primary, deadline)
        func isTooSlow(_ seconds: Double) -> Bool { bound(base: seconds, gpus: layout.gpus) > most }
        let degree = Double(layout.pipeline)
        let transfer = model.transferSeconds(layout, spreads)
        let all = costs.secondsOfAll(whole)
        let passing = all + degree * transfer
        let cuts = CutFloor(layout, costs: costs, transfer: transfer, layers: model.job.model.layers)
        let floor = cuts.pipeline(all: all)
        guard !isTooSlow(floor) else { return frontier.discard(1, by: Rule.balance) }

        // The pipeline's part of the slowest step that matters, and what of it a stage can take.
        let limit = baseLimit(most, gpus: layout.gpus)
        func stageSeconds(within pipeline: Double) -> Double {
            (cuts.slowest(pipeline: pipeline, all: passing) - transfer) * (1 + 1e-12)
        }
        let inTime = stageSeconds(within: limit)
        guard mayHoldLayers(layout, costs: costs, seconds: inTime) else {
            return frontier.discard(1, by: Rule.balance)
        }
        // A cut is a plan of its own where its pipeline is shorter by the formula than that of even stages that fit.
        let even = StageBalance.pipeline(
            layout, of: model, costs: costs, stages: stages, transfer: transfer)
        let weights = StageBalance.weights(layout)
        func stageSeconds(byFormula pipeline: Double) -> Double {
            ((pipeline - weights.all * passing) / weights.slowest - transfer) * (1 + 1e-12)
        }
        let fits = model.fits(model.memory(layout, costs: costs, stages: stages))
        let longest = fits ? StageBalance.shorter * even : .infinity
        guard mayHoldLayers(layout, costs: costs, seconds: stageSeconds(byFormula: longest)) else {
            return frontier.discard(1, by: Rule.balance)
        }

        let balance = StageBalance(model: model)
        let chain = known ?? model.chainCosts(layout, costs: costs, stages: stages)
        known = chain
        let bounds = balance.floor(layout, chain: chain, choices: choices)
        guard bounds.holds(.infinity) else { return frontier.discard(1, by: Rule.memory) }
        guard bounds.holds(inTime) else { return frontier.discard(1, by: Rule.balance) }
        // The cut that is found has the quickest slowest stage there is, and its first stage has what the others leave.
        let slowest = balance.slowest(bounds, choices: choices, even: all / degree, most: inTime)
        let after = model.leastAfterPipeline(
            layout, leastOnFirst(costs.parameters, layers: bounds.leastOnFirst(seconds: slowest.most)),
            spreads: spreads,
            stageSeconds: inTime)
        let shortest = max(floor, cuts.pipeline(slowest: slowest.least + transfer, all: passing))
        let cutLimit = min(longest, cuts.formula(pipeline: limit - after) * (1 + 1e-9))
        guard !isTooSlow(shortest + after), bounds.holds(stageSeconds(within: limit - after)),
            bounds.holds(stageSeconds(byFormula: cutLimit))
        else { return frontier.discard(1, by: Rule.balance) }
        let outcome = balance.balanced(
            layout, costs: costs, chain: chain, choices: choices, transfer: transfer,
            limit: cutLimit, clock: clock)
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

    /// Whether stages of at most so many seconds for one microbatch, transfers left out, may hold all layers, were there
    /// room for them: what ``StageFloor`` says without looking at memory, from the cheapest layer and the ends alone.
    private func mayHoldLayers(_ layout: TrainingLayout, costs: BlockCosts, seconds: Double) -> Bool {
        let layer = costs.leastLayerSeconds
        let layers = Double(model.job.model.layers)
        guard seconds < .infinity, layer > 0 else { return true }
        func most(beside ends: Double) -> Double {
            let count = max(0, seconds - ends) / layer
            return (count + 1e-12 * max(1, count)).rounded(.down)
        }
        let (embedding, head) = (costs.embedding.total, costs.head.total)
        let ends =
            layout.schedule.placement.hasEndsTogether
            ? most(beside: embedding + head) + most(beside: 0)
            : most(beside: embedding) + most(beside: head)
        return ends + Double(layout.pipeline - 2) * most(beside: 0) >= layers
    }
}
