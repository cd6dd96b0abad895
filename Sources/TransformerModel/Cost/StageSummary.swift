import Quantities
import Training

/// What one stage of a pipeline holds and takes.
public struct StageSummary: Hashable, Sendable {
    /// Its index, from 0.
    public var stage: Int
    /// Numbered layers.
    public var layers: Int
    /// How many of them are recomputed whole.
    public var recomputed: Int
    /// Whether it holds the embedding.
    public var hasEmbedding: Bool
    /// Whether it holds logits and loss.
    public var hasHead: Bool
    /// Time of one microbatch, forward and backward with transfers.
    public var time: Seconds
    /// What each of its ranks holds.
    public var footprint: MemoryFootprint
    /// Memory of each of its ranks.
    public var memory: Bytes { footprint.total }
}

extension TransformerStepModel {
    /// The stages of a layout, one by one.
    /// - Parameter layout: assumed legal.
    /// - Returns: as many as there are pipeline stages.
    public func stageSummaries(_ layout: TrainingLayout) -> [StageSummary] {
        let costs = costs(of: layout)
        let stages = StageTable(layout, model: job.model)
        let transfer = pipelineTransfer(layout, StepSpreads.stageCrossings(layout, placement: placement))
        return layout.stages(of: job.model).map { content in
            var held = StageTable.Class(counts: stages.elements.map { _ in 0 }, first: content.stage)
            for chunk in content.chunks {
                held.embeddings += chunk.embedding == .present ? 1 : 0
                held.heads += chunk.head == .present ? 1 : 0
                for number in chunk.layers {
                    guard let index = stages.elements.firstIndex(of: job.model.element(atLayer: number))
                    else { continue }
                    held.counts[index] += 1
                }
            }
            held.recomputed = layout.recomputedLayers(on: content.stage, of: content.layerCount)
            return StageSummary(
                stage: content.stage, layers: content.layerCount, recomputed: held.recomputed,
                hasEmbedding: held.embeddings > 0, hasHead: held.heads > 0,
                time: Seconds(stageSeconds(layout, held, costs).total + transfer),
                footprint: footprint(layout, held, costs: costs, stages: stages))
        }
    }
}
