import Training

/// Architectures of plain attention whose files differ in names, windows and experts; facts as in ``HuggingFaceFamily``,
/// of the `transformers` library 5.24.0.
extension HuggingFaceFamily {
    private static let attentionBias: [(key: String, bias: Biases)] = [
        ("attention_bias", [.queryKeyValue, .attentionOutput])
    ]

    static let newer = [
        HuggingFaceFamily(types: ["olmo2"], biasKeys: attentionBias, headNorm: .projections),
        HuggingFaceFamily(types: ["olmo3"], biasKeys: attentionBias, headNorm: .projections, fullEvery: 4),
        HuggingFaceFamily(types: ["granite"], biasKeys: attentionBias + [("mlp_bias", .feedForward)]),
        HuggingFaceFamily(
            types: ["cohere"], norm: .layerWithoutBias, normsPerLayer: 1, biasKeys: attentionBias,
            headNorm: .projections, tying: .tied, headNormSwitch: "use_qk_norm"),
        HuggingFaceFamily(
            types: ["cohere2"], norm: .layerWithoutBias, normsPerLayer: 1, biasKeys: attentionBias,
            tying: .tied, fullEvery: 4),
        HuggingFaceFamily(
            types: ["smollm3"], biasKeys: attentionBias + [("mlp_bias", .feedForward)], tying: .tied),
        HuggingFaceFamily(
            types: ["opt"], innerKeys: ["ffn_dim"], gating: .plain, norm: .layer, positions: .learned,
            biases: .layer, biasKeys: [("enable_bias", .layer)], tying: .tied, morePositions: 2),
        HuggingFaceFamily(
            types: ["glm4_moe"], biasKeys: [("attention_bias", .queryKeyValue)], headNorm: .queriesAndKeys,
            headNormSwitch: "use_qk_norm", routerBias: .present),
        HuggingFaceFamily(
            types: ["dbrx"], layersKeys: ["n_layers", "num_hidden_layers"],
            widthKeys: ["d_model", "hidden_size"], headsKeys: ["n_heads", "num_attention_heads"],
            innerKeys: ["ffn_config.ffn_hidden_size"],
            lengthKeys: ["max_seq_len", "max_position_embeddings"], norm: .layerWithoutBias),
        HuggingFaceFamily(
            types: ["ernie4_5_moe"], biasKeys: [("use_bias", [.layer, .head])], tying: .tied,
            routerBias: .present),
        HuggingFaceFamily(
            types: ["phimoe"], norm: .layer, biasKeys: attentionBias + [("lm_head_bias", .head)],
            fullEvery: 0),
        HuggingFaceFamily(
            types: ["llama4_text", "llama4"], innerKeys: ["intermediate_size_mlp"],
            biasKeys: attentionBias, rules: .llama4, sharedExperts: 1,
            defaults: [
                "vocab_size": "202048", "hidden_size": "5120", "intermediate_size": "8192",
                "intermediate_size_mlp": "16384", "num_hidden_layers": "48", "num_attention_heads": "40",
                "num_key_value_heads": "8", "head_dim": "128", "num_local_experts": "16",
                "num_experts_per_tok": "1", "attention_chunk_size": "8192", "rms_norm_eps": "0.00001",
                "max_position_embeddings": "131072",
            ]),
        HuggingFaceFamily(
            types: ["deepseek_v32"], biasKeys: attentionBias, hasIndexer: .present, routerBias: .present,
            defaults: ["index_n_heads": "64", "index_head_dim": "128", "index_topk": "2048"]),
        HuggingFaceFamily(
            types: ["glm_moe_dsa"], biasKeys: attentionBias, hasIndexer: .present, routerBias: .present,
            defaults: ["index_n_heads": "32", "index_head_dim": "128", "index_topk": "2048"]),
        HuggingFaceFamily(types: ["minimax_m2"], headNorm: .projections, routerBias: .present),
    ]

    /// Architectures in which some layers carry a state along the sequence.
    static let hybrids = [
        HuggingFaceFamily(
            types: ["qwen3_next", "qwen3_5_moe_text", "qwen3_5_moe"], biasKeys: attentionBias,
            headNorm: .queriesAndKeys, rules: .fullInterval, recurrence: .gatedDelta, outputGate: .present,
            sharedGate: .present),
        HuggingFaceFamily(
            types: ["qwen3_5_text", "qwen3_5"], biasKeys: attentionBias, headNorm: .queriesAndKeys,
            rules: .fullInterval, recurrence: .gatedDelta, outputGate: .present),
        HuggingFaceFamily(
            types: ["nemotron_h"], gating: .plain, normsPerLayer: 1, positions: .none,
            biasKeys: attentionBias + [("mlp_bias", .feedForward)], rules: .hybridPattern,
            recurrence: .mamba2, routerBias: .present),
        HuggingFaceFamily(types: ["jamba"], positions: .none, rules: .jamba, recurrence: .mamba1),
        HuggingFaceFamily(
            types: ["minimax_m1", "minimax_text_01", "MiniMaxM1"], rules: .miniMax, recurrence: .lightning),
    ]
}
