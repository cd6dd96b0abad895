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
}
