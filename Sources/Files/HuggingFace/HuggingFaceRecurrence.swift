import Training

/// The recurrence of a `config.json`, and the indexer of its attention.
///
/// Shapes as in the models of the `transformers` library (5.24.0): `Qwen3NextGatedDeltaNet`, `MiniMaxLightningAttention`,
/// `NemotronHMamba2Mixer`, `JambaMambaMixer`; chunks of Gated DeltaNet as in `chunk_gated_delta_rule` of
/// fla-org/flash-linear-attention.
enum HuggingFaceRecurrence {
    static func recurrence(
        _ config: ConfigReader, family: HuggingFaceFamily, width: Int
    ) throws(ScenarioError) -> Recurrence? {
        switch family.recurrence {
        case nil: return nil
        case .gatedDelta:
            return Recurrence(
                rule: .gatedDelta, heads: try config.count(["linear_num_value_heads"]),
                keyHeads: try config.count(["linear_num_key_heads"]),
                keySize: try config.count(["linear_key_head_dim"]),
                valueSize: try config.count(["linear_value_head_dim"]),
                convolution: try config.count(["linear_conv_kernel_dim"], default: 4) ?? 4, chunk: 64)
        case .lightning:
            let heads = try config.count(["num_attention_heads"])
            let size = try config.count(["head_dim"], default: width / max(1, heads)) ?? 1
            return Recurrence(
                rule: .lightning, heads: heads, keyHeads: heads, keySize: size, valueSize: size,
                convolution: 0, chunk: try config.count(["block_size"], default: 256) ?? 256)
        case .mamba2:
            try insist(config, "use_conv_bias", is: true)
            for key in ["mamba_proj_bias", "use_bias"] { try insist(config, key, is: false) }
            return Recurrence(
                rule: .mamba2, heads: try config.count(["mamba_num_heads"]),
                keyHeads: try config.count(["n_groups", "mamba_n_groups"]),
                keySize: try config.count(["ssm_state_size"]),
                valueSize: try config.count(["mamba_head_dim"]),
                convolution: try config.count(["conv_kernel", "mamba_d_conv"]),
                chunk: try config.count(["chunk_size", "mamba_chunk_size"], default: 128) ?? 128)
        case .mamba1:
            try insist(config, "mamba_conv_bias", is: true)
            try insist(config, "mamba_proj_bias", is: false)
            let expansion = try config.count(["mamba_expand"], default: 2) ?? 2
            let (channels, overflow) = expansion.multipliedReportingOverflow(by: width)
            let rank = config.word(["mamba_dt_rank"])
            let usual = width / 16 + (width.isMultiple(of: 16) ? 0 : 1)
            return Recurrence(
                rule: .mamba1, heads: overflow ? Int.max : channels, keyHeads: 1,
                keySize: try config.count(["mamba_d_state"], default: 16) ?? 16, valueSize: 1,
                convolution: try config.count(["mamba_d_conv"], default: 4) ?? 4, chunk: 1,
                stepRank: rank == nil || rank == "auto" ? usual : try config.count(["mamba_dt_rank"]))
        }
    }

    /// Throws where a switch is not as it is counted.
    private static func insist(_ config: ConfigReader, _ key: String, is value: Bool) throws(ScenarioError) {
        guard let given = try config.flag(key), given != value else { return }
        throw config.error(key, "is \(given), which is not modelled; \(value) is")
    }

    static func indexer(_ config: ConfigReader, family: HuggingFaceFamily) throws(ScenarioError)
        -> KeyIndexer?
    {
        guard family.hasIndexer == .present else { return nil }
        return KeyIndexer(
            heads: try config.count(["index_n_heads"]), headSize: try config.count(["index_head_dim"]),
            topK: try config.count(["index_topk"]))
    }
}
