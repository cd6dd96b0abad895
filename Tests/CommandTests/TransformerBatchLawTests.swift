import Foundation
import TestSupport
import Testing

/// `--batch-law` for a transformer whose shape is given: one meaning in every command that takes a batch.
@Suite struct TransformerBatchLawTests {
    private static let program = BuiltProgram("meshwright")
    private static let model = ["--model", "llama-3-8b", "--fix", "pp=1", "--fix", "cp=1"]

    private func json(_ words: [String]) throws -> [String: Any] {
        let run = try Self.program.run(words + ["--format", "json"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return try #require(object as? [String: Any], "\(words): \(run.errors)")
    }

    private func batch(of answer: Any?) throws -> Int {
        let degrees = try #require((answer as? [String: Any])?["degrees"] as? [String: Any])
        return try #require(degrees["global_batch"] as? Int)
    }

    /// Batches of 3e21 FLOP in sequences of 8,192 tokens: 2^22·(3e21/3e23)^(1/6)/8192 = 237.7, 0.2920·C^0.3271/8192 =
    /// 383.5, 2^22/8192, 100·C^0.25/8192 = 2856.9; to the closest k·2^i with odd k up to 7 or 9 but for `none`.
    @Test(
        "Each law gives plan, explain, price and pareto the batch that it gives a point of frontier",
        arguments: [("default", 237.7), ("deepseek", 383.5), ("none", 512), ("100,0.25", 2856.9)])
    func commands(law: String, expected: Double) throws {
        let words = Self.model + ["--batch-law", law]
        let frontier = try json(
            ["frontier", "--from", "3e21", "--to", "3e21", "--points", "1", "--days", "30"] + words)
        let point = try #require((frontier["points"] as? [[String: Any]])?.first)
        let plan = try json(["plan", "--flop", "3e21", "--days", "30"] + words)
        let answer = try #require(plan["answer"] as? [String: Any])
        let batch = try batch(of: answer)
        #expect(abs(Double(batch) / expected - 1) < 0.15, "\(batch)")
        for name in ["gpus_given", "step_seconds", "total_seconds"] {
            #expect(answer[name] as? Double == point[name] as? Double, "\(name)")
        }
        #expect((plan["notes"] as? [String])?.contains { $0.contains("batch of \(batch) sequences") } == true)
        let gpus = try #require(answer["gpus_given"] as? Int)
        let given = ["--gpus", "\(gpus)", "--flop", "3e21"]
        #expect(try self.batch(of: json(["explain"] + given + words)["answer"]) == batch)
        let unsearched = Array(words.prefix(2)) + ["--batch-law", law]
        #expect(try self.batch(of: json(["price", "tp=1"] + given + unsearched)["answer"]) == batch)
        let front = try json(["pareto", "--flop", "3e21", "--gpus", "\(gpus)"] + words)
        let first = try #require((front["points"] as? [[String: Any]])?.first)
        #expect(first["total_seconds"] as? Double == answer["total_seconds"] as? Double)
    }

    @Test("A law that is asked for goes before the batch that a model has of its own")
    func ownBatch() throws {
        let question = ["plan", "--model", "deepseek-v3", "--gpus", "2048", "--time-limit", "1ms"]
        let own = try Self.program.run(question)
        let law = try Self.program.run(question + ["--batch-law", "none"])
        #expect(own.output.contains("the model's own"))
        #expect(law.output.contains("by the law none") && !law.output.contains("the model's own"))
    }

    @Test(
        "A law that says nothing is refused with what would do, by every command",
        arguments: [
            ["plan", "--gpus", "8"], ["explain", "--gpus", "8"], ["pareto", "--gpus", "8"], ["frontier"],
        ])
    func refused(command: [String]) throws {
        let command = command + (command[0] == "frontier" ? [] : ["--flop", "3e21"])
        for (words, remedy) in [
            (["--batch-law", "huge"], "default, deepseek, none, or A,B"),
            (["--batch-law", "none", "--batch", "64"], "keep one"),
            (["--batch-law", "none", "--training", "sft"], "such as --batch 128"),
            (["--batch-law", "1e18,2"], "1 to 16777216"),
        ] {
            let run = try Self.program.run(command + ["--model", "llama-3-8b"] + words)
            #expect(run.status == 2 && run.errors.contains(remedy), "\(command + words): \(run.errors)")
            #expect(run.output.isEmpty)
        }
    }
}
