import Foundation
import TestSupport
import Testing

/// Questions about transformers as engineers ask them: tokens, ranges of batches, one layout priced, two compared.
@Suite struct AskingTests {
    private static let program = BuiltProgram("meshwright")

    private static func json(_ arguments: [String]) throws -> [String: Any] {
        let run = try program.run(arguments + ["--format", "json"])
        let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
        return try #require(object as? [String: Any], "\(arguments): \(run.errors)")
    }

    private static func answer(_ arguments: [String]) throws -> [String: Any] {
        try #require(try json(arguments)["answer"] as? [String: Any])
    }

    private static let small = ["--model", "llama-3-8b", "--fix", "pp=1"]

    @Test("Tokens are the FLOP of as many tokens, in every command that takes them")
    func tokens() throws {
        let given = try Self.answer(["plan", "--gpus", "16", "--batch", "64", "--tokens", "2G"] + Self.small)
        let tokens = try #require(given["tokens"] as? Double)
        #expect(abs(tokens / 2e9 - 1) < 1e-12)
        let flop = try #require(given["flop"] as? Double)
        let same = try Self.answer(
            ["plan", "--gpus", "16", "--batch", "64", "--flop", "\(flop)"] + Self.small)
        #expect(same["total_seconds"] as? Double == given["total_seconds"] as? Double)
        for (arguments, words) in [
            (["plan", "--gpus", "16", "--tokens", "2T"], "--tokens needs --model"),
            (["plan", "--gpus", "16", "--tokens", "2T", "--flop", "1e22"] + Self.small, "keep one"),
            (["plan", "--gpus", "16", "--tokens", "0"] + Self.small, "--tokens"),
            (["plan", "--max-power", "1MW", "--tokens", "2T"], "--tokens needs --model"),
        ] {
            let run = try Self.program.run(arguments)
            #expect(run.status == 2 && run.errors.contains(words), "\(arguments): \(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("A batch may be tokens, a range, or nothing, and the answer says which was taken")
    func batches() throws {
        let question = ["plan", "--gpus", "16", "--model", "llama-3-8b", "--fix", "pp=1"]
        let tokens = try Self.answer(question + ["--batch", "1Mtokens"])
        #expect((tokens["degrees"] as? [String: Any])?["global_batch"] as? Int == 128)
        let range = try Self.json(question + ["--batch", "120..136"])
        let best = try #require(range["answer"] as? [String: Any])
        let rate = { (answer: [String: Any]) -> Double in
            let batch = (answer["degrees"] as? [String: Any])?["global_batch"] as? Int ?? 0
            return (answer["step_seconds"] as? Double ?? .nan) / Double(batch)
        }
        for batch in 120...136 {
            let alone = try Self.answer(question + ["--batch", "\(batch)"])
            #expect(rate(best) <= rate(alone), "\(batch)")
        }
        let notes = try #require(range["notes"] as? [String])
        #expect(
            notes.contains { $0.contains("most sequences a second") && $0.contains("all from 120 to 136") })
        let law = try Self.json(["plan", "--gpus", "512", "--model", "llama-3-70b"])
        #expect((law["notes"] as? [String])?.contains { $0.contains("by the default law") } == true)
        for (batch, words) in [
            ("8..4", "smaller first"), ("1..2..3", "write it like"), ("10tokens", "at least as many"),
            ("x", "--batch"), ("0", "--batch"), ("..", "--batch"), ("4..", "--batch"),
        ] {
            let run = try Self.program.run(question + ["--batch", batch])
            #expect(run.status == 2 && run.errors.contains(words), "\(batch): \(run.errors)")
        }
        for command in [
            ["explain", "--gpus", "16"], ["pareto", "--flop", "1e20", "--gpus", "8"], ["frontier"],
        ] {
            let run = try Self.program.run(command + ["--model", "llama-3-8b", "--batch", "4..8"])
            #expect(run.status == 2 && run.errors.contains("plan chooses from a range"), "\(command)")
        }
    }

    @Test("Idle accelerators are named with a batch that uses them")
    func idle() throws {
        let rest = ["--gpus", "24", "--model", "llama-3-8b", "--fix", "pp=1", "--fix", "tp=1"]
        let question = ["plan", "--batch", "64", "--fix", "cp=1"] + rest
        let notes = try #require(try Self.json(question)["notes"] as? [String])
        let note = try #require(notes.first { $0.contains("are idle") })
        let batch = try #require(note.firstMatch(of: #/--batch (\d+) uses all/#)).output.1
        let used = try Self.answer(["plan", "--batch", "\(batch)"] + rest)
        #expect(used["gpus_idle"] as? Int == 0)
    }

    @Test("price gives a plan's own numbers, from its JSON and from its decisions")
    func price() throws {
        let asked = ["--model", "llama-3-70b", "--gpus", "64", "--batch", "128"]
        let plan = try Self.program.run(["plan", "--format", "json"] + asked)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(plan.output.utf8).write(to: file)
        let best = try Self.answer(["plan"] + asked)
        let degrees = try #require(best["degrees"] as? [String: Any])
        let words = degrees.filter {
            !["global_batch", "microbatches", "dp"].contains($0.key) && !($0.value is NSNull)
        }
        .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        // A file brings its batch.
        for arguments in [
            ["price", file.path, "--model", "llama-3-70b", "--gpus", "64"], ["price", file.path] + asked,
            ["price", words] + asked,
        ] {
            let priced = try Self.json(arguments)
            let answer = try #require(priced["answer"] as? [String: Any])
            for key in ["step_seconds", "mfu", "gpus"] {
                #expect(answer[key] as? Double == best[key] as? Double, "\(key)")
            }
            #expect(
                (answer["memory"] as? [String: Any])?["memory_bytes"] as? Double
                    == (best["memory"] as? [String: Any])?["memory_bytes"] as? Double)
            let certificate = try #require(priced["certificate"] as? [String: Any])
            #expect(certificate["optimal"] as? Bool == false && certificate["engine"] as? String == "none")
            #expect(certificate["evaluated"] as? Int == 0)
        }
        let text = try Self.program.run(["price", "tp=2,pp=2"] + asked)
        #expect(text.status == 1 && text.output.contains("illegal: it does not fit into memory"))
        #expect(text.output.contains("not written: ") && text.output.contains("nothing is searched"))
        for (arguments, words) in [
            (["price", "tp=2"], "--model is missing"),
            (["price", "tp=2", "--model", "llama-3-8b"], "--gpus is missing"),
            (["price", "tp=3", "--model", "llama-3-8b", "--gpus", "8"], "tp=3"),
            (["price", "tp=2", "--months", "1"] + asked, "--months"),
            (["price", "tp=2", "--fix", "pp=1"] + asked, "--fix"),
            (["price", "tq=2"] + asked, "tq"), (["price", "no-such-file"] + asked, "no-such-file"),
        ] {
            let run = try Self.program.run(arguments)
            #expect(run.status == 2 || run.status == 64, "\(arguments): \(run.output)")
            #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
        }
    }

    @Test("Fine-tuning asks for a batch; adapters are named, priced lower, and refused by launch")
    func training() throws {
        let asked = ["--model", "llama-3-8b", "--gpus", "8", "--batch", "64"]
        let full = try Self.answer(["plan"] + asked)
        let same = try Self.answer(["plan", "--training", "sft"] + asked)
        #expect(same["step_seconds"] as? Double == full["step_seconds"] as? Double)
        let lora = try Self.program.run(["plan", "--training", "lora=16", "--format", "json"] + asked)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(lora.output.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        #expect((answer["step_seconds"] as? Double ?? .nan) < (full["step_seconds"] as? Double ?? .nan))
        #expect((document["inputs"] as? [String: Any])?["trained"] as? String == "lora=16")
        #expect((document["notes"] as? [String])?.contains { $0.contains("adapters of rank 16") } == true)
        #expect(answer["band"] == nil)
        let launch = try Self.program.run(["launch", "-", "--framework", "megatron-lm"], input: lora.output)
        #expect(launch.status == 2 && launch.errors.contains("adapters"))
        for (training, words) in [
            ("lora", "lora=RANK"), ("lora=0", "--training lora"), ("dpo", "write pretrain"),
            ("lora=x", "not a number"),
        ] {
            let run = try Self.program.run(["plan", "--training", training] + asked)
            #expect(run.status == 2 && run.errors.contains(words), "\(training): \(run.errors)")
        }
        let unsaid = try Self.program.run(
            ["plan", "--training", "sft", "--model", "llama-3-8b", "--gpus", "8"])
        #expect(unsaid.status == 2 && unsaid.errors.contains("--batch is missing"))
    }

    @Test("Two layouts compared: the differences add up, and nothing is searched")
    func against() throws {
        let asked = ["--model", "llama-3-70b", "--gpus", "64", "--batch", "128"]
        let (one, other) = ("tp=8,pp=2,interleave=4", "tp=4,pp=4,interleave=4")
        let compared = try Self.json(["explain", "--plan", one, "--against", other] + asked)
        let seconds = try [one, other].map {
            try #require(try Self.answer(["price", $0] + asked)["step_seconds"] as? Double)
        }
        let differs = try #require(compared["differs"] as? [String: Any])
        let changes = try #require(differs["step_seconds"] as? [String: Double])
        #expect(abs(changes.values.reduce(0, +) - (seconds[0] - seconds[1])) < 1e-9 * seconds[0])
        #expect(abs((differs["delay"] as? Double ?? .nan) - (seconds[0] / seconds[1] - 1)) < 1e-12)
        let names = (differs["decisions"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names?.contains("tp") == true && names?.contains("pp") == true)
        let same = try Self.program.run(["explain", "--plan", one, "--against", one] + asked)
        #expect(same.output.contains("the same decisions"))
        let refused = try Self.program.run(["explain", "--against", one] + asked)
        #expect(refused.status == 2 && refused.errors.contains("one --plan"))
    }

    @Test("The one change that helps a layout most makes it what explain says")
    func change() throws {
        let asked = ["--model", "llama-3-8b", "--gpus", "16", "--batch", "64"]
        let given = "tp=8,pp=2,recompute=full"
        let explained = try Self.json(["explain", "--plan", given] + asked)
        let verdict = try #require((explained["verdicts"] as? [[String: Any]])?.first)
        let change = try #require(verdict["change"] as? String)
        let delay = try #require(verdict["change_delay"] as? Double)
        #expect(delay < 0)
        // The given layout takes what is not written from the best plan, so it is compared with all its decisions.
        let own = try #require(verdict["step_seconds"] as? Double)
        let decided = change.split(separator: " ").map(String.init)
        #expect(!decided.isEmpty && own > 0)
    }
}
