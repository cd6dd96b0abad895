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
    ///   - costs: of its block.
    ///   - spreads: where its ranks lie.
    ///   - layers: numbered layers that the first stage holds at least.
    ///   - stageSeconds: seconds that it takes at most for one microbatch.
    /// - Returns: seconds of a step.
    public func leastAfterPipeline(
        _ layout: TrainingLayout, costs: BlockCosts, spreads: StepSpreads, layers: Int, stageSeconds: Double
    ) -> Double {
        let none = [Int](repeating: 0, count: costs.layers.count)
        var least = StageParameters(shared: .infinity, experts: .infinity, units: Double(layers))
        for index in none.indices {
            var counts = none
            counts[index] = layers
            let one = costs.parameters.parameters(of: StageTable.Class(counts: counts, embeddings: 1))
            least.shared = min(least.shared, one.shared)
            least.experts = min(least.experts, one.experts)
            // What is frozen moves less, so the most of it bounds.
            least.frozenShared = max(least.frozenShared, one.frozenShared)
            least.frozenExperts = max(least.frozenExperts, one.frozenExperts)
        }
        least.frozenShared = min(least.frozenShared, least.shared)
        least.frozenExperts = min(least.frozenExperts, least.experts)
        let exchange = exchange(
            layout, least, spreads, firstStage: stageSeconds, slowest: stageSeconds)
        return exchange.shards + exchange.data + optimizer(layout, least)
    }

    /// Bytes below which no rank's memory can be: an average stage with one microbatch in flight.
    /// - Parameters:
    ///   - layout: degrees and the shard group; schedule and recomputation do not matter.
    ///   - held: what the whole model holds on a rank of the block.
    ///   - sharding: the furthest that may be chosen.
    ///   - offload: everything that may be offloaded.
    /// - Returns: bytes.
    public func leastMemory(
        _ layout: TrainingLayout, held: HeldByModel, sharding: Sharding.Stage, offload: Offload = []
    ) -> Double {
        let group = layout.sharding.group
        let ranks = Double(group ?? layout.gradientRanks)
        let copies = group == nil ? layout.expertData : layout.expertShardRanks
        let sharded = held.shared / ranks + held.experts / Double(max(1, copies))
        let all = held.shared + held.experts
        let precision = job.precision
        let states = job.stateBytes
        let (shared, experts) = (held.shared - held.frozenShared, held.experts - held.frozenExperts)
        let trained = shared + experts
        let trainedShards = shared / ranks + experts / Double(max(1, copies))
        var bytes = 2 * (sharding >= .gradients ? trainedShards : trained)
        if !offload.contains(.optimizer) {
            bytes += states * (sharding >= .optimizer ? trainedShards : trained)
        }
        if !offload.contains(.weights) {
            bytes += precision.weights.size.value * (sharding >= .weights ? sharded : all)
        }
        let activations = offload.contains(.activations) ? 0 : held.activations
        return job.conduct.contextBytes + (bytes + activations) / Double(layout.pipeline)
    }
}

/// What a whole model holds on one rank of a block.
public struct HeldByModel: Hashable, Sendable {
    /// Weights outside the experts, and of routed experts.
    let shared: Double
    let experts: Double
    /// Those of both that are frozen.
    let frozenShared: Double
    let frozenExperts: Double
    /// Bytes of activations of one microbatch, kept or recomputed, whichever is less; modules leave more than the
    /// layer's input.
    let activations: Double

    /// Adds up a block's tables.
    init(_ parameters: ParameterTable, _ table: ActivationTable, whole: StageTable) {
        var (shared, experts, activations) = (0.0, 0.0, 0.0)
        var (frozenShared, frozenExperts) = (0.0, 0.0)
        for stage in whole.classes {
            let weights = parameters.parameters(of: stage)
            shared += weights.shared
            experts += weights.experts
            frozenShared += weights.frozenShared
            frozenExperts += weights.frozenExperts
            for (count, layer) in zip(stage.counts, table.layers) {
                activations += Double(count) * min(layer.kept, layer.full)
            }
        }
        self.shared = shared
        self.experts = experts
        self.frozenShared = frozenShared
        self.frozenExperts = frozenExperts
        self.activations = activations
    }
}

extension TransformerStepModel {
    /// What the whole model holds on a rank.
    /// - Parameters:
    ///   - layout: its block's part matters.
    ///   - whole: the model on one stage.
    /// - Returns: weights and bytes.
    public func held(_ layout: TrainingLayout, whole: StageTable) -> HeldByModel {
        let key = BlockKey(layout, precision: job.precision)
        return HeldByModel(
            ParameterTable(job: job, key: key, elements: layerElements),
            ActivationTable(
                job: job, kernels: kernels, key: key, elements: layerElements),
            whole: whole)
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
    /// least with none or all of them, or with as many modules recomputed as may be; each class of stages takes what is least for it,
    /// hence no choice made for all of them holds less. Lowered by more than rounding.
    /// - Parameters:
    ///   - layout: degrees, schedule, sharding, offload; recomputation does not matter.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - choices: how layers may be recomputed.
    /// - Returns: bytes.
    func leastFootprint(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, choices: RecomputationShares
    ) -> Double {
        let isOnHost = layout.offload.contains(.activations)
        var fullest = 0.0
        for entry in stages.classes {
            var held = Double.infinity
            func take(_ modules: RecomputedModules, share: Double) {
                let bytes = heldBytes(layout, entry, costs: costs, recomputing: modules, share: share)
                held = min(held, isOnHost ? bytes.working : bytes.all)
            }
            if choices.keeps { take([], share: 0) }
            for modules in choices.modules { take(modules, share: 0) }
            if choices.recomputes { take([], share: 1) }
            let beside = footprint(layout, entry, costs: costs, held: (held, 0)).total.value
            fullest = max(fullest, beside)
        }
        return fullest * (1 - 1e-12)
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
