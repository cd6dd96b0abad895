import Optimization
import Training

/// What of a grid may be in time, found before any of its layouts is priced.
extension TransformerSpace {
    /// The choices of sharding of a grid that may fit and be in time; the layouts of the others are discarded.
    ///
    /// A step takes the floor of the grid's pipeline, then what the first stage exchanges, which holds at least the layers
    /// that it has in any cut: of those that are balanced, the layers that the others have no time for. What hides that is
    /// a pass of the stage, and in a step that is in time none is longer than the time over the microbatches.
    /// - Parameters:
    ///   - choice: how stages are cut.
    ///   - index: of the block.
    ///   - layout: of the grid, nothing recomputed.
    ///   - rule: the rule that discards what is above the limit.
    ///   - frontier: accounts for what is discarded.
    /// - Returns: the choices with the seconds that follow the pipeline at the least.
    func timelyShardings(
        _ choice: LayoutLimits.StageChoice, _ index: Int, _ layout: TrainingLayout, rule: PruneRule,
        into frontier: inout Frontier<TransformerSpace>
    ) -> [(sharding: Sharding, after: Double)] {
        let held = blocks.held(index)
        let grid = Grid(pipeline: layout.pipeline, data: layout.data)
        let most = min(deadline, frontier.limit.primary)
        let microbatches = Double(layout.microbatches)
        let work = blockWork(index)
        let pipeline =
            work.work / Double(layout.gpus)
            * leastStretch(
                choice, pipeline: grid.pipeline, microbatches: layout.microbatches,
                layerShare: work.layerShare, mainShare: work.mainShare)
        let cuts = cuts.cuts(pipeline: layout.pipeline, stages: choice)
        let leaves =
            self.cuts.leaves(pipeline: layout.pipeline, microbatches: layout.microbatches, stages: choice)
            * offloads(choice).count
        var layout = layout
        // Chunks hide more, and what is on the host takes no time here.
        layout.offload = floor.allOffloads
        layout.chunks = cuts.reduce(1) { max($0, $1.chunks) }
        let layers =
            choice == .balanced
            ? leastOnFirst(
                layout, layerSeconds: blocks.seconds(index).leastLayer, seconds: most / microbatches)
            : cuts.reduce(Int.max) { min($0, $1.stages.classes[0].layers) }
        let least = leastOnFirst(blocks.parameters(index), layers: layers)
        var (large, slow) = (0, 0)
        var known: [(group: Int?, spreads: StepSpreads)] = []
        let shardings: [(Sharding, Double)] = shardings(of: layout, data: layout.data).compactMap {
            sharding in
            layout.sharding = sharding
            guard floor.mayFit(held, pipeline: layout.pipeline, data: layout.data, sharding: sharding) else {
                large += 1
                return nil
            }
            guard most < .infinity else { return (sharding, 0) }
            if !known.contains(where: { $0.group == sharding.group }) {
                known.append((sharding.group, spreads(of: layout)))
            }
            guard let spreads = known.first(where: { $0.group == sharding.group })?.spreads else {
                return nil
            }
            let after = model.leastAfterPipeline(
                layout, least, spreads: spreads, stageSeconds: most / microbatches)
            guard bound(base: pipeline + after, gpus: layout.gpus) > most else { return (sharding, after) }
            slow += 1
            return nil
        }
        frontier.discard(leaves * large, by: Rule.memory)
        frontier.discard(leaves * slow, by: most < deadline ? rule : Rule.deadline)
        return shardings
    }

    /// What the first stage holds at least of a block where it has so many layers.
    func leastOnFirst(_ parameters: ParameterTable, layers: Int) -> StageParameters {
        parameters.leastOnFirst(layers: layers, of: whole.classes[0].counts)
    }

    /// Layers that the first stage has at least where no stage takes more than so many seconds for a microbatch.
    private func leastOnFirst(_ layout: TrainingLayout, layerSeconds: Double, seconds: Double) -> Int {
        let layers = model.job.model.layers
        let most = seconds / layerSeconds * (1 + 1e-9)
        guard most < Double(layers) else { return 0 }
        return max(0, layers - (layout.pipeline - 1) * Int(most))
    }

    /// The cuts of a grid whose pipeline alone is not too slow, whatever is recomputed or offloaded.
    /// - Parameters:
    ///   - choice: how stages are cut.
    ///   - block: of the grid.
    ///   - layout: of the grid, nothing recomputed.
    ///   - choices: of sharding that are left.
    ///   - rule: the rule that discards what is above the limit.
    ///   - frontier: accounts for what is discarded.
    ///   - pipeline: seconds of a step below which the pipeline of a cut is not, from a layout with its schedule,
    ///     block costs, and seconds of a stage's transfers for one microbatch.
    /// - Returns: the cuts in their order, with the seconds of their pipelines.
    func timelyCuts(
        _ choice: LayoutLimits.StageChoice, _ block: Block, _ layout: TrainingLayout,
        choices: Int, rule: PruneRule, into frontier: inout Frontier<TransformerSpace>,
        _ pipeline: (TrainingLayout, BlockCosts, CutTable.Cut, _ transfer: Double) -> Double
    ) -> [(cut: CutTable.Cut, pipeline: Double)] {
        var layout = layout
        let microbatches = layout.microbatches
        let crossings = StepSpreads.stageCrossings(layout, placement: placement)
        let choices = choices * offloads(choice).count
        let gpus = layout.gpus
        return cuts.cuts(pipeline: layout.pipeline, stages: choice).compactMap { cut in
            guard cut.needs.accepts(stages: layout.pipeline, microbatches: microbatches) else { return nil }
            guard cut.isRun(microbatches: microbatches, stages: layout.pipeline) else {
                frontier.discard(cut.leaves(choice) * choices, by: Rule.software)
                return nil
            }
            layout.schedule = cut.schedule
            layout.chunks = cut.chunks
            layout.spread = cut.spread
            let transfer = model.pipelineTransfer(layout, crossings)
            let least = pipeline(layout, block.sharded, cut, transfer)
            guard let rule = tooSlow(bound(base: least, gpus: gpus), frontier.limit, by: rule) else {
                return (cut, least)
            }
            frontier.discard(cut.leaves(choice) * choices, by: rule)
            return nil
        }
    }
}
