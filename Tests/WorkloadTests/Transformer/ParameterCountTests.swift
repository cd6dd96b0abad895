import Testing
import Training

@Suite struct ParameterCountTests {
    @Test("Llama 3 8B has 8,030,261,248 parameters")
    func llama() {
        // Attention 4096*(4096 + 2*1024) + 4096*4096 = 41,943,040; feed-forward 3*4096*14336 = 176,160,768;
        // norms 2*4096 = 8192: 218,112,000 a layer, 6,979,584,000 in 32 layers.
        // Embedding and logits 128256*4096 = 525,336,576 each, final norm 4096: 8,030,261,248.
        let count = TransformerExamples.llama.parameters
        #expect(count.attention == 32 * 41_943_040)
        #expect(count.feedForward == 32 * 176_160_768)
        #expect(count.total == 8_030_261_248)
    }

    @Test("GPT-3 175B follows 12Lh²(1 + 13/(12h) + (V + s)/(12Lh)) and the final norm")
    func gpt() {
        // 12*96*12288² = 173,946,175,488; 13*12288*96 = 15,335,424; (51200 + 2048)*12288 = 654,311,424;
        // final norm 2*12288 = 24,576. Narayanan et al. 2021, arXiv:2104.04473, equation 2, has all but the norm.
        let sum = 173_946_175_488.0 + 15_335_424 + 654_311_424 + 24_576
        #expect(TransformerExamples.gpt.parameters.total == sum)
    }

    @Test("DeepSeek-V3 has 671 billion parameters, 37.6 of them active, and 11.6 in its multi-token layer")
    func deepSeek() {
        // Attention of a layer: 1536*(7168 + 128*192) = 48,758,784; 7168*(512 + 64) = 4,128,768;
        // 512*128*(128 + 128) = 16,777,216; 128*128*7168 = 117,440,512: 187,105,280.
        let model = TransformerExamples.deepSeek
        #expect(model.parameters(of: ChainElement(kind: .dense)).attention == 187_105_280)
        // 58 layers of 256 experts of 3*7168*2048 = 44,040,192.
        #expect(model.mainParameters.experts == 58 * 256 * 44_040_192)
        #expect(abs(model.mainParameters.total / 671.026e9 - 1) < 1e-5)
        #expect(abs(model.activeParameters.total / 37.55e9 - 1) < 2e-3)
        let extra = model.parameters.total - model.mainParameters.total
        #expect(abs(extra / 11.6e9 - 1) < 0.01)
    }

    @Test("The chain names every element once and in order")
    func chain() {
        let chain = TransformerExamples.deepSeek.chain
        #expect(chain.count == 64)
        #expect(chain.map(\.kind).prefix(5) == [.embedding, .dense, .dense, .dense, .expert])
        #expect(chain.map(\.kind).suffix(3) == [.expert, .multiToken, .head])
        #expect(TransformerExamples.deepSeek.expertLayerCount == 58)
        #expect(TransformerExamples.deepSeek.elementCounts.map(\.count) == [1, 3, 58, 1, 1])
    }

    @Test("A window in every other layer makes two kinds of layer")
    func windows() {
        var model = TransformerExamples.llama
        model.attention.window = SlidingWindow(tokens: 128, fullEvery: 2)
        #expect(model.element(atLayer: 0).window == 128)
        #expect(model.element(atLayer: 1).window == nil)
        #expect(model.elementCounts.map(\.count) == [1, 16, 16, 1])
    }
}
