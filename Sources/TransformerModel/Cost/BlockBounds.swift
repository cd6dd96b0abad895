import Quantities
import Training

/// What bounds the cost of every layout of a block, for searches.
extension BlockCosts {
    /// Seconds of all layers and both ends for one microbatch, nothing recomputed and without transfers
    /// between stages: the sum over the stages of any pipeline is at least that.
    /// - Parameter whole: the model on one stage.
    /// - Returns: seconds.
    public func secondsOfAll(_ whole: StageTable) -> Double {
        whole.classes.reduce(0) { sum, stage in
            var seconds = sum + Double(stage.embeddings) * embedding.total + Double(stage.heads) * head.total
            for (count, layer) in zip(stage.counts, layers) { seconds += Double(count) * layer.kept.total }
            return seconds
        }
    }

    /// Seconds of the cheapest layer for one microbatch.
    public var leastLayerSeconds: Double { layers.map(\.kept.total).min() ?? 0 }
}

extension TransformerStepModel {
    /// Seconds of a step on n accelerators for each accelerator-second of work, beyond what it takes without any.
    ///
    /// It falls with n: the growth with the accelerators used is slower than their number.
    func leastRate(gpus: Int) -> Double { (1 + jitterShare(gpus: gpus)) / Double(gpus) }

    /// Seconds of a step of work at the least, from ``leastRate(gpus:)``; lowered by more than rounding.
    func leastStep(work: Double, rate: Double) -> Double {
        (work * rate + job.conduct.stepOverhead) * (1 - 1e-9)
    }

    /// Seconds of a step's pipeline, nothing recomputed: whatever is recomputed or offloaded, and however states are
    /// sharded that go with the same block costs, the pipeline takes no less.
    /// - Parameters:
    ///   - layout: degrees, schedule and chunks, without recomputation.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    /// - Returns: seconds of a step, up to rounding.
    func leastPipeline(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, transfer: Double
    ) -> Double {
        guard layout.pipeline > 1 else {
            let slowest = stages.classes.reduce(0) { max($0, stageSeconds(layout, $1, costs).total) }
            return Double(layout.microbatches) * slowest
        }
        return pipelineFloor(layout, costs: costs, stages: stages, transfer: transfer, crossings: []).seconds
    }

    /// Seconds below which what follows a step's pipeline cannot be.
    /// - Parameters:
    ///   - layout: degrees and sharding.
    ///   - least: what the first stage holds at least.
    ///   - spreads: where its ranks lie.
    ///   - stageSeconds: seconds that it takes at most for one microbatch.
    /// - Returns: seconds of a step.
    func leastAfterPipeline(
        _ layout: TrainingLayout, _ least: StageParameters, spreads: StepSpreads, stageSeconds: Double
    ) -> Double {
        let exchange = exchange(
            layout, least, spreads, firstStage: stageSeconds, slowest: stageSeconds)
        return exchange.shards + exchange.data + optimizer(layout, least)
    }
}

extension StageTable {
    /// Layers of the largest stage.
    public var mostLayers: Int { classes.map(\.layers).max() ?? 0 }

    /// Distinct numbered layers of the model.
    public var kinds: Int { elements.count }
}

extension TransformerStepModel {
    /// Bytes below which the fullest rank of a layout is with no choice of recomputation.
    ///
    /// What a stage holds for a microbatch is linear in the share of its layers that is recomputed whole, so it is
    /// least with none or all of them, or with as many modules recomputed as may be; each class of stages takes what is
    /// least for it, hence no choice made for all of them holds less. Lowered by more than rounding.
    /// - Parameters:
    ///   - layout: degrees, schedule, sharding, offload; recomputation does not matter.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - choices: how layers may be recomputed.
    ///   - limit: bytes above which it does not matter by how much.
    /// - Returns: bytes; more than the limit where the least is.
    func leastFootprint(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, choices: RecomputationShares,
        limit: Double = .infinity
    ) -> Double {
        let isOnHost = layout.offload.contains(.activations)
        var fullest = 0.0
        for entry in stages.classes where fullest <= limit {
            var held = Double.infinity
            func take(_ modules: RecomputedModules, share: Double) {
                let bytes = heldBytes(layout, entry, costs: costs, recomputing: modules, share: share)
                held = min(held, isOnHost ? bytes.working : bytes.all)
            }
            if choices.keeps { take([], share: 0) }
            for modules in choices.modules { take(modules, share: 0) }
            if choices.recomputes { take([], share: 1) }
            let beside = footprint(layout, entry, costs: costs, held: (held, 0)).total.value
            fullest = max(fullest, beside * (1 - 1e-12))
        }
        return fullest
    }

    /// What choices of recomputation reach.
    struct RecomputationShares: Hashable, Sendable {
        /// Some layers may be kept whole, or be recomputed whole.
        var keeps = false
        var recomputes = false
        /// The modules that may be recomputed, of each choice that no other choice contains.
        var modules: [RecomputedModules] = []
    }

    /// The modules of some choices, without those that are part of another one's.
    func widestModules(of choices: [LayoutRecomputation]) -> [RecomputedModules] {
        let all = choices.map { modules(of: $0) }
        return all.filter { one in !all.contains { $0.isStrictSuperset(of: one) } }
    }
}
