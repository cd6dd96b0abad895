import Foundation
import TestSupport
import Testing

/// Plans whose launch files are written in one go, and read again.
@Suite struct PlanLaunchTests {
    static let program = BuiltProgram("meshwright")

    static let questions: [(framework: String, words: [String], file: String)] = [
        ("megatron-lm", ["--hardware", "h100"], "arguments.sh"),
        ("megatron-bridge", ["--hardware", "b200", "--precision", "mxfp8"], "overrides.yaml"),
        ("torchtitan", ["--hardware", "h100"], "arguments.sh"),
        ("deepspeed", ["--hardware", "h100", "--fix", "tensor=2"], "run.sh"),
        ("maxtext", ["--hardware", "tpu-v5p"], "maxtext.yml"),
    ]

    private static func question(_ words: [String]) -> [String] {
        ["--model", "llama-3-8b", "--gpus", "16", "--batch", "64"] + words
    }

    private static func inFolder<Result>(_ work: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try work(folder.path)
    }

    @Test(
        "plan --launch writes what launch writes for its plan, and explain reads it as that plan",
        arguments: questions)
    func roundTrip(framework: String, words: [String], file: String) throws {
        try Self.inFolder { folder in
            let question = Self.question(words)
            let plan = try Self.program.run(
                ["plan", "--framework", framework, "--launch", folder + "/job", "--format", "json"] + question
            )
            #expect(plan.status == 0, "\(plan.errors)")
            #expect(plan.errors.contains("wrote \(folder)/job/run.sh"))
            let launched = try Self.program.run(
                ["launch", "-", "--framework", framework, "--output", folder + "/again"], input: plan.output)
            #expect(launched.status == 0, "\(launched.errors)")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/again") {
                #expect(
                    FileManager.default.contentsEqual(
                        atPath: folder + "/again/" + name, andPath: folder + "/job/" + name), "\(name)")
            }
            let json = folder + "/plan.json"
            try Data(plan.output.utf8).write(to: URL(fileURLWithPath: json))
            let software =
                ["megatron-lm", "megatron-bridge"].contains(framework) ? "megatron-core" : framework
            let explained = try Self.program.run(
                [
                    "explain", "--software", software, "--plan", json, "--plan", folder + "/job/" + file,
                    "--format", "json",
                ] + question)
            #expect(explained.status == 0, "\(explained.errors)")
            let document = try #require(
                JSONSerialization.jsonObject(with: Data(explained.output.utf8)) as? [String: Any])
            let verdicts = try #require(document["verdicts"] as? [[String: Any]])
            #expect(verdicts.count == 2)
            for verdict in verdicts {
                #expect(
                    verdict["delay"] as? Double == 0 && verdict["violations"] as? String == "", "\(verdict)")
            }
        }
    }

    @Test("The framework follows from the software")
    func software() throws {
        for (software, file) in [
            ("megatron-core", "arguments.sh"), ("megatron-bridge", "overrides.yaml"),
            ("nemo", "overrides.yaml"), ("torchtitan", "arguments.sh"), ("deepspeed", "ds_config.json"),
        ] {
            try Self.inFolder { folder in
                let outcome = try Self.program.run(
                    ["plan", "--software", software, "--launch", folder]
                        + Self.question(["--hardware", "h100"]))
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(software)")
            }
        }
    }

    @Test(
        "What cannot be written is one line, and no search",
        arguments: [
            (
                ["--software", "torchtitan", "--framework", "deepspeed"],
                "--framework deepspeed runs in deepspeed"
            ),
            (["--software", "nanotron"], "no launch files are written for --software nanotron"),
            (["--software", "any"], "name a framework with --framework"),
            (["--software", "torchtitan", "--optimizer", "muon"], "update with adam in fp32, not with muon"),
            (["--software", "megatron-core,torchtitan"], "--launch takes one --software"),
            (["--framework", "jax"], "--framework jax: write megatron-lm"),
            (["--hardware", "trainium-2"], "has no usual training software"),
            (
                ["--software", "maxtext", "--hardware", "tpu-v5p", "--model", "nemotron-4-340b"],
                "--launch: MaxText cannot run this: it has no decoder"
            ),
            (
                ["--framework", "megatron-bridge", "--precision", "fp32"],
                "it has no recipe of precision for fp32"
            ),
        ])
    func refusals(words: [String], message: String) throws {
        try Self.inFolder { folder in
            let model = words.contains("--model") ? [] : ["--model", "llama-3-8b"]
            let outcome = try Self.program.run(
                ["plan", "--gpus", "16384", "--batch", "16384", "--launch", folder + "/job"] + model + words)
            #expect(outcome.status == 2, "\(outcome.errors)")
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 1 && outcome.errors.contains(message), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/job"))
        }
    }

    @Test("The options are refused where they mean nothing")
    func unused() throws {
        for words in [
            ["plan", "--gpus", "64", "--flop", "1e24", "--launch", "job"],
            ["plan", "--gpus", "64", "--flop", "1e24", "--framework", "maxtext"],
            ["plan", "--framework", "maxtext"] + Self.question([]),
        ] {
            let outcome = try Self.program.run(words)
            #expect(outcome.status == 2 && outcome.errors.contains("--"), "\(outcome.errors)")
        }
    }

    @Test("Broken and huge files are one line with their place, soon")
    func broken() throws {
        try Self.inFolder { folder in
            let file = folder + "/file"
            let broken: [(Data, String)] = [
                (Data(count: 100 << 20), "MiB that are read"), (Data("a\u{0}b".utf8), "line 1"),
                (Data([0x7b, 0xff, 0xfe]), "is not UTF-8 text"),
                (Data("{\"train_micro_batch_size_per_gpu\": 1,\n\"a\": [}".utf8), "line 2"),
                (
                    Data("per_device_batch_size: 1\ndcn_data_parallelism: 1\nremat_policy: some\n".utf8),
                    "line 3"
                ),
                (Data("{\n\"inputs\": {\n\"model\": ]".utf8), "line 3"),
                (Data("{\"inputs\": {}, \"answer\": {}}".utf8), "inputs.model is missing"),
            ]
            for (bytes, words) in broken {
                try bytes.write(to: URL(fileURLWithPath: file))
                let began = ContinuousClock.now
                let outcome = try Self.program.run(["explain", "--plan", file] + Self.question([]))
                #expect(ContinuousClock.now - began < .seconds(20))
                #expect(outcome.status == 2 && outcome.output.isEmpty)
                let lines = outcome.errors.split(separator: "\n").filter { $0.contains(file) }
                #expect(lines.count == 1 && outcome.errors.contains(words), "\(outcome.errors.prefix(500))")
            }
        }
    }
}
