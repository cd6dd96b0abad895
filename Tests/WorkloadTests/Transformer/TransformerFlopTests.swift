import Quantities
import Testing
import Training

@Suite struct TransformerFlopTests {
    @Test("Model FLOP of a GPT are 72Lsh²(1 + s/6h + V/12Lh)")
    func gpt() {
        // 72*96*2048 = 14,155,776; 12*96 = 1152.
        let h = 12_288.0
        let bracket = 1 + 2048 / (6 * h) + 51_200 / (1152 * h)
        let expected = 14_155_776 * h * h * bracket
        let flop = TransformerExamples.gpt.modelFlop(counting: .full).value
        #expect(abs(flop / expected - 1) < 1e-14)
    }

    @Test("Selective recomputation adds the scores: 1 + s/6h becomes 1 + s/6h + s/18h")
    func selective() {
        // Scores forward are 4*s²*h a layer, a third of 72*s*h²*s/(6h) = 12*s²*h.
        let model = TransformerExamples.gpt
        let extra =
            model.hardwareFlop(counting: .full, recomputed: .modules(.coreAttention))
            - model.modelFlop(counting: .full)
        let expected: Double = 96 * 4 * 2048 * 2048 * 12_288
        #expect(extra.value == expected)
    }

    @Test("Full recomputation runs the layers a fourth time but not the logits")
    func full() {
        let model = TransformerExamples.gpt
        let forward = model.forwardFlop(counting: .full)
        let hardware = model.hardwareFlop(counting: .full, recomputed: .layers(share: 1))
        #expect(hardware.value == forward.total.value * 4 - forward.head.value)
    }

    @Test("A causal mask halves the scores, and a window leaves w − w²/2s keys")
    func causal() {
        let model = TransformerExamples.llama
        let full = model.forwardFlop(counting: .full).attentionScores
        let causal = model.forwardFlop(counting: .causal).attentionScores
        #expect(causal.value == full.value / 2)
        // 128 − 128²/16384 = 127.
        #expect(model.keysPerQuery(window: 128, counting: .causal) == 127)
        #expect(model.keysPerQuery(window: 128, counting: .full) == 8192)
    }

    @Test("Matrix products of a token take two FLOP a parameter they use")
    func perParameter() {
        // Everything but embedding, norms, biases and scores: active parameters of attention, experts, head.
        let model = TransformerExamples.deepSeek
        var flop = model.forwardFlop(counting: .full)
        flop.attentionScores = .zero
        flop.multiToken = .zero
        let active = model.activeParameters
        let router: Double = 58 * 7168 * 256
        let dense = active.attention + active.feedForward + active.head
        let weights = dense + active.experts + active.sharedExperts + router
        let extra = model.forwardFlop(of: ChainElement(kind: .multiToken), counting: .full)
        let perToken = (flop.total - (extra.total - extra.attentionScores - extra.multiToken)).value / 4096
        #expect(abs(perToken / (2 * weights) - 1) < 1e-12)
    }

    @Test("Backward takes twice the forward FLOP")
    func backward() {
        let model = TransformerExamples.llama
        #expect(
            model.backwardFlop(counting: .causal).total == model.forwardFlop(counting: .causal).total * 2)
    }
}
