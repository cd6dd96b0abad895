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
    /// Which layers have no window where `sliding_window` is given: one in this many; nil: no window is read.
    var fullEvery: Int?
    /// A key that must be true for the window to hold.
    var windowSwitch: String?

    /// Every architecture that is read.
    static let all: [HuggingFaceFamily] = dense + withExperts + older

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
            fullEvery: 6),
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
            types: ["qwen2_moe"], biases: .queryKeyValue, fullEvery: 0, windowSwitch: "use_sliding_window"),
        HuggingFaceFamily(
            types: ["qwen3_moe"], biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])],
            headNorm: .queriesAndKeys, fullEvery: 0, windowSwitch: "use_sliding_window"),
        HuggingFaceFamily(
            types: ["deepseek_v2", "deepseek_v3", "kimi_k2"],
            biasKeys: [("attention_bias", [.queryKeyValue, .attentionOutput])]),
        HuggingFaceFamily(
            types: ["gpt_oss"],
            biases: [.queryKeyValue, .attentionOutput, .feedForward, .router, .attentionSink],
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
