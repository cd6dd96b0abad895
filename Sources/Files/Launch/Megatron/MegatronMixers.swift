import Training

/// How Megatron-LM is told layers that are not plain attention and a feed-forward part.
///
/// Source: megatron-core 0.19.2, `megatron/core`: `models/gpt/experimental_attention_variant_module_specs.py` (layers of two
/// parts), `models/hybrid/hybrid_layer_allocation.py` and `hybrid_layer_specs.py` (a letter for each layer of one part, `|`
/// between chunks), `ssm/` (what no option sets), and the fields of `transformer/transformer_config.py`.
enum MegatronMixers {
    /// How layers are told.
    enum Way: Hashable {
        /// Each has attention and a feed-forward part.
        case attention
        /// Each has a feed-forward part, and some have Gated DeltaNet in place of attention.
        case linearAttention
        /// Each has one part: `pretrain_hybrid.py` trains them.
        case oneParts
    }

    /// How the layers of a model are told; nil where they cannot be.
    static func way(_ model: Transformer) -> Way? {
        let parts = Set((0..<model.layers).map { model.element(atLayer: $0).parts })
        if parts == [1] { return .oneParts }
        guard parts == [2] else { return nil }
        return model.recurrentLayerCount > 0 ? .linearAttention : .attention
    }

    /// What it fixes of a recurrence, where no option sets it.
    static let mambaTaps = 4
    static let mambaChunk = 128
    /// Tokens of a chunk in the kernels of flash-linear-attention that it calls.
    static let deltaChunk = 64

    /// Why no option says what a model's layers are made of; empty where some do.
    static func reasons(_ model: Transformer) -> [String] {
        guard let way = way(model) else {
            return ["layers of one part beside layers of two cannot be written; either alone can"]
        }
        var reasons: [String] = []
        if model.recurrentLayerCount > 0, let recurrence = model.recurrence,
            let reason = reason(recurrence, way)
        {
            reasons.append(reason)
        }
        if way == .oneParts, model.attention.form.isLatent, model.attentionLayerCount > 0 {
            reasons.append(
                "latent attention in layers of one part cannot be written: its norms are not there")
        }
        if way == .linearAttention, model.attention.indexer != nil {
            reasons.append("an indexer beside Gated DeltaNet cannot be written; either alone can")
        }
        return reasons
    }

    private static func reason(_ recurrence: Recurrence, _ way: Way) -> String? {
        let title = recurrence.rule.title
        switch recurrence.rule {
        case .lightning, .mamba1:
            return
                "layers with \(title) cannot be written; those with Mamba-2, Gated DeltaNet and attention can"
        case .mamba2:
            guard way == .oneParts else {
                return "layers with \(title) and a feed-forward part cannot be written; those of one part can"
            }
            guard recurrence.convolution == mambaTaps, recurrence.chunk == mambaChunk else {
                return
                    "\(title) has \(mambaTaps) taps and chunks of \(mambaChunk) there, not "
                    + "\(recurrence.convolution) and \(recurrence.chunk)"
            }
        case .gatedDelta:
            guard recurrence.chunk == deltaChunk, recurrence.convolution > 0 else {
                return "\(title) has a convolution and chunks of \(deltaChunk) there, not "
                    + "\(recurrence.convolution) taps and \(recurrence.chunk)"
            }
        }
        return nil
    }

    /// The arguments of layers that are not plain.
    static func arguments(_ request: LaunchRequest) -> [MegatronArgument] {
        let model = request.model
        var list: [MegatronArgument] = []
        if model.attention.outputGate == .present { list.append(MegatronArgument("--attention-output-gate")) }
        if let indexer = model.attention.indexer {
            list += [
                MegatronArgument("--experimental-attention-variant", "dsa"),
                MegatronArgument("--dsa-indexer-n-heads", indexer.heads),
                MegatronArgument("--dsa-indexer-head-dim", indexer.headSize),
                MegatronArgument("--dsa-indexer-topk", indexer.topK),
                // The fused kernels that are priced; they refuse the fused rotation.
                MegatronArgument("--dsa-kernel-backend", "cudnn"), MegatronArgument("--no-rope-fusion"),
            ]
        }
        switch way(model) {
        case .attention, nil: break
        case .linearAttention:
            let text = MegatronLayerList.text(model) { $0.mixer == .recurrent }
            list += [
                MegatronArgument("--experimental-attention-variant", "gated_delta_net"),
                MegatronArgument("--linear-attention-freq", text),
            ]
        case .oneParts: list.append(MegatronArgument("--hybrid-layer-pattern", pattern(request)))
        }
        if model.recurrentLayerCount > 0, let recurrence = model.recurrence {
            list += zip(MegatronRecurrence.flags(recurrence.rule), MegatronRecurrence.paths)
                .map { MegatronArgument($0, recurrence[keyPath: $1]) }
        }
        return list
    }

    /// Letters of layers: `M` Mamba-2, `G` Gated DeltaNet, `*` attention, `-` a feed-forward part, `E` experts; `|`
    /// between chunks.
    private static func pattern(_ request: LaunchRequest) -> String {
        let model = request.model
        let letters = (0..<model.layers).map { layer -> Character in
            let element = model.element(atLayer: layer)
            return switch element.mixer {
            case .recurrent: model.recurrence?.rule == .mamba2 ? "M" : "G"
            case .attention: "*"
            case .absent: element.kind == .expert ? "E" : "-"
            }
        }
        guard request.layout.pipeline > 1 else { return String(letters) }
        var rest = letters[...]
        return request.layout.layersByChunk(of: model).map { count in
            defer { rest = rest.dropFirst(count) }
            return String(rest.prefix(count))
        }.joined(separator: "|")
    }
}

/// The flags of a recurrence.
enum MegatronRecurrence {
    /// What they set, in the order of ``flags(_:)``; the convolution of Gated DeltaNet alone.
    static let paths: [WritableKeyPath<Recurrence, Int> & Sendable] = [
        \.heads, \.keyHeads, \.keySize, \.valueSize, \.convolution,
    ]

    static func flags(_ rule: Recurrence.Rule) -> [String] {
        switch rule {
        case .mamba2: mamba.map(\.flag)
        case .gatedDelta: delta.map(\.flag)
        case .lightning, .mamba1: []
        }
    }

    /// Flags with what they are by default; nil: from the width of the model.
    static let mamba: [(flag: String, usual: Int?)] = [
        ("--mamba-num-heads", nil), ("--mamba-num-groups", 8), ("--mamba-state-dim", 128),
        ("--mamba-head-dim", 64),
    ]
    static let delta: [(flag: String, usual: Int?)] = [
        ("--linear-num-value-heads", 32), ("--linear-num-key-heads", 16), ("--linear-key-head-dim", 128),
        ("--linear-value-head-dim", 128), ("--linear-conv-kernel-dim", 4),
    ]
}
