import Training

/// What of a model the frameworks but Megatron-LM and Megatron Bridge cannot be told with certainty.
enum ModelRefusals {
    /// Why no configuration makes the run that was priced; empty where one does.
    /// - Parameter model: what is trained.
    /// - Returns: a reason each.
    static func reasons(_ model: Transformer) -> [String] { windows(model) + layers(model) }

    /// What layers are made of that cannot be told.
    static func layers(_ model: Transformer) -> [String] {
        var reasons: [String] = []
        if let recurrence = model.recurrence, model.recurrentLayerCount > 0 {
            reasons.append("layers with \(recurrence.rule.title) cannot be written; those of attention can")
        }
        if (0..<model.layers).contains(where: { model.element(atLayer: $0).parts == 1 }) {
            reasons.append(
                "layers of one part cannot be written; those of attention and a feed-forward part can")
        }
        if model.attention.indexer != nil {
            reasons.append("attention to keys of an indexer's choice cannot be written; attention to all can")
        }
        if model.attention.outputGate == .present {
            reasons.append("a gate on what attention puts out cannot be written")
        }
        return reasons
    }

    /// What no framework can be told.
    static func windows(_ model: Transformer) -> [String] {
        model.attention.window?.form == .chunked
            ? ["windows that cut the sequence cannot be written; those that slide can"] : []
    }
}
