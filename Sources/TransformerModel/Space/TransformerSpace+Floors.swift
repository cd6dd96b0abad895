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
            work: BlockList.work(seconds.all, inner: inner, microbatch: microbatch, globalBatch: globalBatch))
    }

    /// Factor by which uneven stages and the bubble stretch work that is shared evenly, at the least.
    ///
    /// With M microbatches the slowest stage takes γ·Σ/p, where γ is above 1 if ⌈L/p⌉ layers are more than a
    /// pth of Σ, and the others leave at least β(Σ − γ·Σ/p) of bubble:
    ///
    ///     φ = (M·γ·Σ/p + β(Σ − γ·Σ/p)) / (M·Σ/p) = γ + β(p − γ)/M
    ///
    /// It grows with γ, since β ≤ 1 ≤ M, so a smaller γ bounds it too.
    /// - Parameters:
    ///   - pipeline: stages p.
    ///   - microbatches: M.
    ///   - bubble: β, the least share of the bubble among the schedules of p.
    ///   - layerShare: the cheapest layer over Σ.
    /// - Returns: φ, at least 1.
    func leastStretch(pipeline: Int, microbatches: Int, bubble: Double, layerShare: Double) -> Double {
        let layers = model.job.model.layers
        let most = Double((layers + pipeline - 1) / pipeline)
        // In two directions a stage averages two chunks and may have less than ⌈L/p⌉ layers.
        let isEven = cuts.mayRunBothWays(pipeline: pipeline, microbatches: microbatches)
        let uneven = isEven ? 1 : max(1, most * layerShare * Double(pipeline))
        return uneven + bubble * max(0, Double(pipeline) - uneven) / Double(microbatches)
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
    func leastStep(_ block: BlockWork, _ grid: Grid) -> Double {
        let stretch = leastStretch(
            pipeline: grid.pipeline, microbatches: globalBatch / (grid.data * block.microbatch),
            bubble: cuts.leastBubble(pipeline: grid.pipeline), layerShare: block.layerShare)
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
