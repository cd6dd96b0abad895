import Quantities
import Training

extension TransformerStepModel {
    /// Accelerator-seconds of a step's layers and ends below which no block of any layout goes, whatever its degrees.
    ///
    /// They are those of one rank that takes the whole batch as one microbatch, without traffic, over the sequences of
    /// the batch. Why no block of tensor and context ranks t·c and microbatches of b sequences takes less a sequence,
    /// times its ranks: of every kernel
    /// - what grows with rows and columns is shared by the ranks at best, and t·c times a rank's share is the whole;
    /// - what is read once for each microbatch, or lost once, as weights, gradients, lost waves, launches and the
    ///   host's time, is multiplied by t·c/b ≥ 1/B, which is what it counts for here. Of experts on e ranks, each split
    ///   in x, a rank has an eth, an xth each, and e·x divides t·c·δ where b·δ ≤ B sequences are at work at once: again
    ///   t·c/(e·x·b) ≥ 1/B;
    /// - attention has the same keys for each query on any ranks, and at least one head of keys is there;
    /// - traffic and what kernels lose beside it only add;
    /// and the smooth maximum of kernels and host is homogeneous and monotone. That a step on N accelerators takes at
    /// least an Nth of a block's work is the bound of blocks (``TransformerSpace``). Lowered by more than rounding.
    /// - Parameters:
    ///   - globalBatch: sequences B in a step.
    ///   - shardings: what may be sharded.
    /// - Returns: accelerator-seconds.
    func leastBlockWork(globalBatch: Int, shardings: [Sharding.Stage]) -> Double {
        BlockList.work(
            leastBlockSeconds(globalBatch: globalBatch, shardings: shardings).all, inner: 1,
            microbatch: globalBatch, globalBatch: globalBatch)
    }

    /// The seconds of that rank, which for the cheapest layer and for the one that there are most of bound those of blocks
    /// as they do for all: the argument is about each kernel.
    /// - Parameters:
    ///   - globalBatch: sequences B in a step, which are one microbatch.
    ///   - shardings: what may be sharded.
    /// - Returns: seconds.
    func leastBlockSeconds(globalBatch: Int, shardings: [Sharding.Stage]) -> BlockSeconds.Sum {
        let layout = TrainingLayout(microbatch: globalBatch, globalBatch: globalBatch)
        let spreads = BlockSpreads(layout, placement: placement)
        var sharded = layout
        // As `blockSeconds` has it: the narrowest gradients that may be chosen.
        sharded.sharding = Sharding(shardings.contains { $0 >= .optimizer } ? .optimizer : .nothing)
        return blockSeconds(layout, spreads, shardings: shardings)
            .sum(BlockKey(sharded, precision: job.precision), spreads).scaled(by: 1 - 1e-9)
    }

    /// Accelerators whose memory holds one copy of weights, gradients and optimizer states of the numbered layers,
    /// as a real number; what may be offloaded left out.
    func holdingGPUs(offload: Offload) -> Double {
        let count = job.model.mainParameters
        let weights = count.attention + count.feedForward + count.experts + count.sharedExperts
        var bytes = 2.0
        if !offload.contains(.optimizer) { bytes += job.stateBytes }
        if !offload.contains(.weights) { bytes += job.precision.weights.size.value }
        let room = memoryLimit.value - job.conduct.contextBytes
        return room > 0 ? weights * bytes / room * (1 - 1e-9) : .infinity
    }
}
