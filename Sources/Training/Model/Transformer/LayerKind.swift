/// What an element of the chain of a transformer is.
public enum LayerKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Token embedding, with learned positions and the embedding norm where the model has them.
    case embedding
    /// Attention and a feed-forward part.
    case dense
    /// Attention and experts.
    case expert
    /// One depth of multi-token prediction: a projection of two widths into one, then a layer of the kind of
    /// the model's last. Source: DeepSeek-AI 2024, arXiv:2412.19437, section 2.2.
    case multiToken = "multi-token"
    /// Final norm, logits and loss.
    case head

    /// Whether the element is one of the model's numbered layers.
    public var isLayer: Bool { self == .dense || self == .expert }
}

/// One element of the chain that a pipeline cuts into stages.
public struct ChainElement: Hashable, Sendable, Codable {
    /// What it is.
    public var kind: LayerKind
    /// Tokens that its attention sees at most; nil without a window or without attention.
    public var window: Int?

    /// Makes an element.
    public init(kind: LayerKind, window: Int? = nil) {
        self.kind = kind
        self.window = window
    }
}

extension Transformer {
    /// The model as a chain: embedding, layers in order, multi-token predictions, head.
    public var chain: [ChainElement] {
        var chain = [ChainElement(kind: .embedding)]
        chain.reserveCapacity(layers + multiTokenDepth + 2)
        for layer in 0..<layers { chain.append(element(atLayer: layer)) }
        for _ in 0..<multiTokenDepth {
            chain.append(ChainElement(kind: .multiToken, window: element(atLayer: layers - 1).window))
        }
        chain.append(ChainElement(kind: .head))
        return chain
    }

    /// The element of a numbered layer.
    /// - Parameter layer: 0..<layers.
    /// - Returns: its kind and window.
    public func element(atLayer layer: Int) -> ChainElement {
        ChainElement(
            kind: experts?.denseLayers.kind(atLayer: layer) ?? .dense,
            window: attention.window?.tokens(atLayer: layer))
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
    public var expertLayerCount: Int {
        guard let experts else { return 0 }
        return (0..<layers).count { experts.denseLayers.kind(atLayer: $0) == .expert }
    }
}
