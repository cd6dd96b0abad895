import Quantities
import Training

/// The model of the YAML of a MaxText run.
enum MaxTextModelParser {
    static func model(_ values: MaxTextValues) throws(LaunchParseError) -> Transformer {
        let decoder = values.text("decoder_block") ?? "llama2"
        guard decoders.contains(decoder) else {
            throw LaunchParseError(
                "\(values.place("decoder_block")) \(Shown.value(decoder)) is not read; "
                    + decoders.joined(separator: ", ") + " are")
        }
        let layers = try values.count("base_num_decoder_layers", default: 16)
        let isDeltaNet = decoder == MaxTextDeltaNet.decoder
        let activations = values.list("mlp_activations")
        let inner = try values.count("base_mlp_dim", default: 7168)
        return Transformer(
            name: values.text("model_name") ?? "maxtext", layers: layers,
            width: try values.count("base_emb_dim", default: 2048),
            attention: try attention(values, decoder: decoder),
            feedForward: FeedForward(width: inner, gating: activations.count == 1 ? .plain : .gated),
            experts: try experts(values, decoder: decoder, inner: inner),
            vocabulary: try values.count("vocab_size", default: 32_000),
            embeddings: try values.flag("logits_via_embedding") ? .tied : .untied,
            positions: decoder == "gpt3"
                ? .learned(try values.count("trainable_position_size", default: 2048)) : .rotary,
            norms: Norms(
                kind: decoder == "gpt3" ? .layer : .rootMeanSquare, perLayer: decoder == "gemma3" ? 4 : 2),
            biases: try biases(values, decoder: decoder),
            sequenceLength: try values.count("max_target_length", default: 2048),
            multiTokenDepth: try values.whole("mtp_num_layers", default: 0),
            constants: try constants(values, activations: activations, decoder: decoder).ifKnown,
            recurrence: isDeltaNet ? try MaxTextDeltaNet.recurrence(values) : nil,
            pattern: isDeltaNet ? try MaxTextDeltaNet.pattern(values) : nil)
    }

    private static let decoders = [
        "llama2", "mixtral", "qwen2", "qwen3", "qwen3_moe", MaxTextDeltaNet.decoder, "deepseek", "gpt_oss",
        "gemma3", "llama4", "gpt3",
    ]

    private static func attention(
        _ values: MaxTextValues, decoder: String
    ) throws(LaunchParseError) -> Attention {
        let heads = try values.count("base_num_query_heads", default: 16)
        let isDeltaNet = decoder == MaxTextDeltaNet.decoder
        guard values.text("attention_type") == "mla" else {
            let form = GroupedAttention(
                heads: heads, keyValueHeads: try values.count("base_num_kv_heads", default: 16),
                headSize: try values.count("head_dim", default: 128))
            let hasHeadNorm = try values.flag("use_qk_norm") || isDeltaNet
            return Attention(
                form: .grouped(form),
                window: try MaxTextWindows.window(values, decoder: decoder),
                headNorm: hasHeadNorm ? .queriesAndKeys : .absent,
                outputGate: isDeltaNet ? .present : .absent)
        }
        let rank = try values.whole("q_lora_rank", default: 0)
        return Attention(
            form: .latent(
                LatentAttention(
                    heads: heads, queryRank: rank > 0 ? rank : nil,
                    keyValueRank: try values.count("kv_lora_rank", default: 512),
                    rotaryHeadSize: try values.count("qk_rope_head_dim", default: 64),
                    plainHeadSize: try values.count("qk_nope_head_dim", default: 128),
                    valueHeadSize: try values.count("v_head_dim", default: 128))))
    }

    private static func experts(
        _ values: MaxTextValues, decoder: String, inner: Int
    ) throws(LaunchParseError) -> ExpertLayers? {
        let count = try values.count("num_experts", default: 1)
        guard count > 1 else { return nil }
        let factor = try values.number("capacity_factor", -1...1e6, default: -1)
        let isBiased = decoder == "deepseek" ? try values.flag("routed_bias") : false
        let shared = try values.whole("shared_experts", default: 0)
        return ExpertLayers(
            experts: count, topK: try values.count("num_experts_per_tok", default: 1),
            width: try values.count("base_moe_mlp_dim", default: inner),
            sharedExperts: shared,
            denseLayers: DenseLayers(
                first: try values.whole("first_num_dense_layers", default: 0),
                expertsEvery: max(1, try values.whole("interleave_moe_layer_step", default: 1))),
            capacityFactor: factor > 0 ? factor : nil,
            groups: max(1, try values.whole("n_routing_groups", default: 1)),
            groupsPerToken: max(1, try values.whole("topk_routing_group", default: 1)),
            routerBias: isBiased ? .present : .absent,
            sharedGate: decoder == MaxTextDeltaNet.decoder && shared > 0 ? .present : .absent)
    }

    private static func biases(_ values: MaxTextValues, decoder: String) throws(LaunchParseError) -> Biases {
        if decoder == "gpt3" { return .layer }
        var biases: Biases = []
        if try values.flag("attention_bias") {
            biases.insert(.queryKeyValue)
            if decoder == "gpt_oss" { biases.insert(.attentionOutput) }
        }
        if decoder == "gpt_oss" {
            if try values.flag("mlp_bias") { biases.insert(.feedForward) }
            if try values.flag("routed_bias") { biases.insert(.router) }
            if try values.flag("attention_sink") { biases.insert(.attentionSink) }
        }
        return biases
    }

    private static func constants(
        _ values: MaxTextValues, activations: [String], decoder: String
    ) throws(LaunchParseError) -> ModelConstants {
        var constants = ModelConstants()
        if decoder != "gpt3", values.has("rope_max_timescale") {
            constants.rotaryBase = try values.number("rope_max_timescale", 1...1e12, default: 10_000)
        }
        if decoder == MaxTextDeltaNet.decoder {
            let share = try values.number("partial_rotary_factor", 1e-6...1, default: 1)
            constants.rotaryShare = share < 1 ? share : nil
        }
        if values.has("normalization_layer_epsilon") {
            constants.normEpsilon = try values.number("normalization_layer_epsilon", 1e-30...1, default: 1e-5)
        }
        constants.activation = activations.first.flatMap { ModelConstants.Activation(rawValue: $0) }
        if decoder == "deepseek", values.has("routed_scaling_factor") {
            constants.expertScale = try values.number("routed_scaling_factor", 1e-6...1e6, default: 1)
        }
        if values.has("load_balance_loss_weight") {
            constants.auxiliaryLoss = try values.number("load_balance_loss_weight", 0...1e6, default: 0)
        }
        return constants
    }

    /// Settings of the model that are read, or that go with a decoder.
    static let read = Set<String>([
        "decoder_block", "base_num_decoder_layers", "base_emb_dim", "base_mlp_dim", "base_num_query_heads",
        "base_num_kv_heads", "mlp_activations", "vocab_size", "logits_via_embedding",
        "normalize_embedding_logits", "enable_dropout", "dropout_rate", "mtp_num_layers", "head_dim",
        "attention_type", "q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim",
        "use_qk_norm", "attention_bias", "attention_sink", "mlp_activations_limit",
        "inhomogeneous_layer_cycle_interval", "mlp_bias", "routed_bias", "sliding_window_size",
        "trainable_position_size", "normalization_layer_epsilon", "rope_max_timescale", "num_experts",
        "num_experts_per_tok", "base_moe_mlp_dim", "capacity_factor", "sparse_matmul", "norm_topk_prob",
        "load_balance_loss_weight", "first_num_dense_layers", "shared_experts", "routed_score_func",
        "routed_scaling_factor", "n_routing_groups", "topk_routing_group", "partial_rotary_factor",
    ]).union(MaxTextDeltaNet.keys.map(\.name)).union(MaxTextWindows.keys)
}
