/// The attention of a decoder layer: its heads, its mask and what it is made of.
public struct Attention: Hashable, Sendable, Codable {
    /// How queries, keys and values are made.
    public var form: AttentionForm
    /// Which earlier tokens a query sees.
    public var mask: AttentionMask
    /// A limit on how far back a query sees, in some or all layers; nil without one.
    public var window: SlidingWindow?
    /// Whether queries and keys of each head pass a norm of their own, as in Qwen3.
    public var headNorm: HeadNorm
    /// Whether a gate as wide as the queries multiplies what attention puts out, as in Qwen3-Next; made with the queries.
    public var outputGate: Presence
    /// What chooses the keys that a query attends to; nil where it attends to all that mask and window let through.
    ///
    /// Only with latent attention.
    public var indexer: KeyIndexer?

    /// Makes an attention.
    public init(
        form: AttentionForm, mask: AttentionMask = .causal, window: SlidingWindow? = nil,
        headNorm: HeadNorm = .absent, outputGate: Presence = .absent, indexer: KeyIndexer? = nil
    ) {
        self.form = form
        self.mask = mask
        self.window = window
        self.headNorm = headNorm
        self.outputGate = outputGate
        self.indexer = indexer
    }
}

/// How queries, keys and values are made from the width of the model.
public enum AttentionForm: Hashable, Sendable, Codable {
    /// Heads that share keys and values in groups: multi-head, grouped-query or multi-query.
    case grouped(GroupedAttention)
    /// Queries, keys and values through narrow latent vectors, as in DeepSeek-V2.
    case latent(LatentAttention)

    /// Whether it goes through latent vectors.
    public var isLatent: Bool {
        if case .latent = self { true } else { false }
    }

    /// Query heads.
    public var heads: Int {
        switch self {
        case .grouped(let attention): attention.heads
        case .latent(let attention): attention.heads
        }
    }

    /// Heads of keys and values; a latent attention makes one for each query head.
    public var keyValueHeads: Int {
        switch self {
        case .grouped(let attention): attention.keyValueHeads
        case .latent(let attention): attention.heads
        }
    }

    /// Width of a query or key of one head, over which scores are summed.
    public var scoreHeadSize: Int {
        switch self {
        case .grouped(let attention): attention.headSize
        case .latent(let attention): attention.plainHeadSize + attention.rotaryHeadSize
        }
    }

    /// Width of a value of one head.
    public var valueHeadSize: Int {
        switch self {
        case .grouped(let attention): attention.headSize
        case .latent(let attention): attention.valueHeadSize
        }
    }
}

/// Attention with query heads in groups that share keys and values.
public struct GroupedAttention: Hashable, Sendable, Codable {
    /// Query heads, at least 1.
    public var heads: Int
    /// Heads of keys and values, a divisor of `heads`: equal to it in multi-head, 1 in multi-query attention.
    public var keyValueHeads: Int
    /// Width of a head, at least 1; it need not be the model width over `heads`.
    public var headSize: Int

    /// Makes a grouped attention.
    public init(heads: Int, keyValueHeads: Int, headSize: Int) {
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.headSize = headSize
    }
}

/// Multi-head latent attention.
///
/// Source: DeepSeek-AI 2024, arXiv:2405.04434, section 2.1.
public struct LatentAttention: Hashable, Sendable, Codable {
    /// Query heads, at least 1.
    public var heads: Int
    /// Width of the latent vector of queries; nil where queries are made directly.
    public var queryRank: Int?
    /// Width of the latent vector of keys and values.
    public var keyValueRank: Int
    /// Part of a head's query and key that carries the rotary position.
    public var rotaryHeadSize: Int
    /// Part of a head's query and key without position.
    public var plainHeadSize: Int
    /// Width of a head's value.
    public var valueHeadSize: Int

    /// Makes a latent attention.
    public init(
        heads: Int, queryRank: Int?, keyValueRank: Int, rotaryHeadSize: Int, plainHeadSize: Int,
        valueHeadSize: Int
    ) {
        self.heads = heads
        self.queryRank = queryRank
        self.keyValueRank = keyValueRank
        self.rotaryHeadSize = rotaryHeadSize
        self.plainHeadSize = plainHeadSize
        self.valueHeadSize = valueHeadSize
    }
}

/// Which tokens a query sees.
public enum AttentionMask: String, Hashable, Sendable, Codable, CaseIterable {
    /// Itself and those before it.
    case causal
    /// All of the sequence.
    case full
}

/// A limit on how far back queries see.
public struct SlidingWindow: Hashable, Sendable, Codable {
    /// Tokens that a query sees, itself among them; at least 1.
    public var tokens: Int
    /// One layer in this many has no window, the last of each run.
    ///
    /// 0: every layer has the window; 2: every other; 6: five of six. Not used where the model has a ``LayerPattern``.
    public var fullEvery: Int
    /// Whether the window slides.
    public var form: Form

    /// Makes a window.
    public init(tokens: Int, fullEvery: Int = 0, form: Form = .sliding) {
        self.tokens = tokens
        self.fullEvery = fullEvery
        self.form = form
    }

    /// How a window lies.
    public enum Form: String, Hashable, Sendable, Codable, CaseIterable {
        /// It ends at the query.
        case sliding
        /// The sequence is cut into windows, and a query sees its own (Llama 4).
        case chunked
    }

    /// The window of a layer, or nil where that layer has none.
    /// - Parameter layer: index from 0.
    /// - Returns: tokens.
    public func tokens(atLayer layer: Int) -> Int? {
        fullEvery > 0 && (layer + 1).isMultiple(of: fullEvery) ? nil : tokens
    }
}

/// Chooses for each query the keys that it attends to, by scores of its own small heads ("lightning indexer").
///
/// Source: DeepSeek-AI 2025, arXiv:2512.02556, section 2.1; shapes of its matrices: `DeepseekV32Indexer` of the
/// `transformers` library.
public struct KeyIndexer: Hashable, Sendable, Codable {
    /// Heads of the scores, at least 1.
    public var heads: Int
    /// Width of a head, at least 1; one key serves all heads.
    public var headSize: Int
    /// Keys that a query attends to at most, at least 1.
    public var topK: Int

    /// Makes an indexer.
    public init(heads: Int, headSize: Int, topK: Int) {
        self.heads = heads
        self.headSize = headSize
        self.topK = topK
    }

    /// Weights of its projections: queries from the latent vector of queries, a key and a weight a head from the hidden
    /// state.
    /// - Parameters:
    ///   - width: of the model.
    ///   - queryRank: width of the latent vector of queries.
    /// - Returns: numbers.
    public func projectionWeights(width: Double, queryRank: Double) -> Double {
        queryRank * Double(heads) * Double(headSize) + width * Double(headSize + heads)
    }
}

/// Whether queries and keys of each head are normalized.
public enum HeadNorm: String, Hashable, Sendable, Codable, CaseIterable {
    /// They are not.
    case absent
    /// One scale vector of a head's width for queries and one for keys, shared by all heads.
    case queriesAndKeys = "queries-and-keys"
    /// A scale for every number of all queries and of all keys (OLMo 2, Command R+, MiniMax-M2).
    case projections
}
