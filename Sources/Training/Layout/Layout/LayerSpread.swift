/// How numbered layers are spread over the chunks of a pipeline.
public enum LayerSpread: Hashable, Sendable, Codable {
    /// As evenly as it goes; what is left over goes one each to the chunks in the middle, so that first and
    /// last, which hold embedding and head, get the smaller number.
    case even
    /// Embedding and head count as a layer each, then as `even`; multi-token depths count too.
    case countingEnds
    /// So many layers for each chunk in the order the model passes them.
    case given([Int])
}

/// A run of the model's chain that one stage holds.
public struct StageChunk: Hashable, Sendable, Codable {
    /// Position in the order that a microbatch passes the chunks, from 0.
    public var position: Int
    /// Numbered layers.
    public var layers: Range<Int>
    /// The token embedding and what else comes before the layers.
    public var embedding: Presence
    /// Multi-token predictions, final norm, logits and loss.
    public var head: Presence

    /// Makes a chunk.
    public init(
        position: Int, layers: Range<Int>, embedding: Presence = .absent, head: Presence = .absent
    ) {
        self.position = position
        self.layers = layers
        self.embedding = embedding
        self.head = head
    }

    /// The chunk's part of a model's chain.
    /// - Parameter model: what is trained.
    /// - Returns: elements in order.
    public func elements(of model: Transformer) -> [ChainElement] {
        var elements: [ChainElement] = []
        if embedding == .present { elements.append(ChainElement(kind: .embedding)) }
        elements += layers.map { model.element(atLayer: $0) }
        if head == .present { elements += model.chain.suffix(model.multiTokenDepth + 1) }
        return elements
    }
}

/// What one pipeline stage holds.
public struct StageContent: Hashable, Sendable, Codable {
    /// Index of the stage, from 0.
    public var stage: Int
    /// Its chunks in the order a microbatch passes them.
    public var chunks: [StageChunk]

    /// Numbered layers in all chunks.
    public var layerCount: Int { chunks.reduce(0) { $0 + $1.layers.count } }

    /// Its part of a model's chain.
    /// - Parameter model: what is trained.
    /// - Returns: elements in order of the chunks.
    public func elements(of model: Transformer) -> [ChainElement] {
        chunks.flatMap { $0.elements(of: model) }
    }
}

extension TrainingLayout {
    /// Chunks that the model is cut into: stages times chunks, and half of that where two directions hold every
    /// chunk twice.
    public var cutCount: Int { schedule.placement.cuts(stages: pipeline, chunks: chunks) }

    /// Numbered layers of each chunk, in the order a microbatch passes them.
    /// - Parameter model: what is trained.
    /// - Returns: one number a chunk; they add up to the model's layers for `even` and `countingEnds`.
    public func layersByChunk(of model: Transformer) -> [Int] {
        let count = max(1, cutCount)
        switch spread {
        case .given(let layers): return layers
        case .even: return Self.even(model.layers, over: count)
        case .countingEnds:
            guard count > 1 else { return [model.layers] }
            let tail = 1 + model.multiTokenDepth
            var shares = Self.even(model.layers + 1 + tail, over: count)
            shares[0] -= 1
            shares[count - 1] -= tail
            // Chunks smaller than the ends they hold pass the rest on to the largest ones.
            for end in [0, count - 1] where shares[end] < 0 {
                while shares[end] < 0, let largest = shares.indices.max(by: { shares[$0] < shares[$1] }) {
                    shares[largest] -= 1
                    shares[end] += 1
                }
            }
            return shares
        }
    }

    /// What each stage holds.
    ///
    /// Where a chunk lies is the schedule's ``ChunkPlacement``.
    /// - Parameter model: what is trained.
    /// - Returns: one entry a stage.
    public func stages(of model: Transformer) -> [StageContent] {
        let counts = layersByChunk(of: model)
        var cut: [StageChunk] = []
        var next = 0
        for (position, count) in counts.enumerated() {
            cut.append(
                StageChunk(
                    position: position, layers: next..<(next + max(0, count)),
                    embedding: position == 0 ? .present : .absent,
                    head: position == counts.count - 1 ? .present : .absent))
            next += max(0, count)
        }
        var stages = (0..<max(1, pipeline)).map { StageContent(stage: $0, chunks: []) }
        for chunk in cut {
            let holders = schedule.placement.holders(
                of: chunk.position, count: cut.count, stages: max(1, pipeline))
            for stage in holders where stages.indices.contains(stage) { stages[stage].chunks.append(chunk) }
        }
        return stages
    }

    private static func even(_ total: Int, over count: Int) -> [Int] {
        var shares = [Int](repeating: total / count, count: count)
        let rest = total % count
        let first = min((count - rest + 1) / 2, count - rest)
        for index in first..<(first + rest) { shares[index] += 1 }
        return shares
    }
}
