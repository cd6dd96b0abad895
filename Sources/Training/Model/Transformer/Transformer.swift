/// A decoder-only transformer to be trained: its shape, its sequence, and no hardware.
///
/// A model is a value; ``validate()`` says whether its numbers fit together. What a pipeline cuts is its
/// ``chain``; what it weighs is ``parameters``; what it computes is ``forwardFlop(counting:)``.
public struct Transformer: Hashable, Sendable, Codable {
    /// Catalogue name, for instance `llama-3-70b`.
    public var name: String
    /// Numbered layers, at least 1.
    public var layers: Int
    /// Width of the model (hidden size), at least 1.
    public var width: Int
    /// Attention of every layer.
    public var attention: Attention
    /// Feed-forward part of layers without experts; in a model whose every layer has experts it is not used,
    /// except for its gating.
    public var feedForward: FeedForward
    /// Experts, or nil in a dense model.
    public var experts: ExpertLayers?
    /// The mixer of layers that carry a state along the sequence; nil in a model of attention alone.
    public var recurrence: Recurrence?
    /// What each layer is made of, where the rules of ``SlidingWindow`` and ``DenseLayers`` do not say it; nil where they
    /// do.
    public var pattern: LayerPattern?
    /// Tokens of the vocabulary, without padding.
    public var vocabulary: Int
    /// Whether logits reuse the embedding's matrix.
    public var embeddings: EmbeddingTying
    /// How positions enter.
    public var positions: Positions
    /// Norms of a layer.
    public var norms: Norms
    /// Which matrices add a bias.
    public var biases: Biases
    /// Tokens in a sequence, at least 1.
    public var sequenceLength: Int
    /// Depths of multi-token prediction; 0 without.
    public var multiTokenDepth: Int
    /// Sequences in a global batch that the model is known to be trained with; nil where none is known.
    public var defaultGlobalBatch: Int?
    /// What a framework must be told and no price depends on; nil where nothing of it is known.
    public var constants: ModelConstants?

    /// Makes a transformer without checking it.
    public init(
        name: String, layers: Int, width: Int, attention: Attention, feedForward: FeedForward,
        experts: ExpertLayers? = nil, vocabulary: Int, embeddings: EmbeddingTying = .untied,
        positions: Positions = .rotary, norms: Norms = Norms(), biases: Biases = [],
        sequenceLength: Int, multiTokenDepth: Int = 0, defaultGlobalBatch: Int? = nil,
        constants: ModelConstants? = nil, recurrence: Recurrence? = nil, pattern: LayerPattern? = nil
    ) {
        self.name = name
        self.layers = layers
        self.width = width
        self.attention = attention
        self.feedForward = feedForward
        self.experts = experts
        self.vocabulary = vocabulary
        self.embeddings = embeddings
        self.positions = positions
        self.norms = norms
        self.biases = biases
        self.sequenceLength = sequenceLength
        self.multiTokenDepth = multiTokenDepth
        self.defaultGlobalBatch = defaultGlobalBatch
        self.constants = constants
        self.recurrence = recurrence
        self.pattern = pattern
    }
}

/// Whether logits and embedding share a matrix.
public enum EmbeddingTying: String, Hashable, Sendable, Codable, CaseIterable {
    /// One matrix for both; a pipeline keeps a copy on its first and on its last stage.
    case tied
    /// A matrix each.
    case untied
}

/// How positions enter a model.
public enum Positions: Hashable, Sendable, Codable {
    /// Queries and keys are rotated; no parameters.
    case rotary
    /// A learned vector for each of so many positions.
    case learned(Int)
    /// A bias on the scores that falls with distance (ALiBi); no parameters.
    case linearBias
    /// None.
    case absent
}

/// The norms of a model.
public struct Norms: Hashable, Sendable, Codable {
    /// What each norm holds.
    public var kind: Kind
    /// Norms in a layer: 2 as usual, 4 with norms after each part too, 1 where attention and feed-forward
    /// run side by side on one norm, or where layers have one part each.
    public var perLayer: Int
    /// A norm after the embedding, as in BLOOM.
    public var embedding: Presence

    /// Makes a set of norms.
    public init(kind: Kind = .rootMeanSquare, perLayer: Int = 2, embedding: Presence = .absent) {
        self.kind = kind
        self.perLayer = perLayer
        self.embedding = embedding
    }

    /// What a norm holds.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A scale.
        case rootMeanSquare = "rms"
        /// A scale and a shift.
        case layer
        /// A scale, with the mean taken off.
        case layerWithoutBias = "layer-without-bias"

        /// Vectors of the width: 1 or 2.
        public var vectors: Int { self == .layer ? 2 : 1 }
    }
}

/// The matrices that add a bias.
public struct Biases: OptionSet, Hashable, Sendable, Codable {
    /// Bits as stored.
    public let rawValue: Int

    /// Makes a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Queries, keys and values.
    public static let queryKeyValue = Biases(rawValue: 1)
    /// The attention's output.
    public static let attentionOutput = Biases(rawValue: 2)
    /// The feed-forward part and the experts.
    public static let feedForward = Biases(rawValue: 4)
    /// The router.
    public static let router = Biases(rawValue: 8)
    /// The logits.
    public static let head = Biases(rawValue: 16)
    /// One number a head that takes part in the softmax (attention sinks).
    public static let attentionSink = Biases(rawValue: 32)
    /// All matrices of a layer, as in GPT-2 and GPT-3.
    public static let layer: Biases = [.queryKeyValue, .attentionOutput, .feedForward]

    /// Names as in model files, in order.
    public static let named: [(name: String, bias: Biases)] = [
        ("qkv", .queryKeyValue), ("attention_output", .attentionOutput), ("feed_forward", .feedForward),
        ("router", .router), ("head", .head), ("attention_sink", .attentionSink),
    ]
}
