/// Parameters by component, as real numbers because the largest shapes pass the range of integers.
public struct ParameterCount: Hashable, Sendable, Codable {
    /// Token embedding and learned positions.
    public var embedding = 0.0
    /// Attention: queries, keys, values, output, latent projections, indexers, biases.
    public var attention = 0.0
    /// Recurrences: their projections, convolution, and what heads have of their own.
    public var recurrent = 0.0
    /// Norms of layers, of the embedding, of heads, of latent vectors, and the final one.
    public var norms = 0.0
    /// Feed-forward parts of layers without experts.
    public var feedForward = 0.0
    /// Routers.
    public var router = 0.0
    /// Routed experts, all of them.
    public var experts = 0.0
    /// Shared experts.
    public var sharedExperts = 0.0
    /// Projections of multi-token prediction, two widths into one.
    public var multiToken = 0.0
    /// Logits; zero where the embedding's matrix is reused.
    public var head = 0.0

    /// Makes a count of zero.
    public init() {}

    /// All parameters.
    public var total: Double {
        embedding + attention + norms + feedForward + router + experts + sharedExperts + multiToken + head
            + recurrent
    }

    /// The sum.
    public static func + (left: Self, right: Self) -> Self {
        left.combined(right) { $0 + $1 }
    }

    /// The count times a number.
    public static func * (left: Self, factor: Double) -> Self {
        left.combined(left) { mine, _ in mine * factor }
    }

    private func combined(_ other: Self, _ operation: (Double, Double) -> Double) -> Self {
        var result = Self()
        for (_, component) in Self.components {
            result[keyPath: component] = operation(self[keyPath: component], other[keyPath: component])
        }
        return result
    }

    /// Components by name, in the order they are reported.
    public static var components: [(name: String, component: WritableKeyPath<Self, Double>)] {
        [
            ("embedding", \.embedding), ("attention", \.attention), ("norms", \.norms),
            ("feed_forward", \.feedForward), ("router", \.router), ("experts", \.experts),
            ("shared_experts", \.sharedExperts), ("multi_token", \.multiToken), ("head", \.head),
            ("recurrent", \.recurrent),
        ]
    }
}

extension Transformer {
    /// Parameters of the whole model with its multi-token predictions.
    public var parameters: ParameterCount {
        elementCounts.reduce(ParameterCount()) { sum, entry in
            sum + parameters(of: entry.element) * Double(entry.count)
        }
    }

    /// Parameters without multi-token predictions: what most sources print.
    public var mainParameters: ParameterCount {
        parameters + parameters(of: multiTokenElement) * Double(-multiTokenDepth)
    }

    /// Parameters without multi-token predictions that one token uses: of the routed experts the top k.
    ///
    /// Embedding and logits count in full, as in most published numbers.
    public var activeParameters: ParameterCount {
        var count = mainParameters
        if let experts { count.experts *= Double(experts.topK) / Double(experts.experts) }
        return count
    }

    /// Parameters of one element of the chain.
    ///
    /// A multi-token depth holds two norms, the projection and a layer of the last layer's kind; embedding and
    /// logits are the model's own.
    /// - Parameter element: which one; its window does not matter.
    /// - Returns: the count, with only that element's components above zero.
    public func parameters(of element: ChainElement) -> ParameterCount {
        var count = ParameterCount()
        let d = Double(width)
        let norm = d * Double(norms.kind.vectors)
        switch element.kind {
        case .embedding:
            count.embedding = Double(vocabulary) * d
            if case .learned(let positions) = positions { count.embedding += Double(positions) * d }
            if norms.embedding == .present { count.norms = norm }
        case .dense, .expert, .mixer:
            count.norms = norm * Double(norms.perLayer)
            switch element.mixer {
            case .attention:
                count.attention = attentionParameters
                count.norms += innerNormParameters
            case .recurrent:
                count.recurrent = recurrence?.parameters(width: d) ?? 0
                count.norms += recurrence?.normParameters ?? 0
            case .absent: break
            }
            if element.kind == .expert, let experts {
                addExperts(experts, to: &count)
            } else if element.kind != .mixer {
                count.feedForward = feedForwardParameters(width: feedForward.width)
            }
        case .multiToken:
            count = parameters(of: lastLayer)
            count.norms += 3 * norm
            count.multiToken = 2 * d * d
        case .head:
            count.norms = norm
            if embeddings == .untied { count.head = Double(vocabulary) * d }
            if biases.contains(.head) { count.head += Double(vocabulary) }
        }
        return count
    }

    /// Parameters of one expert of inner width f: 2·d·f or 3·d·f, and its biases.
    /// - Parameter inner: inner width f.
    /// - Returns: parameters.
    public func feedForwardParameters(width inner: Int) -> Double {
        let d = Double(width)
        let f = Double(inner)
        let inner = Double(feedForward.gating.matrices - 1) * f
        return d * (inner + f) + (biases.contains(.feedForward) ? inner + d : 0)
    }

    private func addExperts(_ experts: ExpertLayers, to count: inout ParameterCount) {
        count.router = Double(width) * Double(experts.experts)
        if biases.contains(.router) { count.router += Double(experts.experts) }
        if experts.routerBias == .present { count.router += Double(experts.experts) }
        if experts.sharedGate == .present { count.router += Double(width) }
        count.experts = Double(experts.experts) * feedForwardParameters(width: experts.width)
        guard experts.sharedExperts > 0 else { return }
        let shared = feedForwardParameters(width: experts.sharedWidth)
        count.sharedExperts = Double(experts.sharedExperts) * shared
    }

    private var attentionParameters: Double {
        let d = Double(width)
        var count: Double
        switch attention.form {
        case .grouped(let form):
            let queries = Double(form.heads) * Double(form.headSize)
            let keys = Double(form.keyValueHeads) * Double(form.headSize)
            count = d * (queries + 2 * keys) + queries * d
            if biases.contains(.queryKeyValue) { count += queries + 2 * keys }
            if attention.outputGate == .present { count += d * queries }
        case .latent(let form):
            let heads = Double(form.heads)
            let rank = Double(form.keyValueRank)
            let score = Double(attention.form.scoreHeadSize)
            let queries = heads * score
            count = form.queryRank.map { Double($0) * (d + queries) } ?? d * queries
            count += d * (rank + Double(form.rotaryHeadSize))
            count += rank * heads * Double(form.plainHeadSize + form.valueHeadSize)
            count += heads * Double(form.valueHeadSize) * d
            if biases.contains(.queryKeyValue) { count += Double(form.queryRank ?? 0) + rank }
            count += attention.indexer?.projectionWeights(width: d, queryRank: indexerRank) ?? 0
        }
        if biases.contains(.attentionOutput) { count += d }
        if biases.contains(.attentionSink) { count += Double(attention.form.heads) }
        return count
    }

    /// Width of what an indexer makes its queries from: the latent vector of queries, or the hidden state.
    public var indexerRank: Double {
        guard case .latent(let form) = attention.form, let rank = form.queryRank else { return Double(width) }
        return Double(rank)
    }

    /// Norms inside the attention: of latent vectors, of queries and keys, and a layer norm of an indexer's key.
    private var innerNormParameters: Double {
        var count = 0.0
        if case .latent(let form) = attention.form {
            count += Double(form.queryRank ?? 0) + Double(form.keyValueRank)
        }
        let form = attention.form
        switch attention.headNorm {
        case .absent: break
        case .queriesAndKeys: count += 2 * Double(form.scoreHeadSize)
        case .projections: count += Double(form.heads + form.keyValueHeads) * Double(form.scoreHeadSize)
        }
        count += 2 * Double(attention.indexer?.headSize ?? 0)
        return count
    }
}
