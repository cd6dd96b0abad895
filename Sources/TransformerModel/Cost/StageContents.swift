import Training

/// What each stage of a layout holds, in flat lists, as tables are made by the thousand.
struct StageContents {
    let stages: Int
    private let kinds: Int
    /// By stage, then by kind of layer.
    private var counts: [Int]
    /// The same of the chunk that a microbatch comes to first; empty where that has no meaning.
    private var firstCounts: [Int]
    private var embeddings: [Int]
    private var heads: [Int]
    /// Recomputed layers where they are given for each stage; empty otherwise.
    private var recomputed: [Int] = []

    init(_ layout: TrainingLayout, model: Transformer, layers: LayerCounts) {
        stages = max(1, layout.pipeline)
        kinds = layers.elements.count
        let placement = layout.schedule.placement
        let hasFirst = layout.chunks > 1 && placement != .opposed
        counts = Array(repeating: 0, count: stages * kinds)
        firstCounts = hasFirst ? counts : []
        embeddings = Array(repeating: 0, count: stages)
        heads = embeddings
        let byChunk = layout.layersByChunk(of: model)
        if kinds == 1, placement == .loop {
            fill(byChunk)
        } else {
            fill(byChunk, placement, layers, hasFirst: hasFirst)
        }
        guard case .layersByStage = layout.recomputation else { return }
        recomputed = (0..<stages).map { stage in
            layout.recomputedLayers(
                on: stage, of: counts[stage * kinds..<(stage + 1) * kinds].reduce(0, +))
        }
    }

    /// Puts chunks of layers of one kind on one stage after the other.
    private mutating func fill(_ byChunk: [Int]) {
        var stage = 0
        for number in byChunk {
            counts[stage] += max(0, number)
            stage += 1
            if stage == stages { stage = 0 }
        }
        for stage in firstCounts.indices where stage < byChunk.count {
            firstCounts[stage] = max(0, byChunk[stage])
        }
        guard !byChunk.isEmpty else { return }
        embeddings[0] = 1
        heads[(byChunk.count - 1) % stages] = 1
    }

    private mutating func fill(
        _ byChunk: [Int], _ placement: ChunkPlacement, _ layers: LayerCounts, hasFirst: Bool
    ) {
        var chunks = embeddings
        var next = 0
        for (position, number) in byChunk.enumerated() {
            let range = next..<(next + max(0, number))
            next = range.upperBound
            func add(to stage: Int) {
                guard stage >= 0, stage < stages else { return }
                if position == 0 { embeddings[stage] += 1 }
                if position == byChunk.count - 1 { heads[stage] += 1 }
                for kind in 0..<kinds {
                    let count = layers.count(kind, in: range)
                    counts[stage * kinds + kind] += count
                    if hasFirst, chunks[stage] == 0 { firstCounts[stage * kinds + kind] = count }
                }
                chunks[stage] += 1
            }
            let holders = placement.holderPair(of: position, count: byChunk.count, stages: stages)
            add(to: holders.stage)
            if let other = holders.other { add(to: other) }
        }
    }

    /// Whether two stages hold the same, in their first chunks too.
    func isAlike(_ stage: Int, _ other: Int) -> Bool {
        guard embeddings[stage] == embeddings[other], heads[stage] == heads[other],
            recomputed.isEmpty || recomputed[stage] == recomputed[other]
        else { return false }
        for kind in 0..<kinds where counts[stage * kinds + kind] != counts[other * kinds + kind] {
            return false
        }
        for kind in 0..<kinds
        where !firstCounts.isEmpty && firstCounts[stage * kinds + kind] != firstCounts[other * kinds + kind] {
            return false
        }
        return true
    }

    /// Whether a stage is one of a class.
    func isHeld(_ stage: Int, by other: StageTable.Class) -> Bool {
        guard embeddings[stage] == other.embeddings, heads[stage] == other.heads,
            recomputed.isEmpty || recomputed[stage] == other.recomputed
        else { return false }
        for kind in 0..<kinds where counts[stage * kinds + kind] != other.counts[kind] { return false }
        return true
    }

    /// The class of one stage.
    func alone(_ stage: Int) -> StageTable.Class {
        let range = stage * kinds..<(stage + 1) * kinds
        return StageTable.Class(
            counts: Array(counts[range]), embeddings: embeddings[stage], heads: heads[stage],
            recomputed: recomputed.isEmpty ? 0 : recomputed[stage], first: stage,
            firstCounts: firstCounts.isEmpty ? [] : Array(firstCounts[range]))
    }

    /// Lowers the first chunk of a class to that of one of its stages.
    func lowerFirst(_ first: inout [Int], to stage: Int) {
        for kind in first.indices { first[kind] = min(first[kind], firstCounts[stage * kinds + kind]) }
    }
}
