import Foundation
import TestSupport
import Testing

/// Transformers on the command line: plan, launch and explain hand on to one another.
@Suite struct TransformerPlanTests {
    static let program = BuiltProgram("meshwright")
    static let question = [
        "--model", "llama-3-8b", "--gpus", "64", "--batch", "128", "--hardware", "h100-sxm-80gb", "--fix",
        "schedule=1f1b,interleaved", "--fix", "stages=even", "--fix", "zero=0,1",
    ]

    private static func document(_ words: [String]) throws -> [String: Any] {
        let outcome = try program.run(words + question + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test(
        "A plan's parts add up to its step, its stages hold all layers, and the certificate accounts for all")
    func members() throws {
        let document = try Self.document(["plan"])
        let answer = try #require(document["answer"] as? [String: Any])
        let step = try #require(answer["step_seconds"] as? Double)
        let parts = try #require(answer["breakdown"] as? [String: Double])
        #expect(abs(parts.values.reduce(0, +) / step - 1) < 1e-12)
        let stages = try #require(answer["stages"] as? [[String: Any]])
        #expect(stages.compactMap { $0["layers"] as? Int }.reduce(0, +) == 32)
        let certificate = try #require(document["certificate"] as? [String: Any])
        let pruned = try #require(certificate["pruned"] as? [String: Int])
        let evaluated = try #require(certificate["evaluated"] as? Int)
        #expect(pruned.values.reduce(evaluated, +) == certificate["space_size"] as? Int)
        #expect(certificate["optimal"] as? Bool == true)
    }

    @Test("Memory without end is accepted, in every form and in the figures")
    func endlessMemory() throws {
        let folder = try TemporaryFolder()
        let question =
            ["plan"] + Self.question + ["--set", "hbm.capacity=infinite", "--output", folder.path("answer")]
        for format in ["text", "json", "csv"] {
            let outcome = try Self.program.run(question + ["--format", format])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let words = outcome.output.lowercased().split { !$0.isLetter }
            #expect(!words.contains("nan"), "\(outcome.output)")
        }
        let page = try String(contentsOfFile: folder.path("answer/memory.svg"), encoding: .utf8)
        #expect(!page.lowercased().contains("nan") && !page.contains("inf"))
        let explained = try Self.program.run(
            ["explain"] + Self.question + ["--set", "hbm.capacity=infinite"])
        #expect(explained.status == 0, "\(explained.errors)")
    }

    @Test("Experts, optimizer and software are set, said in the answer, and refused where they mean nothing")
    func settings() throws {
        let question = [
            "plan", "--model", "qwen3-30b-a3b", "--gpus", "64", "--batch", "1024", "--hardware", "h100",
        ]
        let usual = try Self.program.run(question + ["--format", "csv"])
        let natural = try Self.program.run(question + ["--format", "csv", "--set", "expert_balance=natural"])
        func step(_ outcome: BuiltProgram.Outcome) throws -> Double {
            let lines = outcome.output.split(separator: "\n").map { $0.split(separator: ",") }
            let place = try #require(lines.first?.firstIndex(of: "step_seconds"))
            return try #require(Double(lines[1][place]))
        }
        #expect(try step(usual) < step(natural))
        let text = try Self.program.run(
            question + ["--set", "expert_balance=natural", "--optimizer", "muon"])
        #expect(text.output.contains("bf16, muon"))
        #expect(text.output.contains("the busiest expert 2.50 times the average"))
        for (words, expected) in [
            (["plan", "--gpus", "64", "--flop", "1e24", "--set", "expert_balance=2"], "is not a key"),
            (["plan", "--gpus", "64", "--flop", "1e24", "--optimizer", "muon"], "--optimizer"),
            (question + ["--optimizer", "sgd"], "adam-8bit"),
            (question + ["--set", "expert_balance=0"], "1.0 to 100.0"),
        ] {
            let outcome = try Self.program.run(words)
            #expect(outcome.status == 2 && outcome.errors.contains(expected), "\(words): \(outcome.errors)")
        }
    }

    @Test("The configuration that launch writes for a plan is read by explain as that plan")
    func roundTrip() throws {
        let plan = try Self.program.run(["plan", "--format", "json"] + Self.question)
        let arguments = try Self.program.run(
            ["launch", "-", "--framework", "megatron-lm"], input: plan.output)
        #expect(arguments.status == 0, "\(arguments.errors)")
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("explain-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var given: [String] = []
        for (name, text) in [("run.sh", arguments.output), ("plan.json", plan.output)] {
            let file = folder.appendingPathComponent(name)
            try Data(text.utf8).write(to: file)
            given += ["--plan", file.path]
        }
        let document = try Self.document(["explain", "--plan", "tp=8,pp=1"] + given)
        let verdicts = try #require(document["verdicts"] as? [[String: Any]])
        let delays = try verdicts.map { try #require($0["delay"] as? Double) }
        #expect(delays[0] > 0)
        #expect(delays[1] == 0 && delays[2] == 0)
        #expect(verdicts.allSatisfy { $0["violations"] as? String == "" })
        let sensitivities = try #require(document["sensitivities"] as? [[String: Any]])
        #expect(sensitivities.count == 10)
    }

    @Test("Text has the stages, what binds, and why not another layout")
    func text() throws {
        let plan = try Self.program.run(["plan", "--fix", "pipeline=4"] + Self.question)
        #expect(plan.output.contains("embedding") && plan.output.contains("played pass by pass"))
        let outcome = try Self.program.run(
            ["explain", "--plan", "tp=8", "--what-if", "hbm.bandwidth=2x"] + Self.question)
        #expect(outcome.status == 0, "\(outcome.errors)")
        for words in [
            "binds: ", "why not tp=8: ", "the best plan with tp=8", "2 x memory bandwidth", "certificate: ",
        ] {
            #expect(outcome.output.contains(words), "\(words)")
        }
    }

    @Test("An explanation draws its figures, takes the answer of a store, and changes what a pattern names")
    func figuresAndStore() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ["--store", folder.appendingPathComponent("answers.db").path]
        let words =
            ["explain", "--what-if", "network.*.bandwidth=2x", "--output", folder.path, "--format", "csv"]
            + Self.question
        let alone = try Self.program.run(words)
        #expect(alone.status == 0, "\(alone.errors)")
        for name in ["waterfall.svg", "tornado.svg"] {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(text.hasPrefix("<svg"))
        }
        #expect(alone.output.contains("network.0.bandwidth network.1.bandwidth"))
        #expect(try Self.program.run(words + store).output == alone.output)
        #expect(try Self.program.run(words + store).output == alone.output)
    }

    @Test(
        "Unusable options are one line on stderr",
        arguments: [
            ["--plan", "tp_model=8"], ["--plan", "tp=x"], ["--plan", "nowhere.sh"],
            ["--what-if", "chip.clock=2x"],
            ["--batch-law", "none"], ["--sparse"], ["--fix", "stages=odd"],
        ])
    func badOptions(_ words: [String]) throws {
        let outcome = try Self.program.run(["explain"] + Self.question + words)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
}
