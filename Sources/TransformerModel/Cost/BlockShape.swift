import Quantities
import Training

/// The part of a layout that decides what one rank computes for one microbatch in one layer.
///
/// Layouts that agree in it share their block costs, so a search tabulates them by it.
public struct BlockKey: Hashable, Sendable {
    /// Tensor ranks.
    public var tensor: Int
    /// Sequence parallelism.
    public var sequenceParallelism: SequenceParallelism
    /// Context ranks.
    public var context: Int
    /// How attention reaches other context ranks.
    public var contextMethod: ContextMethod
    /// Expert ranks.
    public var expert: Int
    /// Expert-tensor ranks.
    public var expertTensor: Int
    /// Sequences in a microbatch.
    public var microbatch: Int
    /// Bytes of a gradient that products of weights add up.
    public var gradientBytes: Int

    /// The block's part of a layout.
    ///
    /// Gradients are kept in 16 bits in fp16 training and where optimizer states are sharded, as frameworks
    /// that shard them do, else as the precision says.
    /// - Parameters:
    ///   - layout: the layout.
    ///   - precision: of the run.
    public init(_ layout: TrainingLayout, precision: TrainingPrecision) {
        tensor = layout.tensor
        sequenceParallelism = layout.sequenceParallelism
        context = layout.context
        contextMethod = layout.contextMethod
        expert = layout.expert
        expertTensor = layout.expertTensor
        microbatch = layout.microbatch
        let isNarrow = precision.matrix == .fp16 || layout.sharding.stage >= .optimizer
        gradientBytes = isNarrow ? 2 : Int(precision.gradients.size.value)
    }
}

/// Sizes of one layer on one rank, as numbers for formulas.
struct BlockShape {
    /// Tokens of a microbatch on a rank: microbatch·s/c.
    let tokens: Double
    /// t, and t where activations between matrices are split along the sequence, else 1.
    let tensor: Double
    let sequence: Double
    let width: Double
    let sequenceLength: Double
    /// Heads on a rank, and heads of keys: at least one.
    let heads: Double
    let keyHeads: Double
    /// Sizes of a head for scores and values.
    private(set) var scoreSize: Double
    private(set) var valueSize: Double
    /// Matrices that widen: 2 if gated, else 1.
    let gates: Double
    /// Feed-forward width on a rank.
    let feedForward: Double

    init(_ model: Transformer, _ key: BlockKey) {
        tokens = Double(key.microbatch * model.sequenceLength) / Double(key.context)
        tensor = Double(key.tensor)
        sequence = key.sequenceParallelism == .on ? tensor : 1
        width = Double(model.width)
        sequenceLength = Double(model.sequenceLength)
        let form = model.attention.form
        heads = Double(form.heads) / tensor
        keyHeads = max(Double(form.keyValueHeads) / tensor, 1)
        scoreSize = Double(form.scoreHeadSize)
        valueSize = Double(form.valueHeadSize)
        gates = Double(model.feedForward.gating.matrices - 1)
        feedForward = Double(model.feedForward.width) / tensor
    }
    /// The shape as scores and their product with the values see it.
    ///
    /// Heads that attend to keys of an indexer's choice do so on the latent vectors themselves, which all of them share
    /// (arXiv:2512.02556, section 2.1): the products up to heads move to queries and outputs, as many in number.
    func core(of model: Transformer) -> BlockShape {
        guard model.attention.indexer != nil, case .latent(let form) = model.attention.form else {
            return self
        }
        var core = self
        core.scoreSize = Double(form.keyValueRank + form.rotaryHeadSize)
        core.valueSize = Double(form.keyValueRank)
        return core
    }
}
