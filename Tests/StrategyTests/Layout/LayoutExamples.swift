import Training

/// Models and layouts of the tests of layouts.
enum LayoutExamples {
    /// 126 layers, 128 heads in 8 groups: the shape of Llama 3.1 405B.
    static let dense = Transformer(
        name: "dense", layers: 126, width: 16_384,
        attention: Attention(form: .grouped(GroupedAttention(heads: 128, keyValueHeads: 8, headSize: 128))),
        feedForward: FeedForward(width: 53_248, gating: .gated), vocabulary: 128_256, sequenceLength: 8192)

    /// 32 layers of 8 experts.
    static let experts = Transformer(
        name: "experts", layers: 32, width: 4096,
        attention: Attention(form: .grouped(GroupedAttention(heads: 32, keyValueHeads: 8, headSize: 128))),
        feedForward: FeedForward(width: 14_336, gating: .gated),
        experts: ExpertLayers(experts: 8, topK: 2, width: 14_336), vocabulary: 32_000, sequenceLength: 4096)
}
