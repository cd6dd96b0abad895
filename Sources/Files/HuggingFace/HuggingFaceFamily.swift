import Training

/// What a `config.json` of one architecture leaves to the architecture's code.
///
/// Facts about each architecture as the `transformers` library defines it: names of keys, and what holds when
/// a key is absent.
struct HuggingFaceFamily: Sendable {
    /// Values of `model_type`.
    var types: [String]
    var layersKeys = ["num_hidden_layers"]
    var widthKeys = ["hidden_size"]
    var headsKeys = ["num_attention_heads"]
    var innerKeys = ["intermediate_size"]
    var lengthKeys = ["max_position_embeddings"]
    /// Inner width over width where no key gives it; nil: a key must.
    var innerFactor: Int?
    var gating = Gating.gated
    var norm = Norms.Kind.rootMeanSquare
    var normsPerLayer = 2
    var embeddingNorm = Presence.absent
    var positions = PositionKind.rotary
    var biases: Biases = []
    /// Keys that switch a bias on or off, over `biases`.
    var biasKeys: [(key: String, bias: Biases)] = []
    var headNorm = HeadNorm.absent
    /// What holds when `tie_word_embeddings` is absent.
    var tying = EmbeddingTying.untied
    /// Which layers have no window where one is given: one in this many; nil where no window is read.
    var fullEvery: Int?
    /// A key that must be true for the window to hold; with it `max_window_layers` is the first layer that has it.
    var windowSwitch: String?
    /// A key that must be true for ``headNorm`` to hold.
    var headNormSwitch: String?
    /// How the file says what each layer is made of.
    var rules = LayerRules.usual
    /// The recurrence that some layers have.
    var recurrence: Recurrence.Rule?
    var outputGate = Presence.absent
    var hasIndexer = Presence.absent
    var routerBias = Presence.absent
    var sharedGate = Presence.absent
    /// Shared experts where no key gives their number.
    var sharedExperts = 0
    /// Learned positions beyond those of a sequence.
    var morePositions = 0
    /// What the configuration class of the `transformers` library takes for keys that the file does not have; only of
    /// classes whose published files leave keys out.
    var defaults: [String: String] = [:]

    /// How a file says what each layer is made of, beside `layer_types`.
    enum LayerRules: Sendable {
        /// A window by ``fullEvery`` or `sliding_window_pattern`.
        case usual
        /// Windows that cut the sequence, but on layers without rotation; experts by list or step.
        case llama4
        /// `attn_layer_period`, `expert_layer_period` and offsets.
        case jamba
        /// `full_attention_interval`.
        case fullInterval
        /// `attn_type_list`.
        case miniMax
        /// `hybrid_override_pattern`, layers of one part each.
        case hybridPattern
    }

    /// The key of the window's tokens; nil where none is read.
    var windowKey: String? {
        switch rules {
        case .llama4: "attention_chunk_size"
        default: fullEvery == nil ? nil : "sliding_window"
        }
    }

    /// Every architecture that is read.
    static let all: [HuggingFaceFamily] = dense + withExperts + older + newer + hybrids

    private static let dense = [
        HuggingFaceFamily(
            types: ["llama"],
            biasKeys: [
                ("attention_bias", [.queryKeyValue, .attentionOutput]), ("mlp_bias", .feedForward),
            ]),
        HuggingFaceFamily(types: ["mistral"], fullEvery: 0),
        HuggingFaceFamily(
            types: ["qwen2"], biases: .queryKeyValue, fullEvery: 0, windowSwitch: "use_sliding_window"),
        HuggingFaceFamily(
            types: ["qwen3"], biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])],
            headNorm: .queriesAndKeys, fullEvery: 0, windowSwitch: "use_sliding_window"),
        HuggingFaceFamily(types: ["gemma"], tying: .tied),
        HuggingFaceFamily(types: ["gemma2"], normsPerLayer: 4, tying: .tied, fullEvery: 2),
        HuggingFaceFamily(
            types: ["gemma3_text", "gemma3"], normsPerLayer: 4, headNorm: .queriesAndKeys, tying: .tied,
            fullEvery: 6,
            defaults: [
                "vocab_size": "262208", "num_attention_heads": "8", "num_key_value_heads": "4",
                "head_dim": "256", "max_position_embeddings": "131072", "rms_norm_eps": "0.000001",
                "hidden_activation": "gelu_pytorch_tanh",
                "sliding_window": "4096",
            ]),
        HuggingFaceFamily(types: ["phi3"], fullEvery: 0),
        HuggingFaceFamily(
            types: ["phi"], gating: .plain, norm: .layer, normsPerLayer: 1, biases: [.layer, .head]),
        HuggingFaceFamily(
            types: ["nemotron"], gating: .plain, norm: .layer,
            biasKeys: [
                ("attention_bias", [.queryKeyValue, .attentionOutput]), ("mlp_bias", .feedForward),
            ]),
        HuggingFaceFamily(
            types: ["starcoder2"], gating: .plain, norm: .layer, biases: .layer,
            biasKeys: [("use_bias", .layer)], tying: .tied, fullEvery: 0),
    ]

    private static let withExperts = [
        HuggingFaceFamily(types: ["mixtral"], fullEvery: 0),
        HuggingFaceFamily(
            types: ["qwen2_moe"], biases: .queryKeyValue, fullEvery: 0, windowSwitch: "use_sliding_window",
            sharedGate: .present),
        HuggingFaceFamily(
            types: ["qwen3_moe"], biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])],
            headNorm: .queriesAndKeys, fullEvery: 0, windowSwitch: "use_sliding_window"),
        HuggingFaceFamily(
            types: ["deepseek_v2"], biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])]),
        HuggingFaceFamily(
            types: ["deepseek_v3", "kimi_k2"],
            biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])], routerBias: .present),
        HuggingFaceFamily(
            types: ["gpt_oss"],
            biases: [.queryKeyValue, .attentionOutput, .feedForward, .router, .attentionSink],
            biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])],
            fullEvery: 2),
    ]

    private static let older = [
        HuggingFaceFamily(
            types: ["gpt2"], layersKeys: ["n_layer", "num_hidden_layers"],
            widthKeys: ["n_embd", "hidden_size"], headsKeys: ["n_head", "num_attention_heads"],
            innerKeys: ["n_inner", "intermediate_size"],
            lengthKeys: ["n_positions", "max_position_embeddings", "n_ctx"], innerFactor: 4,
            gating: .plain, norm: .layer, positions: .learned, biases: .layer, tying: .tied),
        HuggingFaceFamily(
            types: ["gpt_neox"], gating: .plain, norm: .layer, biases: .layer,
            biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])]),
        HuggingFaceFamily(
            types: ["bloom"], layersKeys: ["n_layer", "num_hidden_layers"],
            widthKeys: ["hidden_size", "n_embed"], headsKeys: ["n_head", "num_attention_heads"],
            innerKeys: [], lengthKeys: ["seq_length"], innerFactor: 4, gating: .plain, norm: .layer,
            embeddingNorm: .present, positions: .alibi, biases: .layer, tying: .tied),
        HuggingFaceFamily(
            types: ["mpt"], layersKeys: ["n_layers"], widthKeys: ["d_model"], headsKeys: ["n_heads"],
            innerKeys: [], lengthKeys: ["max_seq_len"], innerFactor: 4, gating: .plain,
            norm: .layerWithoutBias, positions: .learned, biases: [], tying: .tied),
        HuggingFaceFamily(
            types: ["falcon", "RefinedWeb", "RefinedWebModel"],
            layersKeys: ["num_hidden_layers", "n_layer"], widthKeys: ["hidden_size"],
            headsKeys: ["num_attention_heads", "n_head"], innerKeys: ["ffn_hidden_size"],
            lengthKeys: ["max_position_embeddings"], innerFactor: 4, gating: .plain, norm: .layer,
            biases: [], biasKeys: [("bias", .layer)], tying: .tied),
    ]
}
