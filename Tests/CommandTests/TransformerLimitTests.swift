import Foundation
import TestSupport
import Testing

/// What ends a command about a transformer, and what is refused.
@Suite struct TransformerLimitTests {
    static let program = BuiltProgram("meshwright")
    private static let small = [
        "--model", "llama-3-8b", "--gpus", "8", "--batch", "16", "--hardware", "h100-sxm-80gb",
    ]
    /// Seconds beyond a limit of two that a command may take; one is the promise, the rest is for busy machines.
    private static let latest = 8.0

    @Test(
        "Commands end with their time limit, reasons and tables included",
        arguments: [
            ["plan", "--model", "deepseek-v3", "--gpus", "8", "--hardware", "h100-sxm-80gb"],
            ["plan", "--model", "deepseek-v3", "--gpus", "8", "--batch", "64"],
            ["plan", "--model", "kimi-k2", "--gpus", "64", "--batch", "64"],
            [
                "plan", "--model", "mixtral-8x7b", "--batch", "7", "--gpus", "3", "--months", "3",
                "--sequence-length", "1e9",
            ],
            ["explain", "--model", "deepseek-v3", "--gpus", "64", "--batch", "512"],
            ["plan", "--model", "deepseek-v3", "--gpus", "16777216", "--batch", "15360"],
        ])
    func ends(_ words: [String]) throws {
        try Self.program.expectEnd(words, limit: 2, latest: Self.latest)
    }

    @Test("What lacks memory is told how much, and on how many accelerators a layout fits")
    func memory() throws {
        let outcome = try Self.program.run([
            "plan", "--model", "llama-3-70b", "--gpus", "2", "--batch", "16", "--hardware", "h100-sxm-80gb",
        ])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("no layout that megatron-core 0.20 runs fits into"))
        #expect(outcome.output.contains("the leanest that was tried needs"))
        #expect(outcome.output.contains("fewest on which one fits") || outcome.output.contains("one fits on"))
    }

    @Test(
        "Numbers out of any range, words that are none and decisions given twice are one line, exit 2",
        arguments: [
            ["explain", "--plan", "tp=9223372036854775807"], ["explain", "--plan", "cp=9223372036854775807"],
            ["explain", "--plan", "pp=4611686018427387904"], ["explain", "--plan", "pp=2147483647"],
            ["explain", "--plan", "interleave=100000007"], ["explain", "--plan", "ep=9223372036854775807"],
            ["explain", "--plan", "expert_tensor=9223372036854775807"],
            ["explain", "--plan", "microbatch=9223372036854775807"],
            ["explain", "--plan", "sequence_parallel=banana"], ["explain", "--plan", "tp=2,tp=4"],
            ["plan", "--top", "1e12"], ["plan", "--top", "100000000"],
            ["plan", "--fix", "tensor=2", "--fix", "tensor=4"], ["plan", "--fix", "tensor=0"],
            ["plan", "--fix", "sequence-parallel=maybe"], ["plan", "--attention-kernel", "flash2+layernorm"],
        ])
    func refused(_ words: [String]) throws {
        let outcome = try Self.program.run([words[0]] + Self.small + words.dropFirst())
        #expect(outcome.status == 2, "\(outcome.output)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("Degrees that are in range and too many together are problems of the layout")
    func tooMany() throws {
        let outcome = try Self.program.run(
            ["explain", "--plan", "tp=16777216,cp=16777216,pp=16777216"] + Self.small)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("illegal: the degrees multiply to more than 2^31 ranks"))
    }

    @Test(
        "Values that no legal layout has are told as what is not legal, never as memory",
        arguments: [
            ("expert=2", "the model has no experts"), ("tensor=7", "not divisible by tensor 7"),
            ("microbatch=3", "not divisible by data x microbatch 3"),
        ])
    func illegal(_ fixed: String, _ words: String) throws {
        let outcome = try Self.program.run(["plan"] + Self.small + ["--fix", fixed])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains(words), "\(outcome.output)")
        #expect(!outcome.output.contains("fits"), "\(outcome.output)")
    }

    private func degrees(_ words: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(["plan"] + Self.small + words + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        return try #require(answer["degrees"] as? [String: Any])
    }

    @Test("What is fixed is what the answer has")
    func kept() throws {
        let group = try degrees(["--fix", "shard-group=4", "--fix", "data=8"])
        #expect(group["shard_group"] as? Int == 4)
        #expect(try degrees(["--fix", "sequence-parallel=yes"])["sequence_parallel"] as? String == "yes")
        #expect(
            try degrees(["--software", "any", "--fix", "schedule=zb-h2"])["schedule"] as? String == "zb-h2")
    }

    @Test(
        "An answer that is no finite number is refused",
        arguments: [
            ["--set", "network.*.bandwidth_one_way=1e-300", "--months", "3", "--fix", "tensor=8"],
            ["--flop", "1e22", "--mtbf", "1s"],
        ])
    func infinite(_ words: [String]) throws {
        let outcome = try Self.program.run(["plan"] + Self.small + words)
        #expect(outcome.status == 1 || outcome.status == 2)
        for word in ["nan", "inf years", "-nan"] { #expect(!outcome.output.contains(word)) }
    }

    @Test("The header of CSV is the same whether or not a layout is feasible")
    func header() throws {
        func header(_ words: [String]) throws -> String? {
            try Self.program.run(["plan", "--format", "csv"] + words).output
                .split(separator: "\n").first.map(String.init)
        }
        let feasible = try header(Self.small)
        let infeasible = try header([
            "--model", "llama-3-70b", "--gpus", "1", "--batch", "16", "--hardware", "h100-sxm-80gb",
        ])
        #expect(feasible == infeasible)
        #expect((feasible?.split(separator: ",").count ?? 0) > 50)
    }

    @Test("Llama 3's own stages can be fixed: one layer a chunk, embedding and head on chunks of their own")
    func llama3() throws {
        let question = [
            "--model", "llama-3-405b", "--gpus", "16384", "--hardware", "h100-sxm-80gb", "--fix", "tensor=8",
            "--fix", "context=1", "--fix", "pipeline=16", "--fix", "chunks=8", "--fix",
            "stages=counting-ends", "--fix", "schedule=interleaved",
        ]
        let outcome = try Self.program.run(["plan", "--format", "json"] + question)
        #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        let stages = try #require(answer["stages"] as? [[String: Any]])
        #expect(stages.compactMap { $0["layers"] as? Int } == [7] + Array(repeating: 8, count: 14) + [7])
        let arguments = try Self.program.run(
            ["launch", "-", "--framework", "megatron-lm"], input: outcome.output)
        #expect(arguments.status == 0, "\(arguments.errors)")
        // Even stages of as many chunks are not legal, and that is what is said.
        let even = try Self.program.run(
            ["plan"] + question.map { $0 == "stages=counting-ends" ? "stages=even" : $0 })
        #expect(even.status == 1)
        #expect(even.output.contains("128 chunks cannot each have one of 126 layers"), "\(even.output)")
    }

    @Test(
        "A plan whose JSON has numbers that no model or layout has is refused",
        arguments: [
            ("\"layers\" : 32", "\"layers\" : -5"), ("\"width\" : 4096", "\"width\" : 0"),
            ("\"heads\" : 32", "\"heads\" : -9223372036854775808"),
            ("\"pipeline\" : 1,", "\"pipeline\" : 9223372036854775807,"),
        ])
    func launch(_ own: String, _ other: String) throws {
        let plan = try Self.program.run(
            ["plan", "--format", "json"] + Self.small + ["--fix", "pipeline=1"])
        let text = plan.output.replacingOccurrences(of: own, with: other)
        #expect(text != plan.output)
        let outcome = try Self.program.run(["launch", "-", "--framework", "megatron-lm"], input: text)
        #expect(outcome.status == 2, "\(outcome.output)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
}
