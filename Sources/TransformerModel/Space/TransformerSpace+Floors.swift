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

        /// Takes what a block's layers and ends take for one microbatch.
        init(
            _ seconds: BlockSeconds.Sum, microbatch: Int, inner: Int, globalBatch: Int, index: Int = 0
        ) {
            self.index = index
            self.microbatch = microbatch
            self.inner = inner
            layerShare = seconds.all > 0 ? seconds.leastLayer / seconds.all : 0
            mainShare = seconds.all > 0 ? seconds.mainLayer / seconds.all : 0
            work = BlockList.work(seconds.all, inner: inner, microbatch: microbatch, globalBatch: globalBatch)
        }
    }

    func blockWork(_ index: Int) -> BlockWork {
        let (microbatch, inner) = blocks.ranks(index)
        return BlockWork(
            blocks.seconds(index), microbatch: microbatch, inner: inner, globalBatch: globalBatch,
            index: index)
    }

    /// Factor by which uneven stages and what comes before them stretch work that is shared evenly, at the least.
    /// - Parameters:
    ///   - choice: how stages are cut.
    ///   - pipeline: stages p.
    ///   - microbatches: M.
    ///   - layerShare: the cheapest layer over all layers and ends.
    ///   - mainShare: the layer that there are most of over the same.
    /// - Returns: at least 1; infinite where no cut runs.
    func leastStretch(
        _ choice: LayoutLimits.StageChoice, pipeline: Int, microbatches: Int, layerShare: Double,
        mainShare: Double
    ) -> Double {
        stretches.stretch(choice, pipeline: pipeline, microbatches: microbatches)
            .factor(leastLayer: layerShare, mainLayer: mainShare)
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
    func mayFit(block index: Int, _ grid: Grid) -> Bool {
        floor.mayFit(
            blocks.held(index), pipeline: grid.pipeline, data: grid.data,
            microbatches: globalBatch / (grid.data * blocks.ranks(index).microbatch))
    }
}
