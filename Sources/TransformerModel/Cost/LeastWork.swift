import Quantities
import Training

extension TransformerStepModel {
    /// Accelerator-seconds of one sequence, forward and backward, below which no layout is.
    ///
    ///     (1 + 2β)·(W/w + E/(γ·w) + H/a) + 3·S/a + I/a        1 + β where weights are frozen
    ///
    /// W, E, H, S, I: forward FLOP of products of weights, routed experts, logits, causal scores with the chunks of
    /// recurrences, and scores of indexers; w and a: rates that
    /// long products of weights and of activations sustain; β: backward products over forward ones; γ: rate of grouped
    /// products over that of one. Routers are left out, as they are priced without products.
    ///
    /// Each kernel takes at least its arithmetic at these rates, and ranks share it: what a rank does is at least the
    /// whole over tensor and context ranks. With p stages the slowest takes at least a pth of all layers and ends,
    /// M microbatches take it M times, and what comes besides only adds. So ranks times step is at least the arithmetic
    /// of the batch. Lowered by more than the rounding of the sums it stands for.
    /// - Source: the kernels of this model (`MatrixKernel`, `AttentionCore`, `LayerPricer`); checked by
    ///   `LeastWorkTests`.
    public var leastWorkOfSequence: Double {
        let flop = job.model.forwardFlop(counting: .causal)
        let weights = rates.weights.peak * rates.weights.fraction
        let activations = rates.activations.peak * rates.activations.fraction
        let products =
            flop.attentionProjections + flop.feedForward + flop.sharedExperts + flop.multiToken
            + flop.recurrentProjections
        var forward = products.value / weights + flop.head.value / activations
        forward += flop.experts.value / (weights * max(job.conduct.groupedEfficiency, 1e-9))
        let scores =
            (3 * (flop.attentionScores + flop.recurrentChunks) + flop.indexScores).value / activations
        // Of frozen weights there is the gradient of inputs alone.
        let backward = job.trained.rank == nil ? 2.0 : 1
        let seconds = forward * (1 + backward * constants.backwardSlowdown) + scores
        return seconds * (1 - 1e-9)
    }
}
