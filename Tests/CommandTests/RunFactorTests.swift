import Foundation
import TestSupport
import Testing

/// Goodput, money and energy of a transformer's run.
@Suite struct RunFactorTests {
    static let program = BuiltProgram("meshwright")
    private static let question = [
        "plan", "--model", "llama-3-8b", "--gpus", "64", "--flop", "1e22", "--batch", "512", "--hardware",
        "h100-sxm-80gb",
    ]

    private func answer(_ words: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(Self.question + words + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        return try #require(document["answer"] as? [String: Any])
    }

    @Test("Goodput is not there unless asked for, and changes neither step nor run")
    func apart() throws {
        let plain = try answer([])
        #expect(plain["goodput"] == nil && plain["prices"] == nil)
        let other = try answer(["--mtbf", "500", "--restart-time", "20min"])
        for name in ["step_seconds", "total_seconds", "mfu"] {
            #expect(plain[name] as? Double == other[name] as? Double)
        }
        let goodput = try #require(other["goodput"] as? [String: Any])
        let useful = try #require(goodput["goodput"] as? Double)
        #expect(useful > 0.5 && useful < 0.999)
        let total = try #require(plain["total_seconds"] as? Double)
        let longer = try #require(goodput["total_seconds_with_goodput"] as? Double)
        #expect(relativeError(longer, total / useful) < 1e-12)
    }

    @Test("Spares are taken from the GPUs given and are paid for")
    func spares() throws {
        let words = ["--price-per-hour", "2", "--power", "1000W", "--idle-power", "0.5", "--pue", "1.25"]
        let fewer = try answer(words + ["--spares", "8"])
        #expect(fewer["gpus_given"] as? Int == 64)
        let used = try #require(fewer["gpus"] as? Int)
        #expect(used <= 56)
        let prices = try #require(fewer["prices"] as? [String: Any])
        let hours = try #require(prices["gpu_hours"] as? Double)
        let seconds = try #require(fewer["total_seconds"] as? Double)
        #expect(relativeError(hours, Double(used + 8) * seconds / 3600) < 1e-12)
        #expect(relativeError(try #require(prices["dollars"] as? Double), 2 * hours) < 1e-12)
        // 1000 W times 1.25, used GPUs between half and all of it, spares at half.
        let joules = try #require(prices["joules"] as? Double)
        let most = 1250 * seconds * (Double(used) + 4)
        #expect(joules <= most && joules >= most - 625 * seconds * Double(used))
    }

    @Test("CSV has the columns at its end only where they are asked for")
    func columns() throws {
        let plain = try Self.program.run(Self.question + ["--format", "csv"]).output
        let priced = try Self.program.run(
            Self.question + ["--mtbf", "50000", "--pue", "1.1", "--format", "csv"]
        ).output
        let (short, long) = (plain.split(separator: "\n")[0], priced.split(separator: "\n")[0])
        #expect(long.hasPrefix(short + ",goodput,"))
        #expect(long.hasSuffix(",gpu_hours,dollars,joules"))
    }

    @Test(
        "Unusable options are one line on stderr",
        arguments: [
            ["--mtbf", "0"], ["--mtbf", "many"], ["--checkpoint-time", "3s"], ["--spares", "64"],
            ["--mtbf", "100", "--checkpoint-interval", "-1s"], ["--stragglers", "2"], ["--pue", "0.5"],
            ["--power", "much"], ["--idle-power", "2"],
        ])
    func badOptions(_ words: [String]) throws {
        let outcome = try Self.program.run(Self.question + words)
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("The data-movement model has no such factors")
    func otherModel() throws {
        let outcome = try Self.program.run(["plan", "--gpus", "64", "--flop", "1e22", "--mtbf", "50000h"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--mtbf"))
    }

    private func document(_ words: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(words + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private static let model = [
        "--model", "llama-3-70b", "--hardware", "h100-sxm-80gb", "--batch", "2048", "--fix", "stages=even",
    ]
    private static let failing = ["--mtbf", "500", "--goodput"]

    @Test("With --goodput the time that is asked for is kept by the run with its failures")
    func searched() throws {
        let asked = ["plan"] + Self.model + ["--flop", "1e24", "--days", "40", "--mtbf", "500"]
        let (plain, counted) = (try document(asked), try document(asked + ["--goodput"]))
        func number(_ document: [String: Any], _ name: String) throws -> Double {
            let answer = try #require(document["answer"] as? [String: Any])
            return try #require(
                answer[name] as? Double ?? (answer["goodput"] as? [String: Any])?[name] as? Double)
        }
        let limit = 40.0 * 86_400
        #expect(try number(plain, "total_seconds") <= limit)
        #expect(try number(plain, "total_seconds_with_goodput") > limit)
        #expect(try number(counted, "total_seconds") <= limit * (1 + 1e-12))
        #expect(
            try number(counted, "total_seconds") == number(counted, "total_seconds_with_goodput"))
        #expect(try number(counted, "gpus_given") > number(plain, "gpus_given"))
        let goodput = try number(counted, "goodput")
        let share = try number(counted, "mfu") * goodput
        #expect(relativeError(try number(counted, "utilization"), share) < 1e-9)
        let inputs = try #require(counted["inputs"] as? [String: Any])
        let failures = try #require(inputs["goodput"] as? [String: Any])
        #expect(try #require(failures["mtbf_seconds"] as? Double) == 500.0 * 3600)
        #expect(try #require(plain["inputs"] as? [String: Any])["goodput"] == nil)
        let text = try Self.program.run(asked + ["--goodput"]).output
        #expect(text.contains("of the wall clock") && text.contains("counted by the search"))
        #expect(!text.contains("more than the"))
    }

    @Test("A frontier with --goodput equals plan asked alone, of a free shape too")
    func frontier() throws {
        let family = [
            "--shape", "free", "--shape-grid", "width=4096,8192", "--shape-grid", "layers=48,64",
            "--shape-grid", "ratio=1",
        ]
        for shape in [[], family] {
            let question = Self.model + shape + Self.failing + ["--days", "40", "--format", "csv"]
            func rows(_ words: [String]) throws -> [[String: String]] {
                let outcome = try Self.program.run(words)
                #expect(outcome.status == 0, "\(outcome.errors)")
                // The name of a model with another shape has commas, and stands in quotes.
                let lines = outcome.output.replacing(#/"[^"]*"/#, with: "").split(separator: "\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                }
                return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
            }
            let points = try rows(
                ["frontier"] + question + ["--from", "2e23", "--to", "8e23", "--points", "3"])
            #expect(points.count == 3)
            for (point, flop) in zip(points, ["2e23", "4e23", "8e23"]) {
                let alone = try #require(try rows(["plan"] + question + ["--flop", flop]).first)
                for name in ["gpus_given", "step_seconds", "total_seconds", "tp", "pp", "utilization"] {
                    #expect(point[name] == alone[name] && point[name]?.isEmpty == false, "\(name) \(flop)")
                }
                let seconds = try #require(point["total_seconds"].flatMap(Double.init))
                #expect(seconds <= 40 * 86_400 * (1 + 1e-12))
            }
        }
    }

    @Test(
        "--goodput needs something to count and a run; a frontier shows failures only where it counts them",
        arguments: [
            (["plan", "--gpus", "64", "--flop", "1e22", "--goodput"], "--mtbf"),
            (["plan", "--gpus", "64", "--mtbf", "5000", "--goodput"], "needs a run"),
            (
                ["plan", "--gpus", "64", "--flop", "1e22", "--mtbf", "5000", "--goodput", "--top", "3"],
                "best one"
            ),
            (["frontier", "--mtbf", "5000"], "--goodput"),
            (
                ["price", "--gpus", "64", "tp=8,pp=8", "--mtbf", "5000", "--goodput"],
                "for searches"
            ),
            (["frontier", "--mtbf", "5000", "--goodput", "--spares", "8"], "--spares"),
        ])
    func refusals(words: [String], named: String) throws {
        let outcome = try Self.program.run([words[0]] + Self.model + words.dropFirst())
        #expect(outcome.status == 2 && outcome.errors.contains(named), "\(outcome.errors)")
    }
}
