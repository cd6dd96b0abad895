import Foundation
import TestSupport
import Testing

/// `--measured` of `plan` and `explain`, from the table to the page.
@Suite struct AnchorCommandTests {
    private let program = BuiltProgram("meshwright")
    private static let question = [
        "--model", "llama-3-8b", "--gpus", "64", "--batch", "128", "--hardware", "h100", "--fix",
        "schedule=1f1b,interleaved", "--fix", "stages=even", "--fix", "zero=0,1", "--fix", "pp=1,2",
    ]
    private static let header = "model,gpus,tp,pp,cp,zero,microbatch,global_batch,recompute,step_seconds\n"

    private static func document(_ outcome: BuiltProgram.Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func folder(_ rows: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try Data((Self.header + rows).utf8).write(to: folder.url.appendingPathComponent("steps.csv"))
        return folder
    }

    @Test("A plan is anchored to one row: text, JSON and CSV say so, and the step is longer")
    func plan() throws {
        let folder = try folder("llama-3-8b,64,1,1,1,1,1,128,none,2.0\n")
        let words = ["plan"] + Self.question
        let measured = ["--measured", folder.path("steps.csv")]
        let text = try program.run(words + measured)
        #expect(text.status == 0, "\(text.errors)")
        for part in [
            "anchored to 1 row of ", "as shipped", "number that moved", "h100-sxm-80gb", "megatron-core",
            "one measured plan does not make it surer",
        ] {
            #expect(text.output.contains(part), "\(part)")
        }
        let shipped = try Self.document(try program.run(words + ["--format", "json"]))
        let anchored = try Self.document(try program.run(words + measured + ["--format", "json"]))
        #expect(shipped["anchor"] == nil)
        #expect(shipped["inputs_hash"] as? String != anchored["inputs_hash"] as? String)
        let anchor = try #require(anchored["anchor"] as? [String: Any])
        #expect(anchor["rows"] as? Int == 1)
        let (before, after) = (
            try #require(anchor["error_before"] as? Double), try #require(anchor["error_after"] as? Double)
        )
        #expect(after < before)
        #expect(try #require(anchor["moved"] as? [[String: Any]]).isEmpty == false)
        func answer(_ document: [String: Any], _ name: String) throws -> Double {
            try #require((document["answer"] as? [String: Any])?[name] as? Double)
        }
        #expect(try answer(anchored, "step_seconds") > answer(shipped, "step_seconds"))
        let csv = try program.run(words + measured + ["--format", "csv"])
        let lines = csv.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(
            lines[0].suffix(4) == [
                "anchor_rows", "anchor_error_before", "anchor_error_after", "anchor_error_left_out",
            ])
        let last = lines[1].suffix(4).map { Double($0) }
        #expect(last[last.startIndex] == 1 && last[last.endIndex - 1] == nil)
        for (cell, expected) in zip(last.dropFirst(), [before, after]) {
            #expect(abs((try #require(cell)) / expected - 1) < 1e-12)
        }
    }

    @Test("Two rows are left out in turn, and the page has all of it")
    func page() throws {
        let folder = try folder(
            "llama-3-8b,64,1,1,1,1,1,128,none,2.0\nllama-3-8b,64,2,1,1,1,2,128,none,1.9\nllama-3-8b,64,2,1,1,1,2,128,none,-1\n"
        )
        let outcome = try program.run(
            ["plan"] + Self.question + [
                "--measured", folder.path("steps.csv"), "--output", folder.path("out"),
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("anchored to 2 rows of "))
        #expect(outcome.output.contains("each left out in turn"))
        #expect(outcome.output.contains("not used: row 3: step_seconds is '-1'"))
        let page = try String(
            contentsOf: folder.url.appendingPathComponent("out/report.html"), encoding: .utf8)
        for part in ["Anchored to measured steps", "Numbers that moved", "anchored to 2 rows of"] {
            #expect(page.contains(part), "\(part)")
        }
    }

    @Test("An explanation is of the anchored machine, by the same price")
    func explain() throws {
        let folder = try folder("llama-3-8b,64,1,1,1,1,1,128,none,2.0\n")
        let measured = Self.question + ["--measured", folder.path("steps.csv")]
        let plan = try Self.document(try program.run(["plan"] + measured + ["--format", "json"]))
        let why = try Self.document(
            try program.run(["explain"] + measured + ["--what-if", "hbm.bandwidth=2x", "--format", "json"]))
        func step(_ document: [String: Any]) -> Double? {
            (document["answer"] as? [String: Any])?["step_seconds"] as? Double
        }
        #expect(step(plan) != nil && step(plan) == step(why))
        #expect(why["anchor"] != nil)
        let text = try program.run(["explain"] + measured + ["--what-if", "hbm.bandwidth=2x"])
        #expect(text.output.contains("anchored to 1 row of "))
        let csv = try program.run(
            ["explain"] + measured + ["--what-if", "hbm.bandwidth=2x", "--format", "csv"])
        #expect(csv.output.contains("\nanchor,") && csv.output.contains("\nmoved,"))
    }

    @Test("Software that is compared is anchored each by itself")
    func comparison() throws {
        let folder = try folder("llama-3-8b,64,1,1,1,1,1,128,none,2.0\n")
        let words =
            ["plan"] + Self.question + [
                "--software", "megatron-core,torchtitan", "--measured", folder.path("steps.csv"),
            ]
        let text = try program.run(words)
        #expect(text.status == 0, "\(text.errors)")
        #expect(text.output.contains("h100-sxm-80gb and megatron-core"))
        #expect(text.output.contains("h100-sxm-80gb and torchtitan"))
        let json = try program.run(words + ["--format", "json"])
        let documents = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let anchors = documents.compactMap { $0["anchor"] as? [String: Any] }
        #expect(anchors.count == 2)
        #expect(anchors[0]["error_after"] as? Double != anchors[1]["error_after"] as? Double)
    }

    @Test("Standard input is read, and what cannot be used is one line with status 2")
    func refusals() throws {
        let row = Self.header + "llama-3-8b,64,1,1,1,1,1,128,none,2.0\n"
        let piped = try program.run(["plan"] + Self.question + ["--measured", "-"], input: row)
        #expect(piped.output.contains("anchored to 1 row of standard input"))
        let cases: [(words: [String], input: String, reason: String)] = [
            (["plan", "--gpus", "64", "--flop", "1e22", "--measured", "-"], row, "--measured needs --model"),
            (
                ["explain", "--gpus", "64", "--flop", "1e22", "--measured", "-"], row,
                "--measured needs --model"
            ),
            (["plan"] + Self.question + ["--measured", "no/such.csv"], "", "no such file"),
            (
                ["plan"] + Self.question + ["--measured", "-"], row.replacing("2.0", with: "-2.0"),
                "no row can be used: row 1: step_seconds is '-2.0'"
            ),
            (
                ["plan"] + Self.question + ["--measured", "-"],
                row.replacing("step_seconds", with: "seconds"), "step_seconds"
            ),
        ]
        for (words, input, reason) in cases {
            let outcome = try program.run(words, input: input)
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }
}
