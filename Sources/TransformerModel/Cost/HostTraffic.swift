import Quantities
import Training

/// Seconds that offloaded state costs on the way to the host and there, nothing hidden.
struct HostTraffic {
    /// Weights brought up and activations taken down and up again, in one microbatch.
    var microbatch = 0.0
    /// Gradients taken down, the optimizer's step on the host, and weights brought up, once a step.
    var once = 0.0

    /// Seconds of a step that nothing hides.
    /// - Parameters:
    ///   - microbatches: of the step.
    ///   - window: seconds of the step that may hide it.
    /// - Returns: seconds.
    func exposed(microbatches: Double, window: Double) -> Double {
        max(0, microbatches * microbatch - window) + once
    }
}

extension TransformerStepModel {
    /// Traffic between a rank of a stage and its host.
    ///
    /// - Weights come up twice a microbatch, for the forward and the backward pass: the rank's shard where they
    ///   are sharded, and the gather follows (ZeRO-Infinity, Rajbhandari et al. 2021, arXiv:2104.07857).
    /// - Activations go down on the forward pass and come up on the backward pass. Both directions work at once,
    ///   so that what comes up decides.
    /// - The optimizer steps on the host (ZeRO-Offload, Ren et al. 2021, arXiv:2101.06840): 16-bit gradients of
    ///   the shard go down, the passes that a device takes over its memory are taken over the host's, new
    ///   weights come up unless they stay there. Piece by piece, so that the slowest of the three counts.
    ///
    /// What moves in a microbatch is prefetched beside the passes, the waits for slower stages and the gathers of sharded
    /// weights, and hidden as far as these last, but for the part of the passes that hides the reduction of gradients. What moves
    /// once a step waits for the last gradient and holds up the next step: nothing hides it. Overlap of the
    /// step's gradients with the backward pass, and updates delayed by a step, are not modelled.
    func hostTraffic(
        _ layout: TrainingLayout, _ parameters: StageParameters, _ stage: StageTable.Class,
        _ costs: BlockCosts
    ) -> HostTraffic {
        guard !layout.offload.isEmpty else { return HostTraffic() }
        let link = rates.host.oneWayBandwidth.value
        let shards = layout.sharding.stage == .nothing ? parameters.all : parameters.sharded(by: layout)
        var traffic = HostTraffic()
        if layout.offload.contains(.weights) {
            let weights = layout.sharding.stage == .weights ? shards : parameters.all
            traffic.microbatch += 2 * job.precision.weights.size.value * weights / link
        }
        if layout.offload.contains(.activations) {
            traffic.microbatch += heldBytes(layout, stage, costs: costs).microbatch / link
        }
        let trained = parameters.trainedPart
        let stepped = layout.sharding.stage == .nothing ? trained.all : trained.sharded(by: layout)
        let transfer = 2 * stepped / link
        if layout.offload.contains(.optimizer) {
            let memory = rates.host.memoryBandwidth.value * constants.hostMemoryFraction
            traffic.once = max(transfer, job.updateBytes * stepped / memory)
        } else if layout.offload.contains(.weights) {
            traffic.once = transfer
        }
        return traffic
    }
}
