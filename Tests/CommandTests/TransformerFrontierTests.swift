import Foundation
import TestSupport
import Testing

/// `frontier` of a given model.
@Suite struct TransformerFrontierTests {
    static let program = BuiltProgram("meshwright")
    static let question = [
        "frontier", "--model", "llama-3-8b", "--hardware", "h100-sxm-80gb", "--from", "1e23", "--to", "1e24",
        "--points", "4", "--batch", "512", "--threads", "2",
    ]

    private func succeed(_ arguments: [String]) throws -> String {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    private func rows(_ csv: String) -> [[String: String]] {
        let lines = csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test("Each point equals plan asked alone")
    func points() throws {
        for row in rows(try succeed(Self.question + ["--format", "csv"])) {
            let flop = try #require(row["flop"])
            let alone = try succeed(
                [
                    "plan", "--model", "llama-3-8b", "--hardware", "h100-sxm-80gb", "--flop", flop,
                    "--months", "3", "--batch", "512", "--format", "csv",
                ])
            let plan = try #require(rows(alone).first)
            for name in ["gpus", "gpus_given", "step_seconds", "total_seconds", "memory_bytes", "tp", "pp"] {
                #expect(row[name] == plan[name] && row[name]?.isEmpty == false, "\(name) at \(flop)")
            }
        }
    }

    @Test("Resumed and merged it leaves the same bytes, and a store answers it without a search")
    func kept() throws {
        let folder = try TemporaryFolder()
        let side: Set<String> = ["timings.csv", "cells.journal"]
        let plain = try succeed(Self.question + ["--format", "csv"])
        let whole = try succeed(Self.question + ["--output", folder.path("whole"), "--format", "csv"])
        #expect(whole == plain)
        let files = try folder.files(in: "whole", except: side)
        #expect(files["utilization.svg"] != nil && files["report.html"] != nil && files.count == 9)

        // A journal with two of its cells.
        let journal = try String(contentsOfFile: folder.path("whole/cells.journal"), encoding: .utf8)
        let half =
            journal.split(separator: "\n", omittingEmptySubsequences: false).prefix(3)
            .joined(separator: "\n") + "\n"
        try FileManager.default.createDirectory(
            atPath: folder.path("half"), withIntermediateDirectories: true)
        try half.write(toFile: folder.path("half/cells.journal"), atomically: true, encoding: .utf8)
        let resumed = try succeed(Self.question + ["--output", folder.path("half"), "--resume"])
        #expect(resumed.hasPrefix("4 cells, 2 of them from the journal"))
        #expect(try folder.files(in: "half", except: side) == files)

        for part in ["1/2", "2/2"] {
            _ = try succeed(
                Self.question + ["--output", folder.path(part.replacing("/", with: "of")), "--shard", part])
        }
        _ = try succeed(
            ["frontier", "--merge", folder.path("1of2"), folder.path("2of2"), "--output", folder.path("all")])
        #expect(try folder.files(in: "all", except: side) == files)

        let store = Self.question + ["--store", folder.path("answers.sqlite"), "--format", "csv"]
        #expect(try succeed(store) == plain)
        #expect(try succeed(store) == plain)
    }

    @Test("The batch follows a law unless it is given, and the law is named")
    func batch() throws {
        let outcome = try Self.program.run([
            "frontier", "--model", "llama-3-8b", "--from", "1e22", "--to", "1e23", "--points", "2",
            "--format", "csv",
        ])
        #expect(outcome.status == 0 && outcome.errors.contains("the batch follows the law"))
        let found = rows(outcome.output)
        #expect(found.allSatisfy { $0["batch_law"]?.isEmpty == false })
        #expect(Set(found.compactMap { $0["global_batch"] }).count == 2)
    }

    @Test(
        "Each point is as sure as its plan: the step's band of published steps, in every door",
        arguments: [["--model", "llama-3-8b"], ["--model", "llama-3-8b", "--shape", "free"]])
    func sureness(_ model: [String]) throws {
        let words = model + ["--hardware", "h100-sxm-80gb", "--batch", "512"]
        let kind = model.count == 2 ? "utilization" : "effective_utilization"
        let sweep =
            ["frontier"] + words + ["--from", "1e23", "--to", "1e23", "--points", "1", "--threads", "2"]
        let row = try #require(rows(try succeed(sweep + ["--format", "csv"])).first)
        let alone = try succeed(["plan"] + words + ["--flop", "1e23", "--months", "3", "--format", "json"])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(alone.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        let band = try #require(answer["band"] as? [String: Any])
        func number(_ name: String) throws -> Double { try #require(Double(row[name] ?? ""), "\(name)") }
        func ofStep(_ name: String) throws -> Double { try #require(band[name] as? Double, "\(name)") }
        let step = try number("step_seconds")
        #expect(step == answer["step_seconds"] as? Double)
        #expect(try number("band_rows") == Double(try #require(band["rows"] as? Int)))
        let work = try number(kind) * step
        #expect(abs(try number("\(kind)_low") * ofStep("high_seconds") / work - 1) < 1e-12)
        #expect(abs(try number("\(kind)_high") * ofStep("low_seconds") / work - 1) < 1e-12)
        #expect(try number("band_most_gpus") >= 8)
        let text = try succeed(sweep)
        #expect(text.contains("8 of 10") && text.contains("published steps like them did"))
    }

    @Test("Figures shade how sure they are; where nothing was published, they say so")
    func shaded() throws {
        let folder = try TemporaryFolder()
        _ = try succeed(Self.question + ["--output", folder.path("known")])
        let known = try folder.files(in: "known", except: [])
        func text(_ name: String) -> String { known[name].map { String(decoding: $0, as: UTF8.self) } ?? "" }
        #expect(text("utilization.svg").contains("eight of ten published steps"))
        #expect(text("utilization.vl.json").contains("utilization_low"))
        #expect(text("report.html").contains("8 of 10"))
        let other = try succeed([
            "frontier", "--model", "llama-3-8b", "--hardware", "mi250x-gcd", "--from", "1e21", "--to",
            "1e22",
            "--points", "2", "--batch", "512",
        ])
        #expect(other.contains("No step of such runs was published") && other.contains("unknown"))
    }

    @Test("Drawn machines give bands of the same columns as for the laws")
    func uncertain() throws {
        let csv = try succeed(
            Self.question + [
                "--uncertain", "network.*.bandwidth=0.5..1x", "--samples", "4", "--format", "csv",
            ])
        for row in rows(csv) {
            let (low, middle, high) = (row["gpus_p10"], row["gpus_p50"], row["gpus_p90"])
            let values = [low, middle, high].compactMap { $0.flatMap(Double.init) }
            #expect(values.count == 3 && values == values.sorted())
            #expect(values[0] >= Double(row["gpus_given"] ?? "") ?? .infinity)
        }
    }

    @Test("Options of the laws are refused", arguments: ["--sparse", "--widths", "--objective", "--space"])
    func refused(option: String) throws {
        let value = ["--widths": ["published"], "--objective": ["gpus"], "--space": ["full"]][option] ?? []
        let outcome = try Self.program.run(Self.question + [option] + value)
        #expect(outcome.status == 2 && outcome.errors.contains(option))
    }

    @Test("Each plan of a front equals plan asked alone, with the same bill; the front is of all its sizes")
    func pareto() throws {
        let model = ["--model", "llama-3-8b", "--hardware", "h100-sxm-80gb", "--batch", "512"]
        let front = rows(
            try succeed(
                ["pareto", "--flop", "1e23", "--gpus", "16,64,200", "--price-per-hour", "2"] + model
                    + ["--format", "csv"]))
        #expect(front.count == 3)
        for row in front {
            let gpus = try #require(row["gpus_given"])
            let alone = rows(
                try succeed(
                    ["plan", "--flop", "1e23", "--gpus", gpus, "--price-per-hour", "2"] + model
                        + ["--format", "csv"]))
            let plan = try #require(alone.first)
            for name in ["step_seconds", "total_seconds", "utilization", "gpu_hours", "dollars"] {
                #expect(row[name] == plan[name] && row[name]?.isEmpty == false, "\(name) on \(gpus)")
            }
        }
    }

    @Test("plan answers a question about a model from the store as it answered it first")
    func storedPlan() throws {
        let folder = try TemporaryFolder()
        for given in [
            ["--gpus", "64"], ["--gpus", "64", "--flop", "1e23"], ["--flop", "1e23", "--days", "40"],
        ] {
            let question =
                ["plan", "--model", "llama-3-8b", "--hardware", "h100-sxm-80gb", "--batch", "512"] + given
                + ["--format", "json"]
            let kept = question + ["--store", folder.path("answers.sqlite")]
            let first = try succeed(kept)
            #expect(try succeed(kept) == first)
            #expect(try succeed(question) == first)
        }
    }
}
