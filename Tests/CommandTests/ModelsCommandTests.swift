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

    @Test("An unknown model is a usage error that suggests the nearest")
    func unknown() throws {
        let outcome = try Self.program.run(["models", "show", "deepseek-v4"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("did you mean 'deepseek-v"))
    }
}
