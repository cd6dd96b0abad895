import Foundation

/// The models that come with the program, one file each in `Models`.
public enum ModelCatalogue {
    /// Text of every catalogue file; a new file is added here.
    private static let files: [[UInt8]] = [
        PackageResources.bloom_176b_yaml,
        PackageResources.deepseek_v2_yaml,
        PackageResources.deepseek_v3_yaml,
        PackageResources.deepseek_v3_2_yaml,
        PackageResources.frontier_175b_yaml,
        PackageResources.frontier_1t_yaml,
        PackageResources.frontier_22b_yaml,
        PackageResources.gemma_3_27b_yaml,
        PackageResources.glm_4_5_yaml,
        PackageResources.gpt_18_4b_yaml,
        PackageResources.gpt_39_1b_yaml,
        PackageResources.gpt_3_175b_yaml,
        PackageResources.gpt_3_6b_yaml,
        PackageResources.gpt_oss_120b_yaml,
        PackageResources.kimi_k2_yaml,
        PackageResources.llama_13b_yaml,
        PackageResources.llama_2_13b_yaml,
        PackageResources.llama_2_70b_yaml,
        PackageResources.llama_2_7b_yaml,
        PackageResources.llama_3_405b_yaml,
        PackageResources.llama_3_70b_yaml,
        PackageResources.llama_3_8b_yaml,
        PackageResources.llama_4_maverick_yaml,
        PackageResources.llama_65b_yaml,
        PackageResources.megatron_175b_yaml,
        PackageResources.megatron_1t_yaml,
        PackageResources.megatron_22b_yaml,
        PackageResources.megatron_530b_yaml,
        PackageResources.minimax_m1_yaml,
        PackageResources.mixtral_8x22b_yaml,
        PackageResources.mixtral_8x7b_yaml,
        PackageResources.mpt_125m_yaml,
        PackageResources.mpt_13b_yaml,
        PackageResources.mpt_1b_yaml,
        PackageResources.mpt_30b_yaml,
        PackageResources.mpt_350m_yaml,
        PackageResources.mpt_3b_yaml,
        PackageResources.mpt_70b_yaml,
        PackageResources.mpt_760m_yaml,
        PackageResources.mpt_7b_yaml,
        PackageResources.nemotron_3_nano_30b_a3b_yaml,
        PackageResources.nemotron_4_15b_yaml,
        PackageResources.nemotron_4_340b_yaml,
        PackageResources.olmo_2_32b_yaml,
        PackageResources.qwen2_5_72b_yaml,
        PackageResources.qwen3_235b_a22b_yaml,
        PackageResources.qwen3_30b_a3b_yaml,
        PackageResources.qwen3_next_80b_a3b_yaml,
    ]

    /// Other names of the same models.
    private static let aliases = [
        "gpt-3": "gpt-3-175b", "gpt3-175b": "gpt-3-175b", "llama-3.1-8b": "llama-3-8b",
        "llama-3.1-70b": "llama-3-70b", "llama-3.1-405b": "llama-3-405b", "bloom": "bloom-176b",
        "nemotron-15b": "nemotron-4-15b", "nemotron-340b": "nemotron-4-340b",
        "qwen3-next": "qwen3-next-80b-a3b",
        "deepseek-v3.2-exp": "deepseek-v3.2", "nemotron-3-nano": "nemotron-3-nano-30b-a3b",
    ]

    /// Names of all entries, sorted.
    public static let names: [String] = catalogue.names

    /// An entry's own name.
    /// - Parameter name: its name or another one that is known, in any case of letters.
    /// - Returns: one of ``names``, or nil when there is no such entry.
    public static func ownName(of name: String) -> String? { catalogue.ownName(of: name) }

    /// The entry of a name.
    /// - Parameters:
    ///   - name: one of ``names`` or a known other name.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the model with its sources.
    /// - Throws: ``ScenarioError`` when there is no such entry or an override cannot be used.
    public static func entry(
        _ name: String, overrides: [String] = []
    ) throws(ScenarioError) -> ModelEntry {
        let file = try catalogue.file(name)
        return try ModelFile.read(text: file.text, place: file.name, overrides: overrides)
    }

    private static let catalogue = EmbeddedCatalogue(
        files, aliases: aliases, option: "--model", listing: "meshwright models list")
}
