import Quantities
import Testing
import Training

@Suite struct RecurrenceTests {
    /// Qwen3-Next 80B.
    static let deltaNet = Recurrence(
        rule: .gatedDelta, heads: 32, keyHeads: 16, keySize: 128, valueSize: 128, convolution: 4, chunk: 64)
    /// Nemotron 3 Nano.
    static let mamba2 = Recurrence(
        rule: .mamba2, heads: 64, keyHeads: 8, keySize: 128, valueSize: 64, convolution: 4, chunk: 128)
    /// Jamba v0.1.
    static let mamba1 = Recurrence(
        rule: .mamba1, heads: 8192, keyHeads: 1, keySize: 16, valueSize: 1, convolution: 4, chunk: 1,
        stepRank: 256)
    /// MiniMax-M1.
    static let lightning = Recurrence(
        rule: .lightning, heads: 64, keyHeads: 64, keySize: 128, valueSize: 128, convolution: 0, chunk: 256)

    @Test("Parameters of a mixer, added up matrix by matrix")
    func parameters() {
        func sum(_ parts: [Int]) -> Double { Double(parts.reduce(0, +)) }
        // 2048 → 12,288 (q, k, v, z) and 64 (b, a); 8,192 channels of 4 taps; 32 decays and biases; 4096 → 2048.
        let delta = sum([2048 * 12_288, 2048 * 64, 8192 * 4, 64, 4096 * 2048])
        #expect(Self.deltaNet.parameters(width: 2048) == delta)
        #expect(Self.deltaNet.normParameters == 128)
        // 2688 → 10,304 (z, x, B, C, dt); 6,144 channels of 4 taps and a bias; 3 · 64; 4096 → 2688.
        let mamba2 = sum([2688 * 10_304, 6144 * 5, 192, 4096 * 2688])
        #expect(Self.mamba2.parameters(width: 2688) == mamba2)
        #expect(Self.mamba2.normParameters == 4096)
        // 4096 → 16,384; 8,192 channels of 4 taps and a bias; 8192 → 288; 256 → 8192 and a bias; A 8192 · 16; D; out.
        let parts: [Int] = [
            4096 * 16_384, 8192 * 5, 8192 * 288, 256 * 8192, 8192, 8192 * 16, 8192, 8192 * 4096,
        ]
        #expect(Self.mamba1.parameters(width: 4096) == sum(parts))
        #expect(Self.mamba1.normParameters == 288)
        // 6144 → 8192 four times (q, k, v, gate), and back.
        #expect(Self.lightning.parameters(width: 6144) == sum([5 * 6144 * 8192]))
        #expect(Self.lightning.normParameters == 8192)
    }

    @Test("Products within and between chunks, added up product by product")
    func chunks() {
        // 32 heads: 3 · 64 · 128 + 2 · 64 · 128 + 3 · 128 · 128 + 64²/6.
        let delta: Double = 32 * (90_112 + 4096 / 6.0)
        #expect(abs(Self.deltaNet.chunkMultiplyAdds / delta - 1) < 1e-12)
        // Scores of 8 groups 8 · 128 · 128; values 64 · 128 · 64; states 2 · 64 · 128 · 64.
        #expect(Self.mamba2.chunkMultiplyAdds == 1_703_936)
        #expect(Self.lightning.chunkMultiplyAdds == 6_291_456)
        #expect(Self.mamba1.chunkMultiplyAdds == 0)
    }

    @Test("The work of a recurrence grows with the sequence, that of attention with its square")
    func growth() {
        var model = TransformerExamples.llama
        model.recurrence = Self.deltaNet
        model.pattern = LayerPattern(text: "M- M- M- *-")
        let short = model.forwardFlop(counting: .causal)
        model.sequenceLength *= 2
        let long = model.forwardFlop(counting: .causal)
        #expect(long.recurrentChunks == short.recurrentChunks * 2)
        #expect(long.recurrentProjections == short.recurrentProjections * 2)
        #expect(long.attentionScores == short.attentionScores * 4)
        #expect(model.recurrentLayerCount == 24 && model.attentionLayerCount == 8)
    }

    @Test("An indexer scores every key, and attention meets the best of them")
    func indexer() throws {
        var model = TransformerExamples.deepSeek
        model.sequenceLength = 8192
        let dense = model.forwardFlop(counting: .causal)
        model.attention.indexer = KeyIndexer(heads: 64, headSize: 128, topK: 2048)
        try model.validate()
        let sparse = model.forwardFlop(counting: .causal)
        // 62 layers: 2 · 8192 tokens · 4096 keys · 64 heads of 128.
        let scores: [Double] = [62, 2, 8192, 4096, 8192]
        #expect(sparse.indexScores.value == scores.reduce(1, *))
        // 2048 − 2048²/(2 · 8192) = 1792 of 4096 keys.
        #expect(abs(sparse.attentionScores / dense.attentionScores - 1792 / 4096.0) < 1e-12)
        // 1536 · 8192 + 7168 · (128 + 64), and a layer norm of 128, in each of 62 layers.
        var plain = model
        plain.attention.indexer = nil
        let more = model.parameters.total - plain.parameters.total
        let index: Int = 1536 * 8192 + 7168 * 192 + 256
        #expect(more == Double(62 * index))
        model.attention.form = .grouped(GroupedAttention(heads: 8, keyValueHeads: 8, headSize: 64))
        #expect(throws: TransformerError.self) { try model.validate() }
    }

    @Test("What no software is known to split is not legal, what it does is legal where heads divide")
    func splits() throws {
        var model = TransformerExamples.llama
        model.pattern = LayerPattern(text: "M- *-")
        func problems(_ recurrence: Recurrence, _ change: (inout TrainingLayout) -> Void) -> [LayoutProblem] {
            model.recurrence = recurrence
            var layout = TrainingLayout(globalBatch: 8)
            change(&layout)
            return layout.problems(for: model)
        }
        #expect(
            problems(Self.lightning) { $0.tensor = 2 } == [
                .unsplitMixer(field: "tensor", value: 2, mixer: "Lightning Attention")
            ])
        #expect(
            problems(Self.mamba1) { $0.context = 2 } == [
                .unsplitMixer(field: "context", value: 2, mixer: "Mamba")
            ])
        #expect(problems(Self.lightning) { $0.data = 8 }.isEmpty)
        #expect(problems(Self.deltaNet) { $0.tensor = 8 }.isEmpty)
        // 16 key heads over 8 tensor and 4 context ranks.
        #expect(!problems(Self.deltaNet) { ($0.tensor, $0.context) = (8, 4) }.isEmpty)
        #expect(problems(Self.deltaNet) { ($0.tensor, $0.context) = (4, 4) }.isEmpty)
        // 8 groups: copied over 16 context ranks, but not over 16 tensor ranks.
        #expect(problems(Self.mamba2) { $0.context = 16 }.isEmpty)
        #expect(!problems(Self.mamba2) { $0.tensor = 16 }.isEmpty)
    }
}
