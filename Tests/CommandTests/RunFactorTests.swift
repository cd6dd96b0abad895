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
}
