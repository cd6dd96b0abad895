import Training

/// What tables of published runs leave out of a model, by the family that its name begins with.
///
/// One rule a family, from the models' own publications; never a rule for one row.
struct ModelFamily: Sendable {
    /// Beginning of the model's name, in small letters without spaces, `-` and `_`.
    let prefix: String
    var gating = Gating.gated
    var norms = Norms.Kind.rootMeanSquare
    var positions = Positions.rotary
    var embeddings = EmbeddingTying.untied
    /// Head size where it is not the width over the heads.
    var headSize: Int?
    var latent: LatentAttention?
    var window: SlidingWindow?
    var expertWidth: Int?
    var sharedExperts = 0
    var denseLayers = 0

    private static func latent(queryRank: Int) -> LatentAttention {
        // DeepSeek-V2 and V3, arXiv:2405.04434 and arXiv:2412.19437; heads come from the row.
        LatentAttention(
            heads: 1, queryRank: queryRank, keyValueRank: 512, rotaryHeadSize: 64, plainHeadSize: 128,
            valueHeadSize: 128)
    }

    /// Families in the order they are tried; any other name is taken for a Llama.
    static let all: [ModelFamily] = [
        ModelFamily(
            prefix: "gptoss", headSize: 64, window: SlidingWindow(tokens: 128, fullEvery: 2)),
        ModelFamily(
            prefix: "deepseekv2", latent: latent(queryRank: 1536), expertWidth: 1536, sharedExperts: 2,
            denseLayers: 1),
        ModelFamily(
            prefix: "deepseekv3", latent: latent(queryRank: 1536), expertWidth: 2048, sharedExperts: 1,
            denseLayers: 1),
        ModelFamily(
            prefix: "kimi", latent: latent(queryRank: 1536), expertWidth: 2048, sharedExperts: 1),
        ModelFamily(prefix: "qwen3", headSize: 128),
        ModelFamily(prefix: "mixtral"),
        ModelFamily(prefix: "nemotron", gating: .plain, norms: .layer),
        ModelFamily(
            prefix: "bloom", gating: .plain, norms: .layer, positions: .linearBias, embeddings: .tied),
        ModelFamily(
            prefix: "mpt", gating: .plain, norms: .layerWithoutBias, positions: .linearBias,
            embeddings: .tied),
        ModelFamily(prefix: "llama"),
        ModelFamily(
            prefix: "gpt", gating: .plain, norms: .layer, positions: .learned(2048), embeddings: .tied),
    ]

    /// The family of a model's name.
    static func named(_ name: String) -> ModelFamily {
        let key = name.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" }
        return all.first { key.hasPrefix($0.prefix) } ?? ModelFamily(prefix: "llama")
    }
}
