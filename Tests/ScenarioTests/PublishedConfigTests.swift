import Files
import Foundation
import TestSupport
import Testing
import Training

/// Configurations as they are published, cut down to what bears on shape, and the parameters of their models.
///
/// `published` is the total as the model's authors round it; `parameters` the exact one: numbers of all tensors of the
/// model's class built from the configuration without memory (`torch.device("meta")`, transformers 5.24.0, torch 2.13.0),
/// with the routers' biases that are buffers there, without vision parts and multi-token layers.
@Suite struct PublishedConfigTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let published: String
        let parameters: Double

        var testDescription: String { name }
    }

    static let rows: [Row] = {
        let table = (try? CSVFixture.rows("published-configs")) ?? []
        return table.map {
            Row(
                name: $0["name"] ?? "", published: $0["published"] ?? "",
                parameters: Double($0["parameters"] ?? "") ?? .nan)
        }
    }()

    /// Models whose published total is no rounding of their tensors: multi-token layers, vision parts and embeddings are
    /// counted or left out in a way that is not stated.
    static let countedOtherwise: Set<String> = [
        "glm-4.5", "glm-4.5-air", "ernie-4.5-21b-a3b", "qwen3.5-397b-a17b",
    ]

    static func text(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/configs").standardized
        return try String(contentsOf: folder.appendingPathComponent("\(name).json"), encoding: .utf8)
    }

    @Test("Thirty and more configurations are there")
    func count() { #expect(Self.rows.count >= 30) }

    @Test("Parameters are those of the model, and its published total is a rounding of them", arguments: rows)
    func totals(row: Row) throws {
        let entry = try HuggingFaceConfig.read(text: try Self.text(row.name), place: row.name)
        let computed = entry.model.mainParameters.total
        #expect(computed == row.parameters)
        let digits = row.published.prefix { $0.isNumber || $0 == "." }
        let total = try #require(Double(digits)) * 1e9
        let places = digits.split(separator: ".").dropFirst().first?.count ?? 0
        let isRounded = abs(computed - total) <= 0.5e9 * pow(10, -Double(places))
        let isOtherwise = row.published.contains("with") || Self.countedOtherwise.contains(row.name)
        #expect(isRounded || isOtherwise, "\(computed) for \(row.published)")
        #expect(abs(computed / total - 1) < 0.045, "\(computed) for \(row.published)")
    }

    @Test("Nothing of them goes unread, and what is written reads back as the same model", arguments: rows)
    func complete(row: Row) throws {
        let entry = try HuggingFaceConfig.read(
            text: try Self.text(row.name), place: row.name, sequenceLength: 4096)
        #expect(!entry.warnings.contains { $0.hasPrefix("Not read") }, "\(entry.warnings)")
        #expect(entry.sequence == .training && entry.model.sequenceLength == 4096)
        let again = try ModelFile.read(text: entry.fileText, place: row.name)
        #expect(again.model == entry.model)
    }

    @Test(
        "What each layer is made of follows the file",
        arguments: [
            ("olmo-3-7b", 4, nil), ("gemma-3-27b", 6, nil), ("llama-4-scout", 4, nil),
            ("command-r7b", 4, nil),
            ("llama-4-maverick", 4, nil), ("qwen3-next-80b-a3b", nil, "ME ME ME *E"),
            ("qwen3.5-27b", nil, "M- M- M- *-"), ("minimax-m1", nil, "ME ME ME ME ME ME ME *E"),
            ("jamba-v0.1", nil, "M- ME M- ME *- ME M- ME"),
            ("nemotron-nano-9b-v2", nil, nil), ("gpt-oss-20b", 2, nil),
        ] as [(String, Int?, String?)])
    func layers(name: String, fullEvery: Int?, pattern: String?) throws {
        let model = try HuggingFaceConfig.read(text: try Self.text(name), place: name).model
        if let fullEvery { #expect(model.attention.window?.fullEvery == fullEvery && model.pattern == nil) }
        if let pattern { #expect(model.pattern?.text == pattern) }
        switch name {
        case "llama-4-maverick":
            #expect(model.expertLayerCount == 24 && model.feedForward.width == 16_384)
            #expect(model.element(atLayer: 1) == ChainElement(kind: .expert, window: 8192))
            #expect(model.element(atLayer: 3) == ChainElement(kind: .expert))
            #expect(model.attention.window?.form == .chunked)
        case "nemotron-nano-9b-v2":
            // M-M-M-MM-M-M-M*-M-M-M*-…: 27 Mamba-2, 4 attention, 25 feed-forward layers.
            #expect(model.recurrentLayerCount == 27 && model.attentionLayerCount == 4)
            #expect(model.denseLayerCount == 25 && model.element(atLayer: 14).kind == .mixer)
        default: break
        }
    }

    @Test("What changes the cost and is not modelled is refused, not passed over")
    func unmodelled() throws {
        func refusal(_ name: String, _ field: String) throws -> String {
            let text = try Self.text(name).replacing("\"model_type\":", with: "\(field),\"model_type\":")
            do {
                _ = try HuggingFaceConfig.read(text: text, place: name)
                return ""
            } catch { return error.description }
        }
        #expect(
            try refusal("nemotron-3-nano-30b-a3b", #""moe_latent_size":1024"#).contains("narrower vector"))
        #expect(try refusal("glm-5", #""index_topk_freq":4"#).contains("not modelled"))
        #expect(try refusal("glm-5", #""index_topk_freq":1"#).isEmpty)
        #expect(try refusal("jamba-v0.1", #""num_kv_shared_layers":2"#).contains("share keys and values"))
        #expect(try refusal("granite-3.1-8b", #""attn_output_gate":true"#).contains("not modelled"))
        #expect(try refusal("olmo-2-13b", #""layer_types":["full_attention"]"#).contains("40 layers"))
    }

    @Test("Values of a class that the file leaves out are named")
    func defaults() throws {
        let entry = try HuggingFaceConfig.read(text: try Self.text("gemma-3-4b"), place: "")
        let taken = try #require(entry.warnings.first { $0.contains("transformers 5.24.0") })
        for name in ["vocab_size 262208", "num_attention_heads 8", "num_key_value_heads 4"] {
            #expect(taken.contains(name), "\(taken)")
        }
        #expect(entry.sequence == .longest && entry.model.sequenceLength == 131_072)
        #expect(entry.cautions.contains { $0.contains("training sequences are often shorter") })
    }
}
