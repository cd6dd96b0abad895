import Foundation
import TestSupport
import Testing

@Suite struct FleetCommandTests {
    static let program = BuiltProgram("meshwright")
    static var example: String {
        get throws {
            let file = URL(fileURLWithPath: #filePath)
                .appendingPathComponent("../../../examples/04-fleet/fleet.yaml").standardized
            return try String(contentsOf: file, encoding: .utf8)
        }
    }

    @Test("Every run of the example is finished by its deadline within the GPUs there are")
    func example() throws {
        for objective in ["makespan", "money", "utilization"] {
            let outcome = try Self.program.run(
                ["fleet", "-", "--objective", objective, "--menu", "12", "--format", "json"],
                input: try Self.example)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            let runs = try #require(document["runs"] as? [[String: Any]])
            #expect(runs.count == 4)
            for run in runs {
                let end = try #require(run["end_seconds"] as? Double)
                #expect(end <= (try #require(run["deadline_seconds"] as? Double)))
            }
            let usage = try #require(document["usage"] as? [[String: Any]])
            for interval in usage {
                let used = try #require(interval["used"] as? Int)
                #expect(used <= (try #require(interval["capacity"] as? Int)))
            }
        }
    }

    @Test("Impossible deadlines: status 1 and the changes that would do")
    func impossible() throws {
        let outcome = try Self.program.run(
            ["fleet", "-", "--menu", "8"], input: try Self.example.replacing("4months", with: "3days"))
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("No feasible schedule."))
    }

    @Test("A misspelt key is named with the nearest known one; status 2")
    func misspelt() throws {
        let outcome = try Self.program.run(
            ["fleet", "-"], input: try Self.example.replacing("flop:", with: "flops:"))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("runs.N.flop"))
    }

    @Test(
        "A run with a model is what plan says alone of its GPUs, with the same bill; notes are on standard error"
    )
    func model() throws {
        let fleet = """
            fleet:
              - {hardware: h100-sxm-80gb, gpus: 96, price_per_hour: 2}
            runs:
              - {name: eight, model: llama-3-8b, batch: 512, flop: 1e22, precision: fp8}
              - {name: own, model: llama-2-7b, flop: 5e21}
              - {name: law, flop: 1e21}

            """
        let outcome = try Self.program.run(
            ["fleet", "-", "--objective", "money", "--menu", "6", "--format", "json"], input: fleet)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("note: own: batch of"))
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let runs = try #require(document["runs"] as? [[String: Any]])
        #expect(runs.map { $0["model"] as? String } == ["llama-3-8b", "llama-2-7b", "data-movement"])
        let eight = runs[0]
        let alone = try Self.program.run([
            "plan", "--model", "llama-3-8b", "--batch", "512", "--precision", "fp8", "--hardware",
            "h100-sxm-80gb",
            "--gpus", "\(try #require(eight["gpus_given"] as? Int))", "--flop", "1e22", "--price-per-hour",
            "2",
            "--format", "json",
        ])
        let plan = try #require(
            try JSONSerialization.jsonObject(with: Data(alone.output.utf8)) as? [String: Any])
        let answer = try #require(plan["answer"] as? [String: Any])
        #expect(answer["total_seconds"] as? Double == eight["end_seconds"] as? Double)
        #expect(answer["gpus"] as? Int == eight["gpus"] as? Int)
        #expect(answer["utilization"] as? Double == eight["utilization"] as? Double)
        let prices = try #require(answer["prices"] as? [String: Any])
        #expect(prices["dollars"] as? Double == eight["money_dollars"] as? Double)
    }

    @Test("A model that is not known is named with its line; status 2")
    func unknownModel() throws {
        let outcome = try Self.program.run(
            ["fleet", "-"],
            input: try Self.example.replacing("flop: 1e24", with: "flop: 1e24, model: llama-9"))
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("line 9: runs.3.model 'llama-9' is neither"), "\(outcome.errors)")
    }
}
