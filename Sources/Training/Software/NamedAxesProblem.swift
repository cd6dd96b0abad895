/// Why a layout does not lie on a mesh of named axes, over which whole dimensions of arrays are split in equal parts.
///
/// Replicas, shard groups, context ranks, tensor ranks and experts are an axis each; every axis but those of replicas and
/// tensor ranks shards the weights, along the width. Source: maxtext 0.2.5, `maxtext/configs/base.yml`
/// (`logical_axis_rules`), `maxtext/configs/types.py` (pipelines; `shard_optimizer_over_data`) and
/// `maxtext/layers/nnx_decoders.py` (a stage counts layers and is filled with whole cycles of unlike ones).
public enum NamedAxesProblem: Hashable, Sendable, CustomStringConvertible {
    /// Context ranks and ranks of experts hold shards of the weights, also where replicas do not.
    case wholeWeights(context: Int, expert: Int)
    /// A shard group holds all context ranks of its replicas and all experts.
    case shardGroup(group: Int, context: Int, expert: Int)
    /// Weights are split along their width, and along the ranks of latent attention.
    case width(group: Int, width: Int)
    /// Heads of keys and values are not copied.
    case keyValueHeads(tensor: Int, heads: Int)
    /// Tensor ranks split experts too.
    case expertTensor(Int, tensor: Int)
    /// A pipeline takes microbatches in multiples of its stages.
    case rounds(microbatches: Int, stages: Int)
    /// All layers of a pipeline are of one kind.
    case mixedLayers

    /// One clause: what does not fit, and what would.
    public var description: String {
        switch self {
        case .wholeWeights(let context, let expert):
            "its context ranks (\(context)) and ranks of experts (\(expert)) shard the weights; ZeRO-3 goes with them"
        case .shardGroup(let group, let context, let expert):
            "a shard group of \(group) must hold whole groups of \(context) context ranks times \(expert) ranks of experts"
        case .width(let group, let width):
            "shard groups and tensor ranks divide the dimensions that they split; \(group) does not divide \(width)"
        case .keyValueHeads(let tensor, let heads):
            "tensor \(tensor) does not divide the \(heads) heads of keys and values"
        case .expertTensor(let ranks, let tensor):
            "experts are split over the \(tensor) tensor ranks as the rest is, not over \(ranks)"
        case .rounds(let microbatches, let stages):
            "its pipelines need microbatches in multiples of pipeline \(stages), not \(microbatches)"
        case .mixedLayers: "its pipelines hold layers of one kind, alike in attention and in experts"
        }
    }

    /// Visits the problems until a visit answers false; allocates nothing.
    @inline(__always)
    static func forEach(
        _ layout: TrainingLayout, _ model: Transformer, _ visit: (NamedAxesProblem) -> Bool
    ) {
        let hasExperts = model.hasExpertLayers
        if layout.sharding.stage < .weights {
            if layout.context > 1 || layout.expert > 1 {
                guard visit(.wholeWeights(context: layout.context, expert: layout.expert)) else { return }
            }
        } else {
            let group = layout.shardRanks
            if !group.isMultiple(of: layout.context * layout.expert) {
                let problem = NamedAxesProblem.shardGroup(
                    group: group, context: layout.context, expert: layout.expert)
                guard visit(problem) else { return }
            }
            if let width = undivided(by: group, model) {
                guard visit(.width(group: group, width: width)) else { return }
            }
        }
        if layout.tensor > 1 {
            if !model.width.isMultiple(of: layout.tensor) {
                guard visit(.width(group: layout.tensor, width: model.width)) else { return }
            }
            let heads = model.attention.form.keyValueHeads
            if !heads.isMultiple(of: layout.tensor) {
                guard visit(.keyValueHeads(tensor: layout.tensor, heads: heads)) else { return }
            }
        }
        if hasExperts, layout.expertTensor != layout.tensor {
            guard visit(.expertTensor(layout.expertTensor, tensor: layout.tensor)) else { return }
        }
        guard layout.pipeline > 1 else { return }
        if !layout.microbatches.isMultiple(of: layout.pipeline) {
            let problem = NamedAxesProblem.rounds(
                microbatches: layout.microbatches, stages: layout.pipeline)
            guard visit(problem) else { return }
        }
        let first = model.element(atLayer: 0)
        for layer in 1..<max(1, model.layers) where model.element(atLayer: layer) != first {
            _ = visit(.mixedLayers)
            return
        }
    }

    /// The first of the dimensions along which weights are split that a number does not divide; nil where it divides all.
    private static func undivided(by group: Int, _ model: Transformer) -> Int? {
        if !model.width.isMultiple(of: group) { return model.width }
        guard case .latent(let form) = model.attention.form else { return nil }
        if let rank = form.queryRank, !rank.isMultiple(of: group) { return rank }
        return form.keyValueRank.isMultiple(of: group) ? nil : form.keyValueRank
    }
}
