import Quantities
import Training

/// What a layout takes at least that recomputes more than another.
///
/// Recomputation makes every stage longer, but on the first stage it hides traffic of its weights. With δ the seconds by
/// which it makes the first stage longer for each of M microbatches, it hides at most M·w·δ:
///
///     ZeRO-3          w = 1                      every microbatch gathers its weights
///     ZeRO-2          w = (ω + (M − 1)·Q)/M      the last one reduces, those before scatter behind the slowest stage
///     else            w = ω·passes/M             ω: `StepConstants.dataWindow`
///
/// and the pipeline takes at least M·q·δ more, where q and Q are the least and the most by which any stage gets longer,
/// over δ: of whole backward passes, every bound of `PipelineFloor` that can be the largest grows by M times that of some
/// stage. So a step with more recomputed is at most M·δ·(w − q) shorter, and no shorter at all where w ≤ q.
extension TransformerStepModel {
    /// Seconds that no recomputation of at least as many layers, or modules, goes below; lowered by more than rounding.
    /// - Parameters:
    ///   - layout: with what is recomputed.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - spreads: where the ranks lie that communicate once a step.
    ///   - known: its time in closed form; nil where it is to be priced.
    /// - Returns: seconds of a step.
    func leastStep(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, spreads: StepSpreads,
        known: StepBreakdown? = nil
    ) -> Double {
        let here = (known ?? step(layout, costs: costs, stages: stages, spreads: spreads)).total.value
        var recomputed = layout
        recomputed.recomputation = .full
        let passing = layout.schedule.placement.passingShare
        let first = (layers(layout, stages.classes[0], costs) * passing).total
        let most = (layers(recomputed, stages.classes[0], costs) * passing).total
        var least = -Double.infinity
        if let shortened = shortened(layout, stages: stages) {
            let seconds = Double(layout.microbatches) * max(0, most - first) * shortened
            least = here - seconds * (1 + jitterShare(gpus: layout.gpus))
            // Nothing hides more than all traffic.
            if shortened == 0 { return least * (1 - 1e-9) }
        }
        let hidden = step(layout, costs: costs, stages: stages, spreads: spreads, hiding: most)
        return max(least, hidden.total.value) * (1 - 1e-9)
    }

    /// By how much a step gets shorter at most with more recomputed, over M·δ; nil where that is not known.
    private func shortened(_ layout: TrainingLayout, stages: StageTable) -> Double? {
        guard layout.schedule.isBackwardWhole, layout.schedule.placement != .opposed, layout.offload.isEmpty,
            job.conduct.hostPipeline == 0, let (least, most) = stages.lengthened(from: layout.recomputation)
        else { return nil }
        let microbatches = Double(layout.microbatches)
        let window = constants.dataWindow
        let hidden: Double
        switch layout.sharding.stage {
        case .weights: hidden = 1
        case .gradients:
            guard most < .infinity else { return nil }
            hidden = (window + (microbatches - 1) * most) / microbatches
        case .nothing, .optimizer:
            let passes = layout.chunks == 1 ? 1 : min(layout.microbatches, layout.pipeline)
            hidden = window * Double(passes) / microbatches
        }
        return max(0, hidden - least)
    }
}

extension StageTable {
    /// The least and the most by which more recomputation makes any stage longer, over the first.
    ///
    /// Of all layers, and of modules in all of them, in proportion to the layers of each kind; of some layers, of as many
    /// as there are, kinds in proportion.
    /// - Parameter recomputation: what is recomputed already.
    /// - Returns: nil where the first stage may get longer and another one not.
    fileprivate func lengthened(from recomputation: LayoutRecomputation) -> (least: Double, most: Double)? {
        let first = classes[0]
        var (least, most) = (1.0, 1.0)
        for stage in classes.dropFirst() {
            for (count, own) in zip(first.counts, stage.counts) where count > 0 {
                let ratio = Double(own) / Double(count)
                (least, most) = (min(least, ratio), max(most, ratio))
            }
            if zip(first.counts, stage.counts).contains(where: { $0 == 0 && $1 > 0 }) { return nil }
        }
        guard elements.count > 1 || recomputation.kind == .layers else { return (least, most) }
        let counts = classes.map { Double($0.layers) }
        guard let few = counts.min(), let many = counts.max(), few > 0 else { return nil }
        // Some layers of a stage are recomputed already: the one with fewest may have none left.
        if recomputation.kind == .layers {
            return elements.count == 1 && few == counts[0] ? (1, few == many ? 1 : .infinity) : nil
        }
        return (least * min(1, counts[0] / many), most * max(1, counts[0] / few))
    }
}
