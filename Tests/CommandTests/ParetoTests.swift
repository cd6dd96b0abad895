import Foundation
import TestSupport
import Testing

@Suite struct ParetoTests {
    static let program = BuiltProgram("meshwright")

    @Test("A front has the sizes asked for, money at the rent given, and figures")
    func front() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try Self.program.run([
            "pareto", "--flop", "1e25", "--gpus", "1024,2048,4096", "--price-per-hour", "2", "--format",
            "json",
            "--output", folder.path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let points = try #require(document["points"] as? [[String: Any]])
        #expect(points.count == 3)
        for point in points {
            let hours = try #require(point["gpu_hours"] as? Double)
            #expect(abs((try #require(point["dollars"] as? Double)) / (2 * hours) - 1) < 1e-12)
        }
        for name in ["pareto-gpus.svg", "pareto-money.svg", "pareto-energy.svg"] {
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path))
        }
    }

    @Test(
        "Unusable options are one line on stderr",
        arguments: [
            ["--gpus", "10:1"], ["--gpus", "8", "--idle-power", "2"], ["--gpus", "8", "--lifetime", "0"],
            ["--gpus", "8", "--price-per-hour", "-1"], ["--gpus", "8:16", "--points", "1"],
        ])
    func badOptions(_ words: [String]) throws {
        let outcome = try Self.program.run(["pareto", "--flop", "1e22"] + words)
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("Clusters that hold no plan end with exit code 1")
    func infeasible() throws {
        #expect(try Self.program.run(["pareto", "--flop", "1e27", "--gpus", "8,16"]).status == 1)
    }
}
