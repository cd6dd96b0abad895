import Quantities

/// How many keys a query is counted with.
public enum AttentionCounting: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every key of the sequence, whatever the mask and the window: Megatron-LM, PaLM.
    case full
    /// The keys that mask and window let through: on average half of them under a causal mask, s/2.
    case causal
}

/// Arithmetic by component of matrix products; element-wise work is not counted.
public struct TransformerFlop: Hashable, Sendable, Codable {
    /// Projections of queries, keys, values and output, latent ones and those of indexers included.
    public var attentionProjections = Flop.zero
    /// Scores and their product with the values.
    public var attentionScores = Flop.zero
    /// Feed-forward parts of layers without experts.
    public var feedForward = Flop.zero
    /// Routers.
    public var router = Flop.zero
    /// Routed experts that a token is sent to.
    public var experts = Flop.zero
    /// Shared experts.
    public var sharedExperts = Flop.zero
    /// Projections of multi-token prediction.
    public var multiToken = Flop.zero
    /// Logits.
    public var head = Flop.zero
    /// Scores of indexers.
    public var indexScores = Flop.zero
    /// Projections of recurrences.
    public var recurrentProjections = Flop.zero
    /// Products of recurrences within and between chunks.
    public var recurrentChunks = Flop.zero

    /// Makes a count of zero.
    public init() {}

    /// All of it.
    public var total: Flop {
        attentionProjections + attentionScores + feedForward + router + experts + sharedExperts + multiToken
            + head + indexScores + recurrentProjections + recurrentChunks
    }

    /// The sum.
    public static func + (left: Self, right: Self) -> Self {
        var sum = left
        for (_, component) in components {
            sum[keyPath: component] = left[keyPath: component] + right[keyPath: component]
        }
        return sum
    }

    /// The count times a number.
    public static func * (left: Self, factor: Double) -> Self {
        var product = left
        for (_, component) in components { product[keyPath: component] = left[keyPath: component] * factor }
        return product
    }

    /// Components by name, in the order they are reported.
    public static var components: [(name: String, component: WritableKeyPath<Self, Flop>)] {
        [
            ("attention_projections", \.attentionProjections), ("attention_scores", \.attentionScores),
            ("feed_forward", \.feedForward), ("router", \.router), ("experts", \.experts),
            ("shared_experts", \.sharedExperts), ("multi_token", \.multiToken), ("head", \.head),
            ("index_scores", \.indexScores), ("recurrent_projections", \.recurrentProjections),
            ("recurrent_chunks", \.recurrentChunks),
        ]
    }
}

extension Transformer {
    /// FLOP of one sequence forward through the whole model, multi-token predictions included.
    ///
    /// Two for each multiply-add of a matrix product. Backward takes twice as much.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: FLOP by component.
    public func forwardFlop(counting: AttentionCounting) -> TransformerFlop {
        elementCounts.reduce(TransformerFlop()) { sum, entry in
            sum + forwardFlop(of: entry.element, counting: counting) * Double(entry.count)
        }
    }

    /// FLOP of one sequence backward: twice the forward ones, gradients of inputs and of weights.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: FLOP by component.
    public func backwardFlop(counting: AttentionCounting) -> TransformerFlop {
        forwardFlop(counting: counting) * 2
    }

    /// Model FLOP of one sequence: forward and backward, each once, whatever is recomputed.
    ///
    /// Dense multi-head GPT with full counting: 72·L·s·h²·(1 + s/(6h) + V/(12·L·h)).
    /// Source: Korthikanti et al. 2022, arXiv:2205.05198, appendix A.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: FLOP.
    public func modelFlop(counting: AttentionCounting) -> Flop { forwardFlop(counting: counting).total * 3 }

    /// Hardware FLOP of one sequence: the model's, and what recomputation runs again.
    /// - Parameters:
    ///   - counting: keys a query is counted with.
    ///   - recomputed: what runs twice.
    /// - Returns: FLOP.
    public func hardwareFlop(counting: AttentionCounting, recomputed: RecomputedWork) -> Flop {
        let forward = forwardFlop(counting: counting)
        let again: Flop
        switch recomputed {
        case .nothing: again = .zero
        case .modules(let modules): again = forwardFlop(of: modules, in: forward)
        case .layers(let share): again = (forward.total - forward.head) * share
        }
        return forward.total * 3 + again
    }

    /// FLOP of modules within the forward FLOP of a sequence; element-wise work is not counted.
    private func forwardFlop(of modules: RecomputedModules, in forward: TransformerFlop) -> Flop {
        if modules.contains(.everySecondProduct) {
            return (forward.total - forward.head - forward.attentionScores) * 0.5
        }
        var flop = Flop.zero
        if modules.contains(.coreAttention) { flop = flop + forward.attentionScores }
        if modules.contains(.latentUp) {
            flop =
                flop
                + Flop(2 * Double(sequenceLength) * latentUpMultiplyAdds * Double(attentionLayerCount))
        }
        if modules.contains(.feedForward) { flop = flop + forward.feedForward }
        if modules.contains(.experts) { flop = flop + forward.router + forward.experts }
        if !modules.isDisjoint(with: [.experts, .sharedExperts]) { flop = flop + forward.sharedExperts }
        return flop
    }

    /// FLOP of one sequence forward through one element of the chain.
    ///
    /// Per token of a width-d layer with H heads of size a and K heads of keys: projections
    /// 2·d·a·(2H + 2K), scores 2·n·H·(score + value size) over n keys, feed-forward 2·matrices·d·f; an indexer of h heads
    /// of size i scores every key, 2·n·h·i, of which attention then meets the best. Recurrences: ``Recurrence``.
    /// - Parameters:
    ///   - element: which one.
    ///   - counting: keys a query is counted with.
    /// - Returns: FLOP by component.
    public func forwardFlop(of element: ChainElement, counting: AttentionCounting) -> TransformerFlop {
        var flop = TransformerFlop()
        let tokens = Double(sequenceLength)
        let d = Double(width)
        switch element.kind {
        case .embedding: break
        case .dense, .expert, .mixer:
            switch element.mixer {
            case .attention:
                flop.attentionProjections = Flop(2 * tokens * attentionMultiplyAdds)
                flop.attentionScores = scoreFlop(window: element.window, counting: counting)
                if let indexer = attention.indexer {
                    let pairs = tokens * keysPerQuery(window: nil, counting: counting)
                    flop.indexScores = Flop(2 * pairs * Double(indexer.heads) * Double(indexer.headSize))
                }
            case .recurrent:
                flop.recurrentProjections = Flop(
                    2 * tokens * (recurrence?.projectionWeights(width: d) ?? 0))
                flop.recurrentChunks = Flop(2 * tokens * (recurrence?.chunkMultiplyAdds ?? 0))
            case .absent: break
            }
            let matrices = Double(feedForward.gating.matrices)
            if element.kind == .expert, let experts {
                flop.router = Flop(2 * tokens * d * Double(experts.experts))
                let one = 2 * tokens * matrices * d
                flop.experts = Flop(one * Double(experts.width) * Double(experts.topK))
                flop.sharedExperts = Flop(one * Double(experts.sharedWidth) * Double(experts.sharedExperts))
                if experts.sharedGate == .present { flop.router = flop.router + Flop(2 * tokens * d) }
            } else if element.kind != .mixer {
                flop.feedForward = Flop(2 * tokens * matrices * d * Double(feedForward.width))
            }
        case .multiToken:
            var last = lastLayer
            last.window = element.window
            flop = forwardFlop(of: last, counting: counting)
            flop.multiToken = Flop(2 * tokens * 2 * d * d)
            flop.head = logitFlop
        case .head: flop.head = logitFlop
        }
        return flop
    }

    /// Keys that a query meets on average.
    ///
    /// Causal with a window w ≤ s: w − w²/(2s), which is s/2 without a window; with windows that cut the sequence w/2,
    /// where w divides s.
    /// - Parameters:
    ///   - window: tokens a query sees at most; nil for all.
    ///   - counting: the convention.
    /// - Returns: keys, at most the sequence length.
    public func keysPerQuery(window: Int?, counting: AttentionCounting) -> Double {
        let tokens = Double(sequenceLength)
        guard counting == .causal else { return tokens }
        let seen = min(tokens, Double(window ?? sequenceLength))
        if let window, window < sequenceLength, attention.window?.form == .chunked {
            let rest = Double(sequenceLength % window)
            let whole = tokens - rest
            let keys = (whole * seen + rest * rest) / tokens
            return attention.mask == .full ? keys : keys / 2
        }
        return attention.mask == .full ? seen : seen - seen * seen / (2 * tokens)
    }

    /// Keys that a query attends to on average: of those that mask and window let through, the ones that an indexer
    /// chooses; with one, in both conventions.
    /// - Parameters:
    ///   - window: tokens a query sees at most; nil for all.
    ///   - counting: the convention.
    /// - Returns: keys.
    public func attendedKeys(window: Int?, counting: AttentionCounting) -> Double {
        guard let indexer = attention.indexer else { return keysPerQuery(window: window, counting: counting) }
        if counting == .full { return min(Double(sequenceLength), Double(indexer.topK)) }
        return keysPerQuery(window: min(indexer.topK, window ?? indexer.topK), counting: counting)
    }

    private func scoreFlop(window: Int?, counting: AttentionCounting) -> Flop {
        let form = attention.form
        let perKey = 2 * Double(form.heads) * Double(form.scoreHeadSize + form.valueHeadSize)
        return Flop(Double(sequenceLength) * perKey * attendedKeys(window: window, counting: counting))
    }

    private var logitFlop: Flop { Flop(2 * Double(sequenceLength) * Double(width) * Double(vocabulary)) }

    /// Multiply-adds of latent attention's products from its ranks up to heads, for one token.
    private var latentUpMultiplyAdds: Double {
        guard case .latent(let form) = attention.form else { return 0 }
        let heads = Double(form.heads)
        return heads * Double(form.queryRank ?? 0) * Double(attention.form.scoreHeadSize)
            + heads * Double(form.keyValueRank) * Double(form.plainHeadSize + form.valueHeadSize)
    }

    /// Multiply-adds of the attention's projections for one token.
    private var attentionMultiplyAdds: Double {
        let d = Double(width)
        switch attention.form {
        case .grouped(let form):
            let gates = attention.outputGate == .present ? form.heads : 0
            return d * Double(form.headSize) * Double(2 * form.heads + 2 * form.keyValueHeads + gates)
        case .latent(let form):
            let heads = Double(form.heads)
            let rank = Double(form.keyValueRank)
            let queries = heads * Double(attention.form.scoreHeadSize)
            return (form.queryRank.map { Double($0) * (d + queries) } ?? d * queries)
                + d * (rank + Double(form.rotaryHeadSize))
                + rank * heads * Double(form.plainHeadSize + form.valueHeadSize)
                + heads * Double(form.valueHeadSize) * d
                + (attention.indexer?.projectionWeights(width: d, queryRank: indexerRank) ?? 0)
        }
    }
}

/// What is computed a second time on the way back.
public enum RecomputedWork: Hashable, Sendable {
    /// Nothing.
    case nothing
    /// Modules of every layer.
    case modules(RecomputedModules)
    /// Whole layers: this share of them, 0...1.
    case layers(share: Double)
}
