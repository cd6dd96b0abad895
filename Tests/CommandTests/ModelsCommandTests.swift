import Foundation
import TestSupport
import Testing

@Suite struct ModelsCommandTests {
    static let program = BuiltProgram("meshwright")

    @Test("The list names every model in text, JSON and CSV")
    func list() throws {
        for format in ["text", "json", "csv"] {
            let outcome = try Self.program.run(["models", "list", "--format", format])
            #expect(outcome.status == 0, "\(outcome.errors)")
            for name in ["deepseek-v3", "gpt-3-175b", "llama-3-405b", "qwen3-30b-a3b"] {
                #expect(outcome.output.contains(name))
            }
        }
    }

    @Test("Every row of the CSV has as many cells as the header")
    func csv() throws {
        let outcome = try Self.program.run(["models", "list", "--format", "csv"])
        let lines = outcome.output.split(separator: "\n")
        let columns = lines.first?.split(separator: ",", omittingEmptySubsequences: false).count
        // Titles hold no commas.
        for line in lines {
            #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns)
        }
    }

    @Test("One model is shown with its sources, parameters and FLOP")
    func show() throws {
        let outcome = try Self.program.run(["models", "show", "llama-3-8b"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("8.030 B"))
        #expect(outcome.output.contains("published"))
        let json = try Self.program.run(
            ["models", "show", "llama-3-8b", "--set", "layers=1", "--format", "json"])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let model = try #require(document["model"] as? [String: Any])
        // One layer 218,112,000; embedding and logits 525,336,576 each; final norm 4096.
        #expect(model["params"] as? Double == 1_268_789_248)
    }

    @Test("A config.json is imported as a model file")
    func importing() throws {
        let config = """
            {"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024,
             "vocab_size": 50257}
            """
        let outcome = try Self.program.run(["models", "import", "-", "--name", "small"], input: config)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("name: small\n"))
        #expect(outcome.output.contains("layers: 12\nd_model: 768\n"))
        let unknown = try Self.program.run(["models", "import", "-"], input: #"{"model_type": "gtp2"}"#)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("did you mean 'gpt2'?"))
    }

    @Test("A config.json needs the length of training sequences where training is priced")
    func sequenceLength() throws {
        let config = """
            {"model_type": "llama", "num_hidden_layers": 4, "hidden_size": 1024, "num_attention_heads": 8,
             "intermediate_size": 4096, "vocab_size": 32000, "max_position_embeddings": 131072,
             "tie_word_embeddings": false}
            """
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json")
        try config.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let plan = [
            "plan", "--model", file.path, "--gpus", "8", "--batch", "8", "--hardware", "h100-sxm-80gb",
        ]
        let refused = try Self.program.run(plan)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("131072 tokens"), "\(refused.errors)")
        #expect(refused.errors.contains("--sequence-length 4096"), "\(refused.errors)")
        let priced = try Self.program.run(plan + ["--sequence-length", "2048"])
        #expect(priced.status == 0 && priced.output.contains("sequence 2048"), "\(priced.errors)")
        let shown = try Self.program.run(["models", "show", file.path])
        #expect(shown.status == 0 && shown.errors.contains("training sequences are often shorter"))
    }

    @Test("Answers say how far the price of layers with a recurrence was off")
    func kinds() throws {
        let outcome = try Self.program.run([
            "plan", "--model", "qwen3-next-80b-a3b", "--gpus", "64", "--batch", "64", "--hardware",
            "h100-sxm-80gb", "--fix", "microbatch=1", "--fix", "pp=1", "--fix", "cp=1", "--format", "json",
        ])
        #expect(
            outcome.output.contains("36 of 48 layers have Gated DeltaNet")
                && outcome.output.contains("1.3 to 1.5 times their prediction"))
    }

    @Test("An unknown model is a usage error that suggests the nearest")
    func unknown() throws {
        let outcome = try Self.program.run(["models", "show", "deepseek-v4"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("did you mean 'deepseek-v"))
    }
}
