import Foundation
import TestSupport
import Testing

/// `plan --model --uncertain`.
@Suite struct TransformerUncertaintyCommandTests {
    static let program = BuiltProgram("meshwright")
    static let question = [
        "plan", "--model", "llama-3-8b", "--hardware", "h100-sxm-80gb", "--gpus", "32", "--batch", "64",
        "--flop",
        "1e21",
    ]
    static let rough = [
        "--uncertain", "network.*.bandwidth=0.5..2x", "--uncertain", "compute.peak=normal:0.1", "--samples",
        "8",
    ]

    private func succeed(_ words: [String]) throws -> String {
        let outcome = try Self.program.run(Self.question + words)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test("Bands in text, JSON and CSV; the same seed gives the same bytes, and a store changes none")
    func formats() throws {
        let folder = try TemporaryFolder()
        let kept = ["--store", folder.path("answers.db")]
        for format in ["text", "json", "csv"] {
            let words = Self.rough + ["--format", format]
            let plain = try succeed(words)
            #expect(try succeed(words + ["--seed", "2"]) != plain)
            #expect(try succeed(words + kept) == plain)
        }
        let text = try succeed(Self.rough)
        #expect(
            text.contains(
                "uncertain: network.0.bandwidth 0.5..2x, network.1.bandwidth 0.5..2x, compute.peak normal:0.1; 8 samples, seed 1"
            ))
        #expect(text.contains("best plan of each sample: p10") && text.contains("robust"))
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(try succeed(Self.rough + ["--format", "json"]).utf8))
                as? [String: Any])
        let uncertainty = try #require(document["uncertainty"] as? [String: Any])
        #expect(uncertainty["measure"] as? String == "seconds" && uncertainty["samples"] as? Int == 8)
        let first = try #require((uncertainty["candidates"] as? [[String: Any]])?.first)
        let answer = try #require(document["answer"] as? [String: Any])
        #expect(first["total_seconds"] as? Double == answer["total_seconds"] as? Double)
        let low = try #require(first["total_seconds_p10"] as? Double)
        let high = try #require(first["total_seconds_p90"] as? Double)
        #expect(low <= high && first["tp"] != nil)
        let header = try succeed(Self.rough + ["--format", "csv"]).split(separator: "\n").first ?? ""
        #expect(header.hasPrefix("model,hardware,precision") && header.hasSuffix("wins_share"))
    }

    @Test("A folder holds the answer for the stated numbers")
    func folder() throws {
        let folder = try TemporaryFolder()
        _ = try succeed(Self.rough + ["--output", folder.path("best")])
        let json = try String(contentsOfFile: folder.path("best/plan.json"), encoding: .utf8)
        #expect(json.contains("\"answer\"") && !json.contains("\"uncertainty\""))
    }

    @Test(
        "What steps of transformers do not read is refused by name",
        arguments: [
            "compute.sustained_fraction", "compute.kernel_latency", "chip.clock",
        ])
    func refused(key: String) throws {
        for command in [Self.question, ["frontier", "--model", "llama-3-8b", "--batch", "64"]] {
            let outcome = try Self.program.run(command + ["--uncertain", "\(key)=0.5..2x"])
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(key) && outcome.errors.contains("calibration.outer_step_latency"))
        }
        let alone = try Self.program.run(Self.question + ["--samples", "4"])
        #expect(alone.status == 2 && alone.errors.contains("--samples"))
    }
}
