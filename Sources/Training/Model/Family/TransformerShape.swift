/// The numbers of a transformer that a family varies; everything else is the named model's.
public struct TransformerShape: Hashable, Sendable, Codable {
    /// Width of the model, d.
    public var width: Int
    /// Numbered layers, L.
    public var layers: Int
    /// Query heads.
    public var heads: Int
    /// Heads of keys and values; in latent attention one for each query head.
    public var keyValueHeads: Int
    /// Inner width of layers without experts.
    public var feedForward: Int
    /// The experts of a layer; nil in a dense model.
    public var experts: Experts?

    /// The experts of a layer.
    public struct Experts: Hashable, Sendable, Codable {
        /// Routed experts.
        public var count: Int
        /// Experts that a token is sent to.
        public var active: Int
        /// Inner width of a routed expert.
        public var width: Int

        /// Makes them.
        public init(count: Int, active: Int, width: Int) {
            self.count = count
            self.active = active
            self.width = width
        }
    }

    /// Makes a shape without checking it.
    public init(
        width: Int, layers: Int, heads: Int, keyValueHeads: Int, feedForward: Int, experts: Experts? = nil
    ) {
        self.width = width
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.feedForward = feedForward
        self.experts = experts
    }

    /// The shape of a model.
    public init(_ model: Transformer) {
        self.init(
            width: model.width, layers: model.layers, heads: model.attention.form.heads,
            keyValueHeads: model.attention.form.keyValueHeads, feedForward: model.feedForward.width,
            experts: model.experts.map {
                Experts(count: $0.experts, active: $0.topK, width: $0.width)
            })
    }

    /// The numbers by which shapes of equal rank are ordered.
    public var orderKey: [Int] {
        [width, layers, heads, keyValueHeads, feedForward]
            + (experts.map { [$0.count, $0.active, $0.width] } ?? [])
    }
}

extension TransformerShape: CustomStringConvertible {
    /// The shape in the letters of the documentation: `d 16384, L 126, h 128/8, f 53248`.
    public var description: String {
        let heads = heads == keyValueHeads ? "\(heads)" : "\(heads)/\(keyValueHeads)"
        let dense = "d \(width), L \(layers), h \(heads), f \(feedForward)"
        guard let experts else { return dense }
        return dense + ", \(experts.active) of \(experts.count) experts of \(experts.width)"
    }
}
