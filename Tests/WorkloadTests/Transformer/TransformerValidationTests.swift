import Testing
import Training

@Suite struct TransformerValidationTests {
    @Test("The examples are valid")
    func valid() throws {
        try TransformerExamples.gpt.validate()
        try TransformerExamples.llama.validate()
        try TransformerExamples.deepSeek.validate()
    }

    @Test("Heads that groups do not divide are refused with the divisor that is needed")
    func groups() {
        var model = TransformerExamples.llama
        model.attention.form = .grouped(GroupedAttention(heads: 32, keyValueHeads: 5, headSize: 128))
        #expect(
            throws: TransformerError.doesNotDivide(
                field: "attention.kv_heads", value: 5, of: "attention.heads", total: 32)
        ) { try model.validate() }
    }

    @Test("More experts a token than there are experts are refused")
    func experts() {
        var model = TransformerExamples.deepSeek
        model.experts?.topK = 300
        #expect(throws: TransformerError.outOfRange(field: "moe.top_k", value: 300, range: 1...256)) {
            try model.validate()
        }
    }

    @Test("Zero layers, negative widths and an imbalance below one are refused")
    func ranges() {
        var model = TransformerExamples.deepSeek
        model.layers = 0
        #expect(throws: TransformerError.self) { try model.validate() }
        model = TransformerExamples.deepSeek
        model.width = -1
        #expect(throws: TransformerError.self) { try model.validate() }
        model = TransformerExamples.deepSeek
        model.experts?.imbalanceFactor = 0.5
        #expect(throws: TransformerError.self) { try model.validate() }
    }
}
