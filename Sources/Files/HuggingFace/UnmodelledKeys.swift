/// Keys of a `config.json` that change what training costs in a way that is not modelled.
enum UnmodelledKeys {
    /// What a key does where it has a value other than those that change nothing.
    private struct Rule {
        var key: String
        var plain: Set<String>
        var meaning: String
    }

    private static let off: Set<String> = ["false", "null", "~", "", "0", "none"]

    /// From the configuration classes of the `transformers` library, 5.24.0.
    private static let rules = [
        Rule(key: "moe_latent_size", plain: off, meaning: "experts work on a narrower vector"),
        Rule(
            key: "mtp_hybrid_override_pattern", plain: off,
            meaning: "multi-token prediction has layers of one part"),
        Rule(key: "index_topk_freq", plain: off.union(["1"]), meaning: "layers share an indexer's choice"),
        Rule(key: "index_topk_pattern", plain: off, meaning: "layers share an indexer's choice"),
        Rule(key: "num_kv_shared_layers", plain: off, meaning: "layers share keys and values"),
        Rule(
            key: "hidden_size_per_layer_input", plain: off, meaning: "every layer has embeddings of its own"),
        Rule(key: "attention_k_eq_v", plain: off, meaning: "keys are values too"),
        Rule(key: "hc_mult", plain: off.union(["1"]), meaning: "several residual streams run side by side"),
        Rule(key: "do_layer_norm_before", plain: ["true", "null"], meaning: "norms follow the parts"),
        Rule(key: "use_bidirectional_attention", plain: off, meaning: "attention looks ahead"),
    ]

    /// Lists, of which any makes a model that is not modelled.
    private static let lists = [
        ("mtp_layers_block_type", "multi-token prediction has layers of one part"),
        ("compress_ratios", "layers attend to compressed keys"),
        ("indexer_types", "layers share an indexer's choice"),
    ]

    /// - Throws: ``ScenarioError`` for the first of the keys that says something that is not modelled.
    static func check(_ config: ConfigReader) throws(ScenarioError) {
        for rule in rules {
            guard let text = config.original.word(config.prefix + rule.key)?.lowercased(),
                !rule.plain.contains(text)
            else { continue }
            throw refusal(config, rule.key, rule.meaning)
        }
        let document = config.original.document
        for (key, meaning) in lists where document.count(of: config.prefix + key) > 0 {
            if key == "indexer_types", !config.items(of: key).contains(where: { $0 != "full" }) { continue }
            throw refusal(config, key, meaning)
        }
        let narrow = "word_embed_proj_dim"
        if let text = config.original.word(config.prefix + narrow),
            text != config.original.word(config.prefix + "hidden_size")
        {
            throw refusal(config, narrow, "embeddings are narrower than the model")
        }
    }

    private static func refusal(_ config: ConfigReader, _ key: String, _ meaning: String) -> ScenarioError {
        config.error(
            key, "says that \(meaning), which changes the cost and is not modelled; no model file can say it")
    }
}
