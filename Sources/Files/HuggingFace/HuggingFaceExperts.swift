import Training

/// The experts of a `config.json`.
enum HuggingFaceExperts {
    static func experts(_ config: ConfigReader, layers: Int) throws(ScenarioError) -> ExpertLayers? {
        let keys = ["n_routed_experts", "num_local_experts", "num_experts"]
        guard let count = try config.count(keys, default: nil) else { return nil }
        let width = try config.count(["moe_intermediate_size", "intermediate_size"])
        // Qwen2-MoE states the shared experts' width, DeepSeek their number.
        var shared = try config.whole(["n_shared_experts", "num_shared_experts"]) ?? 0
        var sharedWidth = width
        if let given = try config.whole(["shared_expert_intermediate_size"]), given > 0 {
            shared = 1
            sharedWidth = given
        }
        let dense = try denseLayers(config, layers: layers)
        let type = config.word(["model_type"]) ?? ""
        let groups = try config.whole(["n_group"]) ?? 0
        let isLimited = groups > 1
        return ExpertLayers(
            experts: count, topK: try config.count(["num_experts_per_tok", "experts_per_token"]),
            width: width, sharedExperts: shared, sharedWidth: sharedWidth, denseLayers: dense,
            groups: isLimited ? groups : 1,
            groupsPerToken: isLimited ? try config.count(["topk_group"], default: groups) ?? groups : 1,
            routerBias: type == "deepseek_v3" || type == "kimi_k2" ? .present : .absent)
    }

    private static func denseLayers(
        _ config: ConfigReader, layers: Int
    ) throws(ScenarioError) -> DenseLayers {
        let first = try config.whole(["first_k_dense_replace"]) ?? 0
        let every = try config.count(["decoder_sparse_step", "moe_layer_freq"], default: 1) ?? 1
        let only = config.items(of: "mlp_only_layers").compactMap(Int.init).sorted()
        guard !only.isEmpty else { return DenseLayers(first: first, expertsEvery: every) }
        guard every == 1, only == Array(0..<only.count) else {
            throw ScenarioError(
                place: config.reader.document.place,
                reason: "mlp_only_layers lists layers that are not the first ones; "
                    + "only the first layers, or one in every n, can be without experts")
        }
        return DenseLayers(first: only.count)
    }
}
