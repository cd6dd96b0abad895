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
    /// Share of the time of all stages but the slowest that a schedule leaves as bubble, at the least.
    /// - Parameters:
    ///   - schedule: which.
    ///   - pipeline: stages, at least 2.
    ///   - chunks: chunks a stage.
    /// - Returns: 0...1.
    public static func leastBubble(_ schedule: LayoutSchedule, pipeline: Int, chunks: Int) -> Double {
        bubbleShare(schedule, pipeline: pipeline, chunks: chunks)
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
        var least = StageParameters(shared: .infinity, experts: .infinity)
        for index in none.indices {
            var counts = none
            counts[index] = layers
            let one = costs.parameters.parameters(of: StageTable.Class(counts: counts, embeddings: 1))
            least.shared = min(least.shared, one.shared)
            least.experts = min(least.experts, one.experts)
        }
        let exchange = exchange(layout, least, spreads, firstStage: stageSeconds)
        return exchange.shards + exchange.data + optimizer(layout, least)
    }

    /// Bytes below which no rank's memory can be: an average stage with one microbatch in flight.
    /// - Parameters:
    ///   - layout: degrees and the shard group; schedule and recomputation do not matter.
    ///   - costs: of its block.
    ///   - whole: the model on one stage.
    ///   - sharding: the furthest that may be chosen.
    ///   - offload: everything that may be offloaded.
    /// - Returns: bytes.
    public func leastMemory(
        _ layout: TrainingLayout, costs: BlockCosts, whole: StageTable, sharding: Sharding.Stage,
        offload: Offload = []
    ) -> Double {
        var shared = 0.0
        var experts = 0.0
        var activations = 0.0
        for stage in whole.classes {
            let parameters = costs.parameters.parameters(of: stage)
            shared += parameters.shared
            experts += parameters.experts
            for (count, layer) in zip(stage.counts, costs.activations.layers) {
                activations += Double(count) * min(layer.kept, layer.selective, layer.full)
            }
        }
        let group = layout.sharding.group
        let ranks = Double(group ?? layout.gradientRanks)
        let copies = group == nil ? layout.expertData : layout.expertShardRanks
        let sharded = shared / ranks + experts / Double(max(1, copies))
        let all = shared + experts
        let precision = job.precision
        let states = (precision.masterWeights?.size.value ?? 0) + 2 * precision.moments.size.value
        var bytes = 2 * (sharding >= .gradients ? sharded : all)
        if !offload.contains(.optimizer) { bytes += states * (sharding >= .optimizer ? sharded : all) }
        if !offload.contains(.weights) {
            bytes += precision.weights.size.value * (sharding >= .weights ? sharded : all)
        }
        if offload.contains(.activations) { activations = 0 }
        return memoryConstants.contextBytes + (bytes + activations) / Double(layout.pipeline)
    }
}

extension StageTable {
    /// Layers of the largest stage.
    public var mostLayers: Int { classes.map(\.layers).max() ?? 0 }

    /// Distinct numbered layers of the model.
    public var kinds: Int { elements.count }
}
