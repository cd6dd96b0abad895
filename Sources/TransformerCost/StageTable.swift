import Strategy
import Workload

/// What the stages of a pipeline hold, as counts of distinct elements, with equal stages taken together.
///
/// It depends on pipeline degree, chunks, schedule and spread alone, so a search keeps one for each of them.
public struct StageTable: Sendable {
    /// Stages that hold the same.
    struct Class: Sendable {
        /// Numbered layers by entry of ``StageTable/elements``.
        var counts: [Int]
        /// Copies of embedding, head and multi-token depths.
        var embeddings = 0
        var heads = 0
        /// Stages of the class, and the first of them.
        var stages = 1
        var first = 0

        var layers: Int { counts.reduce(0, +) }
    }

    /// Distinct numbered layers of the model.
    let elements: [ChainElement]
    /// Classes in order of their first stage; the first holds stage 0.
    let classes: [Class]
    let pipeline: Int
    let chunks: Int

    /// Lists the classes.
    public init(_ layout: TrainingLayout, model: Transformer) {
        var elements: [ChainElement] = []
        for (element, _) in model.elementCounts where element.kind.isLayer { elements.append(element) }
        var classes: [Class] = []
        for stage in layout.stages(of: model) {
            var new = Class(counts: Array(repeating: 0, count: elements.count), first: stage.stage)
            for chunk in stage.chunks {
                if chunk.embedding == .present { new.embeddings += 1 }
                if chunk.head == .present { new.heads += 1 }
                for layer in chunk.layers {
                    if let index = elements.firstIndex(of: model.element(atLayer: layer)) {
                        new.counts[index] += 1
                    }
                }
            }
            if let known = classes.firstIndex(where: {
                $0.counts == new.counts && $0.embeddings == new.embeddings && $0.heads == new.heads
            }) {
                classes[known].stages += 1
            } else {
                classes.append(new)
            }
        }
        self.elements = elements
        self.classes = classes
        pipeline = max(1, layout.pipeline)
        chunks = max(1, layout.chunks)
    }
}
