extension LayerSpread {
    /// Layers one after the other to the first stage that does not hold its share of the weights yet.
    ///
    /// Counted are a layer's projections and feed-forward matrices and the head, not the embedding: a stage is full once
    /// all up to its end are more than its share. Source: huggingface/nanotron, `models/base.py`,
    /// `get_block_compute_costs` of its models.
    /// - Parameters:
    ///   - model: what is cut.
    ///   - stages: of one chunk each, at least 1.
    /// - Returns: layers of each stage; the last holds the head, and no layer where it has no room.
    public static func byWeights(_ model: Transformer, stages: Int) -> LayerSpread {
        let attention = model.attention.form
        let heads = Double(attention.heads * attention.scoreHeadSize)
        let width = Double(model.width)
        let layer =
            4 * heads * width
            + Double(model.feedForward.gating.matrices * model.feedForward.width) * width
        let all = Double(model.layers) * layer + Double(model.vocabulary) * width
        var counts = [Int](repeating: 0, count: stages)
        var stage = 0
        for index in 0..<model.layers {
            counts[stage] += 1
            let sum = Double(index + 1) * layer
            if sum > all * Double(stage + 1) / Double(stages), stage < stages - 1 { stage += 1 }
        }
        return .given(counts)
    }
}
