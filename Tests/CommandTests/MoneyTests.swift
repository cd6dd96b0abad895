import Foundation
import TestSupport
import Testing

/// Limits, decisions and units as options put them.
@Suite struct MoneyTests {
    private let program = BuiltProgram("meshwright")

    private func answer(_ words: [String]) throws -> [String: Any] {
        let outcome = try program.run(words + ["--format", "json"])
        #expect(outcome.status == 0, "\(words): \(outcome.errors)\(outcome.output)")
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return try #require(document?["answer"] as? [String: Any])
    }

    @Test("What fits into a power is what its GPUs give, and the money of a run is within its limit")
    func limits() throws {
        let fed = try answer([
            "plan", "--months", "1", "--max-power", "1MW", "--power", "1000W", "--space", "published",
        ])
        let given = try answer(["plan", "--months", "1", "--gpus", "1000", "--space", "published"])
        #expect(fed["flop"] as? Double == given["flop"] as? Double)
        #expect(fed["gpus_given"] as? Int == 1000)
        let paid = try answer([
            "plan", "--flop", "1e23", "--max-cost", "100k", "--price-per-hour", "2", "--space", "published",
        ])
        let prices = try #require(paid["prices"] as? [String: Any])
        let dollars = try #require(prices["dollars"] as? Double)
        #expect(dollars <= 100_000 * (1 + 1e-9) && dollars > 50_000)
        let hours = try #require(prices["gpu_hours"] as? Double)
        let seconds = try #require(paid["total_seconds"] as? Double)
        let gpus = Double(try #require(paid["gpus_given"] as? Int))
        #expect(
            relativeError(hours, gpus * seconds / 3600) < 1e-12 && relativeError(dollars, 2 * hours) < 1e-12)
    }

    @Test("Money that pays for no run ends with exit code 1 and the least that would")
    func tooLittle() throws {
        let outcome = try program.run([
            "plan", "--flop", "1e23", "--max-cost", "1000", "--price-per-hour", "2", "--space", "published",
        ])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("no plan costs less than $"))
    }

    @Test("Decisions are kept by every command that takes them")
    func fix() throws {
        let fixed = ["--fix", "tensor<=8", "--fix", "zero_bubble=no"]
        let plan = try answer(["plan", "--gpus", "4096", "--flop", "1e26"] + fixed)
        let degrees = try #require(plan["degrees"] as? [String: Any])
        let tensor = try #require(degrees["tp_model"] as? Int) * (try #require(degrees["tp_ff"] as? Int))
        #expect(tensor <= 8 && degrees["zero_bubble"] as? Int == 0)
        for words in [
            ["frontier", "--from", "1e25", "--to", "1e26", "--points", "3"],
            ["pareto", "--flop", "1e25", "--gpus", "1024,2048"],
        ] {
            let outcome = try program.run(words + fixed + ["--format", "csv"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            let head = try #require(lines.first)
            func column(_ name: String) throws -> Int { try #require(head.firstIndex { $0 == name }) }
            let (first, second, bubble) = (
                try column("tp_model"), try column("tp_ff"), try column("zero_bubble")
            )
            for line in lines.dropFirst() {
                #expect((Int(line[first]) ?? 99) * (Int(line[second]) ?? 99) <= 8 && line[bubble] == "0")
            }
        }
    }

    @Test("As many experts as asked for")
    func experts() throws {
        let plan = try answer(["plan", "--gpus", "1024", "--flop", "1e24", "--experts", "8"])
        #expect((plan["shape"] as? [String: Any])?["sparsity"] as? Int == 8)
        #expect(
            try program.run(["plan", "--gpus", "8", "--flop", "1e20", "--experts", "8", "--sparse"]).status
                == 2)
    }

    @Test(
        "Limits that cannot be used are one line and exit code 2",
        arguments: [
            ["--flop", "1e23", "--months", "1", "--max-power", "1MW"], ["--max-power", "1MW"],
            ["--flop", "1e23", "--max-power", "1W"], ["--flop", "1e23", "--max-cost", "0"],
            ["--flop", "1e23", "--max-cost", "1e400"], ["--flop", "1e23", "--gpus", "8", "--fix", "tensor"],
            ["--flop", "1e23", "--gpus", "8", "--fix", "tensor=4", "--fix", "tensor=8"],
            ["--flop", "1e23", "--gpus", "8", "--fix", "zero=1"],
        ])
    func refused(words: [String]) throws {
        let outcome = try program.run(["plan"] + words)
        #expect(outcome.status == 2, "\(outcome.output)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("A machine's own word for an accelerator is used everywhere in text and page")
    func unit() throws {
        for words in [
            ["plan", "--gpus", "512", "--flop", "1e24", "--top", "3", "--price-per-hour", "2"],
            ["frontier", "--from", "1e24", "--to", "1e25", "--points", "3"],
            ["pareto", "--flop", "1e24", "--gpus", "256,512"],
            ["explain", "--gpus", "64", "--flop", "1e22", "--space", "published"],
            ["plan", "--model", "llama-3-8b", "--gpus", "8", "--batch", "16", "--top", "2"],
        ] {
            let folder = try TemporaryFolder()
            let outcome = try program.run(words + ["--hardware", "tpu-v5p", "--output", folder.path("out")])
            #expect(outcome.status == 0, "\(words): \(outcome.errors)")
            #expect(!outcome.output.contains("GPU"), "\(words): \(outcome.output)")
            for (name, bytes) in try folder.files(in: "out") where !name.contains("json") {
                // The question and certificate on a page are the JSON of the answer, whose names stay.
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(!text.contains("GPU"), "\(words): \(name)")
            }
        }
        let fleet = "fleet:\n  - {hardware: tpu-v5p, gpus: 64}\nruns:\n  - {flop: 1e22}\n"
        let outcome = try program.run(["fleet", "-", "--menu", "4"], input: fleet)
        #expect(outcome.status == 0 && !outcome.output.contains("GPU"), "\(outcome.output)\(outcome.errors)")
    }

    @Test("A fleet's limits are ranges, and its time is kept whatever they are")
    func fleet() throws {
        let fleet =
            "fleet:\n  - {hardware: h100-sxm, gpus: 4096}\nruns:\n  - {flop: 1e24}\n  - {flop: 3e24}\n"
        for words in [
            ["--slots", "1000000000"], ["--menu", "0"], ["--menu", "1000000"], ["--slots", "0"],
        ] {
            let outcome = try program.run(["fleet", "-"] + words, input: fleet)
            #expect(
                outcome.status == 2 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        for words in [["--menu", "4096"], ["--slots", "1e5"]] {
            let start = ContinuousClock.now
            let outcome = try program.run(["fleet", "-", "--time-limit", "2s"] + words, input: fleet)
            print("fleet \(words) with a limit of 2 s took \(ContinuousClock.now - start)")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
