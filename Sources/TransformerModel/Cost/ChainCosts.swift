import Quantities
import Training

/// What the elements of a model cost the stage that holds them, so that a model can be cut into stages.
///
/// All numbers add up over the elements of a stage, as in ``TransformerStepModel/step(_:)`` and
/// ``TransformerStepModel/memory(_:)``.
public struct ChainCosts: Hashable, Sendable {
    /// One element for one microbatch.
    public struct Element: Hashable, Sendable {
        /// Seconds forward and backward, nothing recomputed.
        public var seconds: Double
        /// Seconds that recomputing the whole element adds.
        public var extraSeconds: Double
        /// Bytes of weights, gradients, optimizer states and logits.
        public var stateBytes: Double
        /// Bytes that a microbatch in flight holds, nothing recomputed.
        public var keptBytes: Double
        /// The same, the element recomputed.
        public var recomputedBytes: Double
    }

    /// Numbered layers, one entry for each distinct one.
    public var layers: [Element]
    /// For every numbered layer its entry in ``layers``.
    public var order: [Int]
    /// The embedding, or what else comes before the layers.
    public var embedding: Element
    /// Logits, loss and multi-token depths.
    public var head: Element
    /// Both where one stage holds them; a tied matrix is kept once.
    public var bothEnds: Element
    /// Bytes that every stage holds besides, at least and at most.
    public var fixedBytes: ClosedRange<Double>
    /// Bytes of the layers at work on a stage that recomputes.
    public var workingBytes: Double
}

extension TransformerStepModel {
    /// What each element costs its stage.
    /// - Parameters:
    ///   - layout: degrees, schedule, chunks, sharding; recomputation and spread do not matter.
    ///   - costs: of its block.
    ///   - stages: any table of the model's stages.
    /// - Returns: numbers by element.
    public func chainCosts(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable
    ) -> ChainCosts {
        var layout = layout
        layout.recomputation = .nothing
        let none = [Int](repeating: 0, count: costs.layers.count)
        func state(_ held: StageTable.Class) -> Double {
            let bytes = footprint(layout, held, costs: costs, stages: stages)
            return (bytes.weights + bytes.gradients + bytes.optimizer + bytes.logits).value
        }
        let layers = costs.layers.indices.map { index in
            var one = none
            one[index] = 1
            let (time, kept) = (costs.layers[index], costs.activations.layers[index])
            return ChainCosts.Element(
                seconds: time.kept.total, extraSeconds: max(0, time.full.total - time.kept.total),
                stateBytes: state(StageTable.Class(counts: one)), keptBytes: kept.kept,
                recomputedBytes: kept.full)
        }
        func end(_ seconds: Double, _ held: StageTable.Class) -> ChainCosts.Element {
            ChainCosts.Element(
                seconds: seconds, extraSeconds: 0, stateBytes: state(held), keptBytes: 0, recomputedBytes: 0)
        }
        let fixed = costs.layers.indices.map { index in
            var one = none
            one[index] = 1
            let bytes = footprint(layout, StageTable.Class(counts: one), costs: costs, stages: stages)
            return (bytes.buffers + bytes.gathered).value
        }
        let most = costs.activations.layers.map(\.kept).max() ?? 0
        return ChainCosts(
            layers: layers,
            order: layerOrder,
            embedding: end(costs.embedding.total, StageTable.Class(counts: none, embeddings: 1)),
            head: end(costs.head.total, StageTable.Class(counts: none, heads: 1)),
            bothEnds: end(
                costs.embedding.total + costs.head.total,
                StageTable.Class(counts: none, embeddings: 1, heads: 1)),
            fixedBytes: (fixed.min() ?? 0)...(fixed.max() ?? 0),
            workingBytes: memoryConstants.workingLayers * most)
    }

    /// Bytes of a rank that what adds up over elements may fill: what a process can use, without the
    /// framework's context and the allocator's loss.
    public var allocatableBytes: Double {
        // Cuts are found among finite numbers; no stage holds so many bytes.
        min(1e30, (memoryLimit.value - job.conduct.contextBytes) / (1 + memoryConstants.fragmentation))
    }

    /// Seconds of a stage's transfers for one microbatch; every stage has them alike.
    public func transferSeconds(_ layout: TrainingLayout, _ spreads: StepSpreads) -> Double {
        pipelineTransfer(layout, spreads.stageCrossings)
    }
}
