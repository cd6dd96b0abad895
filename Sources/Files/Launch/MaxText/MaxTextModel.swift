import Training

/// The shape of a model as MaxText has it: a style of decoder and its dimensions.
///
/// Source: maxtext 0.2.5, `maxtext/configs/types.py`, `maxtext/models/*.py` (what each decoder reads of them) and
/// `maxtext/layers/moe.py` (routing).
enum MaxTextModel {
    /// The style of decoder; nil where it has none.
    static func decoder(_ model: Transformer) -> String? {
        let biases = model.biases
        if model.recurrentLayerCount > 0, model.recurrence?.rule == .gatedDelta {
            let isPlain = model.norms.kind == .rootMeanSquare && biases.isEmpty
            return isPlain && model.feedForward.gating == .gated ? MaxTextDeltaNet.decoder : nil
        }
        if model.attention.form.isLatent {
            return model.norms.kind == .rootMeanSquare && biases.isEmpty ? "deepseek" : nil
        }
        let isPlain = model.feedForward.gating == .plain
        if isPlain {
            let isOld = model.norms.kind == .layer && biases == .layer && model.experts == nil
            if case .learned = model.positions { return isOld && isAllHeads(model) ? "gpt3" : nil }
            return nil
        }
        guard model.norms.kind == .rootMeanSquare else { return nil }
        if model.attention.window?.form == .chunked || model.norms.perLayer == 4 {
            return MaxTextWindows.decoder(model)
        }
        let hasHeadNorm = model.attention.headNorm == .queriesAndKeys
        if model.experts != nil {
            if biases.contains(.attentionSink) { return hasHeadNorm ? nil : "gpt_oss" }
            return biases.isEmpty ? (hasHeadNorm ? "qwen3_moe" : "mixtral") : nil
        }
        if biases.isEmpty { return hasHeadNorm ? "qwen3" : "llama2" }
        return biases == .queryKeyValue && !hasHeadNorm ? "qwen2" : nil
    }

    private static func isAllHeads(_ model: Transformer) -> Bool {
        model.attention.form.heads == model.attention.form.keyValueHeads
    }

    /// Decoders whose matrices Muon has been told the dimensions of.
    private static let muon = [
        "deepseek", "qwen3", "qwen3_moe", MaxTextDeltaNet.decoder, "gpt_oss", "gemma3", "llama2",
    ]

    /// Why it cannot train a model with an optimizer, whatever the layout; empty where it can.
    static func reasons(_ request: LaunchRequest) -> [String] {
        let (model, optimizer) = (request.model, request.optimizer)
        guard let decoder = decoder(model) else {
            return ModelRefusals.reasons(model) + [
                "it has no decoder with this model's norms, biases, positions and gates; those of Llama, Qwen, Mixtral, "
                    + "DeepSeek, gpt-oss, Gemma 3 and GPT-3 are there"
            ]
        }
        let isDeltaNet = decoder == MaxTextDeltaNet.decoder
        var reasons = isDeltaNet ? MaxTextDeltaNet.reasons(model) : ModelRefusals.layers(model)
        if model.norms.perLayer != (decoder == "gemma3" ? 4 : 2) || model.norms.embedding == .present {
            reasons.append("its layers have two norms, and none follows the embedding")
        }
        if model.positions != .rotary, decoder != "gpt3" {
            reasons.append("positions of a \(decoder) decoder are rotary")
        }
        if !isDeltaNet, let share = model.constants?.rotaryShare, share < 1 {
            reasons.append("a \(decoder) decoder rotates whole heads, not \(share) of each")
        }
        if model.attention.mask == .full { reasons.append("attention is causal") }
        reasons += MaxTextWindows.reasons(request, decoder: decoder)
        if activation(model) == nil {
            reasons.append("it has no activation \(model.constants?.activation?.rawValue ?? "")")
        }
        reasons += expertReasons(model, decoder: decoder)
        if optimizer == .muon, !muon.contains(decoder) {
            reasons.append("muon is there for decoders \(muon.joined(separator: ", ")), not for \(decoder)")
        } else if optimizer != .adam, optimizer != .muon {
            reasons.append("it updates with adam or muon and moments in fp32, not with \(optimizer.rawValue)")
        }
        return reasons
    }

    private static func expertReasons(_ model: Transformer, decoder: String) -> [String] {
        guard let experts = model.experts else { return [] }
        var reasons: [String] = []
        if experts.denseLayers.expertsEvery != 1, decoder != "llama4" {
            reasons.append("layers with experts follow one another")
        }
        if decoder != "deepseek" {
            let isShared =
                experts.sharedExperts > 0 && decoder != MaxTextDeltaNet.decoder && decoder != "llama4"
            if experts.denseLayers.first > 0 || isShared {
                reasons.append(
                    "layers without experts and shared experts are there for decoder deepseek alone")
            }
            if experts.groups > 1 {
                reasons.append("groups of experts are there for decoder deepseek alone")
            }
        }
        if experts.routerBias == .present, name(of: model) == nil {
            reasons.append("a bias that chooses experts is there for deepseek-v3 and kimi-k2 alone")
        }
        if experts.sharedExperts > 0, experts.sharedWidth != experts.width {
            reasons.append("a shared expert is as wide as a routed one")
        }
        return reasons
    }

    /// What of a model's layouts cannot be written.
    static func layoutGaps(of request: LaunchRequest) -> [LayoutGap] {
        guard let decoder = decoder(request.model) else { return [] }
        return decoder == MaxTextDeltaNet.decoder
            ? MaxTextDeltaNet.gaps : MaxTextWindows.gaps(request, decoder: decoder)
    }

    /// MaxText's own name of a model whose routing is tied to it.
    static func name(of model: Transformer) -> String? {
        let names = [
            "deepseek-v3": "deepseek3-671b", "kimi-k2": "kimi-k2-1t", "gemma-3-27b": "gemma3-27b",
        ]
        guard let known = names[model.name], let entry = try? ModelCatalogue.entry(model.name).model,
            entry.width == model.width, entry.layers == model.layers, entry.experts == model.experts
        else { return nil }
        return known
    }

    /// Functions between the feed-forward part's matrices; nil where they are not there.
    private static func activation(_ model: Transformer) -> [String]? {
        // gpt-oss: a clipped product with a logistic function of its own, by MaxText's own file of the model.
        if model.biases.contains(.attentionSink), model.experts != nil { return ["sigmoid", "linear"] }
        let usual: ModelConstants.Activation = model.feedForward.gating == .gated ? .silu : .gelu
        let activation = model.constants?.activation ?? usual
        guard activation != .squaredReLU else { return nil }
        return model.feedForward.gating == .gated ? [activation.rawValue, "linear"] : [activation.rawValue]
    }

    /// Its settings in the order of the file.
    static func members(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let model = request.model
        let decoder = decoder(model) ?? "llama2"
        let isAllExperts = model.expertLayerCount == model.layers
        let inner = isAllExperts ? model.experts?.width ?? model.feedForward.width : model.feedForward.width
        var list: [(String, ConfigurationValue)] = name(of: model).map { [("model_name", .text($0))] } ?? []
        list += [
            ("decoder_block", .text(decoder)), ("base_num_decoder_layers", .number(model.layers)),
            ("base_emb_dim", .number(model.width)), ("base_mlp_dim", .number(inner)),
            ("base_num_query_heads", .number(model.attention.form.heads)),
            ("base_num_kv_heads", .number(model.attention.form.keyValueHeads)),
            ("mlp_activations", .list((activation(model) ?? []).map { .text($0) })),
            ("vocab_size", .number(vocabulary(request))),
            ("logits_via_embedding", .flag(model.embeddings == .tied ? .present : .absent)),
            ("normalize_embedding_logits", .flag(.absent)),
            ("enable_dropout", .flag(.absent)), ("dropout_rate", .real(0)),
            ("mtp_num_layers", .number(model.multiTokenDepth)),
        ]
        list += attention(model, decoder: decoder) + constants(model)
        if decoder == MaxTextDeltaNet.decoder { list += MaxTextDeltaNet.members(model) }
        if let experts = model.experts { list += self.experts(experts, model: model, decoder: decoder) }
        return list
    }

    /// Tokens of the vocabulary of MaxText's own Gemma 3.
    private static let gemmaVocabulary = 262_144

    /// Tokens rounded up to what the tensor ranks divide.
    static func vocabulary(_ request: LaunchRequest) -> Int {
        if decoder(request.model) == "gemma3" { return gemmaVocabulary }
        let tensor = max(1, request.layout.tensor)
        return (request.model.vocabulary + tensor - 1) / tensor * tensor
    }

    private static func attention(_ model: Transformer, decoder: String) -> [(String, ConfigurationValue)] {
        var list: [(String, ConfigurationValue)] = []
        switch model.attention.form {
        case .grouped(let form): list.append(("head_dim", .number(form.headSize)))
        case .latent(let form):
            list += [
                ("attention_type", .text("mla")), ("q_lora_rank", .number(form.queryRank ?? 0)),
                ("kv_lora_rank", .number(form.keyValueRank)),
                ("qk_nope_head_dim", .number(form.plainHeadSize)),
                ("qk_rope_head_dim", .number(form.rotaryHeadSize)),
                ("v_head_dim", .number(form.valueHeadSize)),
            ]
        }
        let hasHeadNorm = model.attention.headNorm == .queriesAndKeys
        list.append(("use_qk_norm", .flag(hasHeadNorm ? .present : .absent)))
        let hasBias = model.biases.contains(.queryKeyValue) && decoder != "gpt3"
        list.append(("attention_bias", .flag(hasBias ? .present : .absent)))
        if decoder == "gpt_oss" {
            list += [
                ("attention_sink", .flag(.present)), ("mlp_activations_limit", .real(7)),
                ("mlp_bias", .flag(model.biases.contains(.feedForward) ? .present : .absent)),
                ("routed_bias", .flag(model.biases.contains(.router) ? .present : .absent)),
            ]
        }
        list += MaxTextWindows.members(model, decoder: decoder)
        if case .learned(let count) = model.positions {
            list.append(("trainable_position_size", .number(count)))
        }
        return list
    }

    private static func constants(_ model: Transformer) -> [(String, ConfigurationValue)] {
        var list: [(String, ConfigurationValue)] = []
        if let epsilon = model.constants?.normEpsilon {
            list.append(("normalization_layer_epsilon", .real(epsilon)))
        }
        // A whole number there.
        if model.positions == .rotary,
            let base = model.constants?.rotaryBase.flatMap({ Int(exactly: $0.rounded()) })
        {
            list.append(("rope_max_timescale", .number(base)))
        }
        return list
    }

    private static func experts(
        _ experts: ExpertLayers, model: Transformer, decoder: String
    ) -> [(String, ConfigurationValue)] {
        var list: [(String, ConfigurationValue)] = [
            ("num_experts", .number(experts.experts)), ("num_experts_per_tok", .number(experts.topK)),
            ("base_moe_mlp_dim", .number(experts.width)),
            ("capacity_factor", .real(experts.capacityFactor ?? -1)),
            // Tokens are dropped by its dense products alone.
            ("sparse_matmul", .flag(experts.capacityFactor == nil ? .present : .absent)),
            ("load_balance_loss_weight", .real(model.constants?.auxiliaryLoss ?? 0)),
        ]
        if decoder == "qwen3_moe" || decoder == MaxTextDeltaNet.decoder {
            list.append(("norm_topk_prob", .flag(.present)))
        }
        if decoder == MaxTextDeltaNet.decoder || decoder == "llama4" {
            list.append(("shared_experts", .number(experts.sharedExperts)))
        }
        guard decoder == "deepseek" else { return list }
        let hasBias = experts.routerBias == .present
        list += [
            ("first_num_dense_layers", .number(experts.denseLayers.first)),
            ("shared_experts", .number(experts.sharedExperts)),
            ("routed_bias", .flag(hasBias ? .present : .absent)),
            ("routed_score_func", .text(hasBias ? "sigmoid" : "softmax")),
            ("routed_scaling_factor", .real(model.constants?.expertScale ?? 1)),
        ]
        if experts.groups > 1 {
            list += [
                ("n_routing_groups", .number(experts.groups)),
                ("topk_routing_group", .number(experts.groupsPerToken)),
            ]
        }
        return list
    }

    /// What is not known of a model and its own defaults stand for.
    static func notes(_ model: Transformer) -> [String] {
        var notes: [String] = []
        if decoder(model) == "gemma3", model.vocabulary != gemmaVocabulary {
            notes.append(
                "Its own Gemma 3 has \(gemmaVocabulary) tokens of vocabulary; priced with \(model.vocabulary)."
            )
        }
        if model.positions == .rotary, model.constants?.rotaryBase == nil {
            notes.append("The base of the rotation is not known; its 10000 stands: rope_max_timescale.")
        }
        if model.constants?.normEpsilon == nil {
            notes.append(
                "What is added under the root of a norm is not known; its 1e-5 stands: normalization_layer_epsilon."
            )
        }
        return notes
    }
}
