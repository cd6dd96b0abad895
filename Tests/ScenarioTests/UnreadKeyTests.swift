import Files
import Testing
import Training

@Suite struct UnreadKeyTests {
    static let llama = """
        "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
        "num_attention_heads": 32, "vocab_size": 128256, "max_position_embeddings": 8192,
        "tie_word_embeddings": false, "rope_scaling": {"factor": 8.0}, "torch_dtype": "bfloat16",
        "bos_token_id": 1, "attention_dropout": 0.0, "pretraining_tp": 1
        """

    static func read(_ fields: String) throws -> ModelEntry {
        try HuggingFaceConfig.read(text: "{\(llama), \(fields)}", place: "config.json")
    }

    @Test("A slip of a key that decides the shape is refused, not replaced by a default")
    func slip() {
        #expect {
            _ = try Self.read(#""num_key_value_head": 8"#)
        } throws: { "\($0)".contains("did you mean 'num_key_value_heads'?") }
        #expect {
            _ = try Self.read(#""Head-Dim": 64"#)
        } throws: { "\($0)".contains("did you mean 'head_dim'?") }
    }

    @Test("Keys that may change the cost and are not read are named, others and those switched off are not")
    func named() throws {
        let entry = try Self.read(
            #""num_experts_of_mine": 8, "linear_layers": [1, 2], "sliding_window": 4096, "use_thing": false, "x": null"#
        )
        #expect(
            entry.warnings == [
                "Not read, although it may change the cost: linear_layers, num_experts_of_mine, sliding_window."
            ])
        #expect(entry.notes.contains("linear_layers"))
        #expect(try Self.read(#""num_key_value_heads": 8"#).warnings.isEmpty)
    }

    @Test("A list of kinds of layers is read, whatever its order")
    func layerTypes() throws {
        func text(_ kinds: [String]) -> String {
            let list = kinds.map { "\"\($0)\"" }.joined(separator: ",")
            return """
                {"model_type": "gpt_oss", "num_hidden_layers": 4, "hidden_size": 2880, "head_dim": 64,
                 "num_attention_heads": 64, "num_key_value_heads": 8, "intermediate_size": 2880,
                 "num_local_experts": 128, "num_experts_per_tok": 4, "sliding_window": 128,
                 "vocab_size": 201088, "max_position_embeddings": 131072, "tie_word_embeddings": false,
                 "layer_types": [\(list)]}
                """
        }
        let (near, far) = ("sliding_attention", "full_attention")
        let agreeing = try HuggingFaceConfig.read(text: text([near, far, near, far]), place: "config.json")
        #expect(agreeing.warnings.isEmpty, "\(agreeing.warnings)")
        #expect(agreeing.model.attention.window?.fullEvery == 2 && agreeing.model.pattern == nil)
        let other = try HuggingFaceConfig.read(text: text([far, near, near, far]), place: "config.json")
        #expect(other.model.pattern?.text == "*E WE WE")
        #expect((0..<4).map { other.model.element(atLayer: $0).window } == [nil, 128, 128, nil])
        #expect {
            _ = try HuggingFaceConfig.read(
                text: text([near, far, near, "linear_attention"]), place: "config.json")
        } throws: { "\($0)".contains("linear_attention") }
    }
}
