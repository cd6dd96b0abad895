import Training

/// The attention of a `config.json`.
enum HuggingFaceAttention {
    static func attention(
        _ config: ConfigReader, family: HuggingFaceFamily, width: Int
    ) throws(ScenarioError) -> Attention {
        let heads = try config.count(family.headsKeys)
        let form: AttentionForm
        var gate = family.outputGate
        if let given = try config.flag("attn_output_gate") {
            guard gate == .present || !given else {
                throw config.error("attn_output_gate", "is not modelled for model_type \(family.types[0])")
            }
            gate = given ? .present : .absent
        }
        if try config.count(["kv_lora_rank"], default: nil) != nil {
            form = .latent(try latent(config, heads: heads))
        } else {
            form = .grouped(try grouped(config, family: family, heads: heads, width: width))
        }
        return Attention(
            form: form, window: try window(config, family: family),
            headNorm: try headNorm(config, family: family), outputGate: gate,
            indexer: try HuggingFaceRecurrence.indexer(config, family: family))
    }

    private static func headNorm(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> HeadNorm {
        guard let key = family.headNormSwitch else { return family.headNorm }
        return try config.flag(key) ?? false ? family.headNorm : .absent
    }

    private static func latent(_ config: ConfigReader, heads: Int) throws(ScenarioError) -> LatentAttention {
        // Configurations with latent attention repeat the number of heads here, which means nothing for it.
        config.asked.add(["num_key_value_heads", "head_dim", "qk_head_dim"])
        return LatentAttention(
            heads: heads, queryRank: try config.count(["q_lora_rank"], default: nil),
            keyValueRank: try config.count(["kv_lora_rank"]),
            rotaryHeadSize: try config.whole(["qk_rope_head_dim"]) ?? 0,
            plainHeadSize: try config.count(["qk_nope_head_dim"]),
            valueHeadSize: try config.count(["v_head_dim"]))
    }

    private static func grouped(
        _ config: ConfigReader, family: HuggingFaceFamily, heads: Int, width: Int
    ) throws(ScenarioError) -> GroupedAttention {
        let given = try config.count(["head_dim", "kv_channels", "attention_head_dim"], default: nil)
        guard given != nil || width.isMultiple(of: heads) else {
            throw ScenarioError(
                place: config.reader.document.place,
                reason: "head_dim is missing and the width \(width) is not divisible by \(heads) heads")
        }
        return GroupedAttention(
            heads: heads, keyValueHeads: try keyValueHeads(config, family: family, heads: heads),
            headSize: given ?? width / heads)
    }

    private static func keyValueHeads(
        _ config: ConfigReader, family: HuggingFaceFamily, heads: Int
    ) throws(ScenarioError) -> Int {
        if family.types.contains("falcon") {
            if try config.flag("new_decoder_architecture") == true {
                return try config.count(["num_kv_heads", "n_head_kv"], default: heads) ?? heads
            }
            return try config.flag("multi_query") ?? true ? 1 : heads
        }
        let keys = ["num_key_value_heads", "attn_config.kv_n_heads"]
        return try config.count(keys, default: heads) ?? heads
    }

    /// The window that some layers have; which, ``HuggingFaceLayers`` says.
    private static func window(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> SlidingWindow? {
        guard let key = family.windowKey, let tokens = try config.count([key], default: nil) else {
            return nil
        }
        return SlidingWindow(tokens: tokens, form: family.rules == .llama4 ? .chunked : .sliding)
    }
}
