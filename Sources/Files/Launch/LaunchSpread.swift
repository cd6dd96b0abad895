import Training

extension TrainingLayout {
    /// Takes the layers of each chunk as a file gives them: by the rule that they follow, where they follow one.
    /// - Parameters:
    ///   - counts: a multiple of the stages.
    ///   - model: whose layers they are.
    mutating func take(layersByChunk counts: [Int], of model: Transformer) {
        chunks = counts.count / max(1, pipeline)
        // Chunks without a layer follow the second rule alone.
        let rules: [LayerSpread] = counts.contains(0) ? [.countingEnds] : [.even, .countingEnds]
        for rule in rules {
            spread = rule
            if layersByChunk(of: model) == counts { return }
        }
        spread = .given(counts)
    }
}
