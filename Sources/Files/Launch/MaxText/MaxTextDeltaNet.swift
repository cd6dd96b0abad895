import Training

/// The decoder of MaxText with Gated DeltaNet in place of attention in all layers but one of each cycle.
///
/// Source: maxtext 0.2.5, `maxtext/models/qwen3.py` (`Qwen3NextDecoderLayer` and its parts) and `maxtext/configs/types.py`.
enum MaxTextDeltaNet {
    static let decoder = "qwen3_next"

    /// Layers of a cycle, the last of which has attention; nil where the layers make no such cycle.
    static func cycle(_ model: Transformer) -> Int? {
        let mixers = (0..<model.layers).map { model.element(atLayer: $0).mixer }
        guard let first = mixers.firstIndex(of: .attention) else { return nil }
        let isCycle = mixers.indices.allSatisfy {
            mixers[$0] == ((($0 + 1).isMultiple(of: first + 1)) ? .attention : .recurrent)
        }
        return isCycle ? first + 1 : nil
    }

    /// Why it cannot train a model; empty where it can.
    static func reasons(_ model: Transformer) -> [String] {
        var reasons: [String] = []
        if cycle(model) == nil {
            reasons.append(
                "a \(decoder) decoder has attention in the last layer of each cycle and Gated DeltaNet in the others"
            )
        }
        if model.expertLayerCount < model.layers {
            reasons.append("every layer of a \(decoder) decoder has experts")
        }
        if model.attention.outputGate == .absent || model.attention.headNorm != .queriesAndKeys {
            reasons.append(
                "attention of a \(decoder) decoder has norms on heads and a gate on what it puts out")
        }
        if let experts = model.experts,
            experts.sharedExperts > 1 || (experts.sharedGate == .present) != (experts.sharedExperts == 1)
        {
            reasons.append("a \(decoder) decoder has one shared expert with a gate, or none")
        }
        if let convolution = model.recurrence?.convolution, convolution == 0 {
            reasons.append("Gated DeltaNet has a convolution there")
        }
        return reasons
    }

    /// Settings of its layers.
    static func members(_ model: Transformer) -> [(String, ConfigurationValue)] {
        guard let recurrence = model.recurrence, let cycle = cycle(model) else { return [] }
        let sizes = keys.map { ($0.name, ConfigurationValue.number(recurrence[keyPath: $0.path])) }
        return [("inhomogeneous_layer_cycle_interval", .number(cycle))] + sizes
            + [("partial_rotary_factor", .real(model.constants?.rotaryShare ?? 1))]
    }

    /// What its settings say of the recurrence, with its default.
    static let keys: [(name: String, path: WritableKeyPath<Recurrence, Int> & Sendable, usual: Int)] = [
        ("gdn_num_value_heads", \.heads, 32), ("gdn_num_key_heads", \.keyHeads, 16),
        ("gdn_key_head_dim", \.keySize, 128), ("gdn_value_head_dim", \.valueSize, 128),
        ("gdn_conv_kernel_dim", \.convolution, 4), ("gdn_chunk_size", \.chunk, 64),
    ]

    /// The recurrence that settings name.
    static func recurrence(_ values: MaxTextValues) throws(LaunchParseError) -> Recurrence {
        var recurrence = Recurrence(
            rule: .gatedDelta, heads: 1, keyHeads: 1, keySize: 1, valueSize: 1, convolution: 0, chunk: 1)
        for key in keys {
            recurrence[keyPath: key.path] = try values.count(key.name, default: key.usual)
        }
        return recurrence
    }

    /// The layers of a cycle that settings name.
    static func pattern(_ values: MaxTextValues) throws(LaunchParseError) -> LayerPattern {
        let name = "inhomogeneous_layer_cycle_interval"
        let cycle = try values.count(name, default: 1)
        guard cycle <= 1000 else {
            throw LaunchParseError("\(values.place(name)) is \(cycle); 1000 layers at most are read")
        }
        let others = [LayerForm](repeating: LayerForm(mixer: .recurrent, part: .experts), count: cycle - 1)
        return LayerPattern(repeating: others + [LayerForm(mixer: .attention, part: .experts)])
    }

    /// What of its layouts cannot be written.
    static let gaps: [LayoutGap] = [
        // `kernels/attention/gdn_cp.py`.
        LayoutGap(
            layouts: .contextRanks,
            reason:
                "context ranks of a \(decoder) decoder pass on states, where an exchange of tokens for heads is priced; "
                + "--fix context=1 goes"),
        // Only its attention and its experts name what a policy may keep.
        LayoutGap(
            layouts: .recomputedModules,
            reason:
                "Gated DeltaNet names nothing that a policy of recomputation could keep; recompute full or none goes"
        ),
    ]
}
