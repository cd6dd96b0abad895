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
        let most = min(deadline, frontier.limit.primary)
        let microbatches = Double(layout.microbatches)
        let pipeline = leastPipeline(choice, blockWork(index), layout)
        let leaves = leavesOfSharding(
            choice, pipeline: layout.pipeline, microbatches: layout.microbatches)
        guard
            let heads = cuts.heads(
                pipeline: layout.pipeline, microbatches: layout.microbatches, stages: choice)
        else {
            frontier.discard(leaves * shardings(layout, data: layout.data), by: Rule.software)
            return []
        }
        var (large, slow) = (0, 0)
        var fitting: [Sharding] = []
        forEachSharding(of: layout, data: layout.data) { sharding in
            if floor.mayFit(
                held, choice, pipeline: layout.pipeline, data: layout.data,
                microbatches: layout.microbatches, sharding: sharding)
            {
                fitting.append(sharding)
            } else {
                large += 1
            }
        }
        frontier.discard(leaves * large, by: Rule.memory)
        guard most < .infinity, !fitting.isEmpty else { return fitting.map { ($0, 0) } }
        var layout = layout
        // Chunks hide more, and what is on the host takes no time here.
        layout.offload = floor.allOffloads
        layout.chunks = heads.mostChunks
        let layers =
            choice == .balanced
            ? leastOnFirst(
                layout, layerSeconds: blocks.seconds(index).leastLayer, seconds: most / microbatches)
            : heads.layersOfFirst
        let least = leastOnFirst(blocks.parameters(index), layers: layers)
        var known: [(group: Int?, spreads: StepSpreads)] = []
        let timely: [(Sharding, Double)] = fitting.compactMap { sharding in
            layout.sharding = sharding
            if !known.contains(where: { $0.group == sharding.group }) {
                known.append((sharding.group, spreads(of: layout)))
            }
            guard let spreads = known.first(where: { $0.group == sharding.group })?.spreads else {
                return nil
            }
            let after = model.leastAfterPipeline(
                layout, least, spreads: spreads, stageSeconds: most / microbatches)
            let limit = baseLimit(most, gpus: layout.gpus) - after
            guard bound(base: pipeline + after, gpus: layout.gpus) <= most,
                choice != .balanced || mayHoldAll(index, layout, seconds: limit / microbatches)
            else {
                slow += 1
                return nil
            }
            return (sharding, after)
        }
        frontier.discard(leaves * slow, by: most < deadline ? rule : Rule.deadline)
        return timely
    }

    /// Whether stages that are cut have both room and time for the layers that there are most of: what does not fit is
    /// recomputed, and takes longer for it.
    /// - Parameters:
    ///   - index: of the block.
    ///   - layout: of the grid with its sharding.
    ///   - seconds: of a stage for one microbatch at most.
    /// - Returns: whether they may.
    private func mayHoldAll(_ index: Int, _ layout: TrainingLayout, seconds: Double) -> Bool {
        // What recomputation adds is known of the quickest blocks.
        guard layout.sharding.stage >= .optimizer, !floor.allOffloads.contains(.activations) else {
            return true
        }
        let held = blocks.held(index)
        guard let room = floor.room(held, data: layout.data, sharding: layout.sharding) else { return true }
        let layer = ChainCosts.Element(
            seconds: blocks.seconds(index).mainLayer, extraSeconds: blocks.again(index) * (1 - 1e-9),
            stateBytes: room.states,
            keptBytes: held.mainKept, recomputedBytes: held.mainRecomputed)
        return room.holdsAll((layout.pipeline, layout.microbatches)) { inFlight in
            let most = layer.most(
                inFlight: inFlight, within: seconds, room: room.bytes, recomputes: choices.recomputes)
            return (most * (1 + 1e-9)).rounded(.down)
        }
    }

    /// The choices of sharding of a grid with which even stages have both room and time for their layers.
    ///
    /// What the first stage has to recompute to fit, all stages do: modules in every layer, or as many whole layers.
    /// - Parameters:
    ///   - choice: how stages are cut.
    ///   - block: with its price.
    ///   - index: of the block.
    ///   - layout: of the grid, nothing recomputed.
    ///   - shardings: choices with the seconds that follow the pipeline at the least.
    ///   - frontier: accounts for what is discarded.
    /// - Returns: the choices that are left.
    func roomyShardings(
        _ choice: LayoutLimits.StageChoice, _ block: Block, _ index: Int, _ layout: TrainingLayout,
        _ shardings: [(sharding: Sharding, after: Double)], into frontier: inout Frontier<TransformerSpace>
    ) -> [(sharding: Sharding, after: Double)] {
        let most = min(deadline, frontier.limit.primary)
        let (stages, microbatches) = (layout.pipeline, layout.microbatches)
        guard most < .infinity, !floor.allOffloads.contains(.activations),
            let heads = cuts.heads(pipeline: stages, microbatches: microbatches, stages: choice),
            heads.first > 0
        else { return shardings }
        let held = blocks.held(index)
        let inFlight = Double(min(stages, microbatches))
        let roomy = shardings.filter { sharding, after in
            guard let room = floor.room(held, data: layout.data, sharding: sharding) else { return true }
            let recomputed = recomputed(block, sharding.stage)
            let main =
                recomputed.main.seconds(
                    keeping: (room.bytes / heads.first - room.states) / inFlight,
                    held: heads.first * inFlight) * heads.firstShare
            let isAlike = model.layerCounts.count == 1
            let all =
                isAlike || heads.firstOfAll == 0
                ? 0
                : recomputed.all.seconds(
                    keeping: (room.bytes / heads.firstOfAll - room.all.states) / inFlight,
                    held: heads.firstOfAll * inFlight) * heads.firstShare
            guard max(main, all) > 0 else { return true }
            var seconds = blocks.seconds(index)
            seconds.mainLayer += main
            seconds.all += max(all, main * Double(room.layers))
            if isAlike { seconds.leastLayer += main }
            let (microbatch, inner) = blocks.ranks(index)
            let work = BlockWork(
                seconds, microbatch: microbatch, inner: inner, globalBatch: globalBatch, index: index)
            let pipeline = leastPipeline(choice, work, layout)
            return bound(base: pipeline + after, gpus: layout.gpus) <= most
        }
        let leaves = leavesOfSharding(choice, pipeline: stages, microbatches: microbatches)
        frontier.discard(
            leaves * (shardings.count - roomy.count), by: most < deadline ? Rule.schedule : Rule.deadline)
        return roomy
    }

    /// Seconds of a step without what grows with the accelerators, of which a step takes at most so many: what
    /// ``bound(base:gpus:)`` is taken off, with room for rounding.
    func baseLimit(_ most: Double, gpus: Int) -> Double {
        (most * (1 + 2e-9) - model.job.conduct.stepOverhead) / (1 + model.jitterShare(gpus: gpus))
    }

    /// Seconds that the pipeline of a layout takes at the least, from the work of its block.
    private func leastPipeline(
        _ choice: LayoutLimits.StageChoice, _ work: BlockWork, _ layout: TrainingLayout
    ) -> Double {
        work.work / Double(layout.gpus)
            * leastStretch(
                choice, pipeline: layout.pipeline, microbatches: layout.microbatches,
                layerShare: work.layerShare, mainShare: work.mainShare)
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
