/// The feed-forward part of a layer.
public struct FeedForward: Hashable, Sendable, Codable {
    /// Inner width, at least 1.
    public var width: Int
    /// Two matrices or three.
    public var gating: Gating

    /// Makes a feed-forward part.
    public init(width: Int, gating: Gating) {
        self.width = width
        self.gating = gating
    }
}

/// Whether the inner activations are multiplied by a gate of their own.
public enum Gating: String, Hashable, Sendable, Codable, CaseIterable {
    /// Up and down: GELU, ReLU, squared ReLU.
    case plain
    /// Gate, up and down: SwiGLU, GeGLU. Source: Shazeer 2020, arXiv:2002.05202.
    case gated

    /// Matrices of width times inner width: 2 or 3.
    public var matrices: Int { self == .gated ? 3 : 2 }
}

/// The experts that take the place of the feed-forward part in some layers.
public struct ExpertLayers: Hashable, Sendable, Codable {
    /// Routed experts in a layer, at least 1.
    public var experts: Int
    /// Experts that a token is sent to, 1...experts.
    public var topK: Int
    /// Inner width of one routed expert.
    public var width: Int
    /// Shared experts, which every token passes; 0 without.
    public var sharedExperts: Int
    /// Inner width of one shared expert; meaningless without shared experts.
    public var sharedWidth: Int
    /// Which layers keep a plain feed-forward part.
    public var denseLayers: DenseLayers
    /// Tokens an expert takes at most, over its even share; nil: it takes all that come ("dropless").
    public var capacityFactor: Double?
    /// Tokens of the busiest expert over the even share, at least 1, where the router balances perfectly.
    public var imbalanceFactor: Double
    /// Groups that the experts of a layer are split into; 1 where the router does not limit a token to some of them.
    public var groups: Int
    /// The groups that a token is sent to at most, 1...groups (DeepSeek-V3: 4 of 8, arXiv:2412.19437, section 2.1.2,
    /// "node-limited routing").
    public var groupsPerToken: Int
    /// Whether the router adds a bias to choose experts, as DeepSeek-V3 does; `experts` numbers a layer.
    public var routerBias: Presence
    /// Whether a token decides how much of the shared experts it takes, as in Qwen2-MoE; as many numbers a layer as the
    /// model is wide.
    public var sharedGate: Presence

    /// Makes an expert part.
    public init(
        experts: Int, topK: Int, width: Int, sharedExperts: Int = 0, sharedWidth: Int? = nil,
        denseLayers: DenseLayers = DenseLayers(), capacityFactor: Double? = nil,
        imbalanceFactor: Double = 1, groups: Int = 1, groupsPerToken: Int = 1, routerBias: Presence = .absent,
        sharedGate: Presence = .absent
    ) {
        self.experts = experts
        self.topK = topK
        self.width = width
        self.sharedExperts = sharedExperts
        self.sharedWidth = sharedWidth ?? width
        self.denseLayers = denseLayers
        self.capacityFactor = capacityFactor
        self.imbalanceFactor = imbalanceFactor
        self.groups = groups
        self.groupsPerToken = groupsPerToken
        self.routerBias = routerBias
        self.sharedGate = sharedGate
    }
}

/// Which layers of a model with experts have none.
///
/// Not used where the model has a ``LayerPattern``.
public struct DenseLayers: Hashable, Sendable, Codable {
    /// Layers at the start without experts.
    public var first: Int
    /// Of the rest, one layer in this many has experts, the last of each run; 1: all of them.
    public var expertsEvery: Int

    /// Makes a rule; the default gives every layer experts.
    public init(first: Int = 0, expertsEvery: Int = 1) {
        self.first = first
        self.expertsEvery = expertsEvery
    }

    /// Whether a layer has experts.
    /// - Parameter layer: index from 0.
    /// - Returns: the kind of layer.
    public func kind(atLayer layer: Int) -> LayerKind {
        layer >= first && (layer - first + 1).isMultiple(of: max(1, expertsEvery)) ? .expert : .dense
    }
}

/// Whether a part is there.
public enum Presence: String, Hashable, Sendable, Codable, CaseIterable {
    /// It is not.
    case absent
    /// It is.
    case present
}
