import Training

/// The experts of a `config.json`; which layers have them, ``HuggingFaceLayers`` says.
enum HuggingFaceExperts {
    private static let countKeys = [
        "n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts",
        "ffn_config.moe_num_experts",
    ]

    /// Whether the file has experts.
    static func areGiven(_ config: ConfigReader) -> Bool { config.word(countKeys) != nil }

    static func experts(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> ExpertLayers? {
        guard let count = try config.count(countKeys, default: nil) else { return nil }
        let width = try config.count([
            "moe_intermediate_size", "ffn_config.ffn_hidden_size", "intermediate_size",
        ])
        // Qwen2-MoE states the shared experts' width, DeepSeek their number, Nemotron-H both, Llama 4 neither.
        var shared =
            try config.whole(["n_shared_experts", "num_shared_experts", "moe_num_shared_experts"])
            ?? family.sharedExperts
        var sharedWidth = width
        if let given = try config.whole(["shared_expert_intermediate_size", "shared_intermediate_size"]),
            given > 0
        {
            shared = 1
            sharedWidth = given
        }
        if let given = try config.whole(["moe_shared_expert_intermediate_size"]), given > 0 {
            sharedWidth = given
        }
        let groups = try config.whole(["n_group"]) ?? 0
        config.asked.add(["topk_group"])
        let isLimited = groups > 1
        let topK = ["num_experts_per_tok", "experts_per_token", "moe_k", "ffn_config.moe_top_k"]
        var bias = family.routerBias
        if let given = try config.flag("use_routing_bias") { bias = given ? .present : .absent }
        return ExpertLayers(
            experts: count, topK: try config.count(topK), width: width, sharedExperts: shared,
            sharedWidth: sharedWidth, groups: isLimited ? groups : 1,
            groupsPerToken: isLimited ? try config.count(["topk_group"], default: groups) ?? groups : 1,
            routerBias: bias, sharedGate: shared > 0 ? family.sharedGate : .absent)
    }
}
