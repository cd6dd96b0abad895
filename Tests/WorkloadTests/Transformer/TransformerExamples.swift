import Training

/// Models whose numbers are written out in the tests.
enum TransformerExamples {
    /// GPT-3 175B as trained with Megatron-LM: vocabulary padded to 51,200, biases everywhere.
    static let gpt = Transformer(
        name: "gpt", layers: 96, width: 12_288,
        attention: Attention(form: .grouped(GroupedAttention(heads: 96, keyValueHeads: 96, headSize: 128))),
        feedForward: FeedForward(width: 49_152, gating: .plain), vocabulary: 51_200, embeddings: .tied,
        positions: .learned(2048), norms: Norms(kind: .layer), biases: .layer, sequenceLength: 2048)

    /// Llama 3 8B.
    static let llama = Transformer(
        name: "llama", layers: 32, width: 4096,
        attention: Attention(form: .grouped(GroupedAttention(heads: 32, keyValueHeads: 8, headSize: 128))),
        feedForward: FeedForward(width: 14_336, gating: .gated), vocabulary: 128_256, sequenceLength: 8192)

    /// DeepSeek-V3 with one depth of multi-token prediction.
    static let deepSeek = Transformer(
        name: "deepseek", layers: 61, width: 7168,
        attention: Attention(
            form: .latent(
                LatentAttention(
                    heads: 128, queryRank: 1536, keyValueRank: 512, rotaryHeadSize: 64, plainHeadSize: 128,
                    valueHeadSize: 128))),
        feedForward: FeedForward(width: 18_432, gating: .gated),
        experts: ExpertLayers(
            experts: 256, topK: 8, width: 2048, sharedExperts: 1, denseLayers: DenseLayers(first: 3),
            routerBias: .present),
        vocabulary: 129_280, sequenceLength: 4096, multiTokenDepth: 1)
}
