import Training

/// Floors below which no layout of a prefix can be, shared by the tree and the masters.
extension TransformerSpace {
    /// Pipeline and data degree.
    struct Grid: Hashable {
        var pipeline: Int
        var data: Int
    }

    /// What floors need to know of a block.
    struct BlockWork: Sendable {
        var index: Int
        var microbatch: Int
        /// Tensor × context ranks.
        var inner: Int
        /// The cheapest layer over all layers and ends.
        var layerShare: Double
        /// The same of the layer that there are most of.
        var mainShare: Double
        /// Accelerator-seconds of a step's layers and ends, nothing recomputed.
        ///
        /// G/b microbatches take Σ each on t·c ranks: a step on n accelerators takes at least an nth of it.
        var work: Double
    }

    func blockWork(_ index: Int) -> BlockWork {
        let seconds = blocks.seconds(index)
        let (microbatch, inner) = blocks.ranks(index)
        return BlockWork(
            index: index, microbatch: microbatch, inner: inner,
            layerShare: seconds.all > 0 ? seconds.leastLayer / seconds.all : 0,
            mainShare: seconds.all > 0 ? seconds.mainLayer / seconds.all : 0,
            work: BlockList.work(seconds.all, inner: inner, microbatch: microbatch, globalBatch: globalBatch))
    }

    /// Factor by which uneven stages and what comes before them stretch work that is shared evenly, at the least.
    ///
    /// The slowest stage takes γ·Σ/p for each microbatch, where γ is above 1 if ⌈L/p⌉ layers are more than a pth of Σ.
    /// Of the layers that there are most of, c seconds each, some stage of every even cut has n or more, and a step
    /// comes through h of them or more before it (`CutTable.Heads`, of the cuts that run with M), so that it takes
    /// c·(M·n + h). Stages that are cut to be balanced may be shorter the later they come: `CutFloor.sumWeight`.
    /// - Parameters:
    ///   - choice: how stages are cut.
    ///   - pipeline: stages p.
    ///   - microbatches: M.
    ///   - layerShare: the cheapest layer over Σ.
    ///   - mainShare: c over Σ.
    /// - Returns: at least 1.
    func leastStretch(
        _ choice: LayoutLimits.StageChoice, pipeline: Int, microbatches: Int, layerShare: Double,
        mainShare: Double
    ) -> Double {
        let layers = model.job.model.layers
        let most = Double((layers + pipeline - 1) / pipeline)
        // In two directions a stage averages two chunks and may have less than ⌈L/p⌉ layers.
        let isEven = cuts.mayRunBothWays(pipeline: pipeline, microbatches: microbatches)
        let uneven = isEven ? 1 : max(1, most * layerShare * Double(pipeline))
        guard pipeline > 1,
            let heads = cuts.heads(pipeline: pipeline, microbatches: microbatches, stages: choice)
        else { return uneven }
        let (stages, rounds) = (Double(pipeline), Double(microbatches))
        if choice == .balanced {
            guard heads.share > 0 else { return uneven }
            let weight = CutFloor.sumWeight(
                share: heads.share, stages: pipeline, microbatches: microbatches)
            return max(uneven, weight * stages / rounds)
        }
        return max(uneven, mainShare * stages * (heads.most + heads.before / rounds))
    }

    /// A bound lowered by more than the rounding of the sums it stands for.
    func bound(base: Double, gpus: Int) -> Double {
        (base * (1 + model.jitterShare(gpus: gpus)) + model.job.conduct.stepOverhead) * (1 - 1e-9)
    }

    /// Seconds of a step of work on n accelerators, at the least.
    func leastStep(work: Double, gpus: Int) -> Double {
        model.leastStep(work: work, rate: model.leastRate(gpus: gpus))
    }

    /// Seconds below which no layout of a block with some pipeline and data degree takes a step.
    func leastStep(_ choice: LayoutLimits.StageChoice, _ block: BlockWork, _ grid: Grid) -> Double {
        let stretch = leastStretch(
            choice, pipeline: grid.pipeline, microbatches: globalBatch / (grid.data * block.microbatch),
            layerShare: block.layerShare, mainShare: block.mainShare)
        return leastStep(work: block.work * stretch, gpus: block.inner * grid.pipeline * grid.data)
    }

    /// Whether the least memory of a block with some pipeline and data degree is there.
    func mayFit(_ block: Block, _ grid: Grid) -> Bool { mayFit(block.layout, block.held, grid) }

    /// The same for a block's layout and what the whole model holds on its ranks.
    func mayFit(_ block: TrainingLayout, _ held: HeldByModel, _ grid: Grid) -> Bool {
        var layout = block
        layout.pipeline = grid.pipeline
        layout.data = grid.data
        return model.leastMemory(layout, held: held, sharding: furthestSharding, offload: allOffloads)
            <= model.memoryLimit.value
    }
}
