/// What an element of the chain of a transformer is.
public enum LayerKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Token embedding, with learned positions and the embedding norm where the model has them.
    case embedding
    /// A mixer, usually attention, and a feed-forward part; or the feed-forward part alone.
    case dense
    /// A mixer, usually attention, and experts; or the experts alone.
    case expert
    /// A mixer alone, as in Nemotron-H.
    case mixer
    /// One depth of multi-token prediction: a projection of two widths into one, then a layer of the kind of
    /// the model's last. Source: DeepSeek-AI 2024, arXiv:2412.19437, section 2.2.
    case multiToken = "multi-token"
    /// Final norm, logits and loss.
    case head

    /// Whether the element is one of the model's numbered layers.
    public var isLayer: Bool { self == .dense || self == .expert || self == .mixer }
}

/// One element of the chain that a pipeline cuts into stages.
public struct ChainElement: Hashable, Sendable, Codable {
    /// What it is.
    public var kind: LayerKind
    /// Tokens that its attention sees at most; nil without a window or without attention.
    public var window: Int?
    /// What mixes tokens in it: attention, with ``window`` or without, a recurrence, or nothing.
    public var mixer: Mixer

    /// Makes an element.
    public init(kind: LayerKind, window: Int? = nil, mixer: Mixer = .attention) {
        self.kind = kind
        self.window = window
        self.mixer = mixer
    }

    /// What mixes tokens.
    public enum Mixer: String, Hashable, Sendable, Codable, CaseIterable {
        /// Attention.
        case attention
        /// The model's ``Recurrence``.
        case recurrent
        /// Nothing.
        case absent
    }

    /// Parts of a numbered layer that add to the hidden state, each behind a norm: 2, or 1 where one of them is absent.
    public var parts: Int { kind == .mixer || mixer == .absent ? 1 : 2 }
}

extension Transformer {
    /// The model as a chain: embedding, layers in order, multi-token predictions, head.
    public var chain: [ChainElement] {
        var chain = [ChainElement(kind: .embedding)]
        chain.reserveCapacity(layers + multiTokenDepth + 2)
        for layer in 0..<layers { chain.append(element(atLayer: layer)) }
        for _ in 0..<multiTokenDepth { chain.append(multiTokenElement) }
        chain.append(ChainElement(kind: .head))
        return chain
    }

    /// The last of the numbered layers.
    public var lastLayer: ChainElement { element(atLayer: layers - 1) }

    /// One depth of multi-token prediction, with the mixer of the last layer.
    public var multiTokenElement: ChainElement {
        ChainElement(kind: .multiToken, window: lastLayer.window, mixer: lastLayer.mixer)
    }

    /// The element of a numbered layer.
    /// - Parameter layer: 0..<layers.
    /// - Returns: its kind, mixer and window.
    public func element(atLayer layer: Int) -> ChainElement {
        guard let pattern else {
            return ChainElement(
                kind: experts?.denseLayers.kind(atLayer: layer) ?? .dense,
                window: attention.window?.tokens(atLayer: layer))
        }
        let form = pattern.form(atLayer: layer)
        let kind: LayerKind =
            switch form.part {
            case .dense: .dense
            case .experts: .expert
            case .absent: .mixer
            }
        return switch form.mixer {
        case .attention: ChainElement(kind: kind)
        case .windowed: ChainElement(kind: kind, window: attention.window?.tokens)
        case .recurrent: ChainElement(kind: kind, mixer: .recurrent)
        case .absent: ChainElement(kind: kind, mixer: .absent)
        }
    }

    /// Different elements of the chain with the number of times each occurs, in order of first occurrence.
    ///
    /// A model with a hundred layers has three to five of them, so that costs are computed once a kind.
    public var elementCounts: [(element: ChainElement, count: Int)] {
        var counts: [(element: ChainElement, count: Int)] = []
        for element in chain {
            if let index = counts.firstIndex(where: { $0.element == element }) {
                counts[index].count += 1
            } else {
                counts.append((element, 1))
            }
        }
        return counts
    }

    /// Layers with experts.
    public var expertLayerCount: Int { experts == nil ? 0 : layerCount { $0.kind == .expert } }

    /// Layers with a feed-forward part and no experts.
    public var denseLayerCount: Int { layerCount { $0.kind == .dense } }

    /// Whether some layer has experts.
    public var hasExpertLayers: Bool {
        experts != nil && (0..<layers).contains { element(atLayer: $0).kind == .expert }
    }

    /// Whether some layer has a feed-forward part and no experts.
    public var hasDenseLayers: Bool { (0..<layers).contains { element(atLayer: $0).kind == .dense } }

    /// Layers with a recurrence.
    public var recurrentLayerCount: Int {
        recurrence == nil ? 0 : layerCount { $0.mixer == .recurrent }
    }

    /// Layers with attention.
    public var attentionLayerCount: Int {
        pattern == nil ? layers : layerCount { $0.mixer == .attention }
    }

    private func layerCount(where holds: (ChainElement) -> Bool) -> Int {
        (0..<layers).count { holds(element(atLayer: $0)) }
    }
}
