import Foundation
import TestSupport
import Testing

@Suite struct LandmarkOptionTests {
    static let program = BuiltProgram("meshwright")
    private static let curve = [
        "frontier", "--space", "published", "--from", "1e27", "--to", "1e32", "--points", "2",
    ]

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(arguments + ["--format", "json"])
        return try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func flop(_ document: [String: Any], _ name: String) -> Double? {
        (document[name] as? [String: Any])?["landmark_flop"] as? Double
    }

    @Test("The output names its thresholds")
    func named() throws {
        let text = try Self.program.run(Self.curve).output
        #expect(text.contains("(linear: at least 80.0 % of the 70.0 % sustained)"))
        #expect(text.contains("(at least 10.0 % utilization)"))
        let document = try json(Self.curve)
        #expect(document["linear_share"] as? Double == 0.8)
        #expect(document["least_utilization"] as? Double == 0.1)
    }

    @Test("--linear-share and --least-utilization move the landmarks, in either spelling")
    func options() throws {
        let usual = try json(Self.curve)
        let strict = try json(Self.curve + ["--linear-share", "90%", "--least-utilization", "0.3"])
        #expect(strict["linear_share"] as? Double == 0.9)
        let (end, other) = (flop(usual, "end_of_linear_scaling"), flop(strict, "end_of_linear_scaling"))
        #expect(try #require(other) < (try #require(end)))
        let (largest, less) = (flop(usual, "largest_run"), flop(strict, "largest_run"))
        #expect(try #require(less) < (try #require(largest)))
        let plan = try #require(strict["largest_run"] as? [String: Any])
        #expect(try #require(plan["utilization"] as? Double) >= 0.3 * (1 - 1e-9))
        #expect(try #require(largest) <= (try #require(usual["latency_wall_flop"] as? Double)))
    }

    @Test(
        "Thresholds out of range are refused in one line",
        arguments: [
            ["--linear-share", "0"], ["--linear-share", "1.2"], ["--linear-share", "x"],
            ["--least-utilization", "1"], ["--least-utilization=-0.1"], ["--least-utilization", "inf"],
        ])
    func refused(option: [String]) throws {
        let outcome = try Self.program.run(Self.curve + option)
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test(
        "A curve over time has a row a time, in every format, and goes on from a journal with the same bytes")
    func times() throws {
        let arguments = [
            "frontier", "--space", "published", "--flop", "1e27", "--times", "7d:24months", "--points", "5",
        ]
        let text = try Self.program.run(arguments)
        #expect(text.status == 0 && text.output.contains("allowed"), "\(text.errors)")
        #expect(!text.output.contains("latency wall"))
        let points = try #require(try json(arguments)["points"] as? [[String: Any]])
        #expect(points.count == 5)
        let deadlines = points.compactMap { $0["deadline_seconds"] as? Double }
        #expect(deadlines == deadlines.sorted() && deadlines.first == 7 * 86_400)
        let folder = try TemporaryFolder()
        let whole = folder.path("whole")
        #expect(try Self.program.run(arguments + ["--output", whole]).status == 0)
        let parts = ["1/2", "2/2"].map { folder.path("part\($0.prefix(1))") }
        for (part, path) in zip(["1/2", "2/2"], parts) {
            #expect(try Self.program.run(arguments + ["--shard", part, "--output", path]).status == 0)
        }
        let merged = folder.path("merged")
        #expect(try Self.program.run(["frontier", "--merge"] + parts + ["--output", merged]).status == 0)
        #expect(try Self.program.run(arguments + ["--resume", "--output", whole]).status == 0)
        let (one, other) = (try folder.files(in: "whole"), try folder.files(in: "merged"))
        #expect(one["utilization.svg"] != nil && one["gpus.svg"] != nil && one["report.html"] != nil)
        for name in ["frontier.csv", "frontier.json", "utilization.svg", "gpus.svg", "utilization.vl.json"] {
            #expect(one[name] == other[name], "\(name)")
        }
    }

    @Test(
        "Times that cannot be used are refused",
        arguments: [
            ["--flop", "1e27"], ["--times", "7d:1month"], ["--flop", "1e27", "--times", "7d"],
            ["--flop", "1e27", "--times", "2months:1month"], ["--flop", "1e27", "--times", "0:1month"],
            ["--flop", "1e27", "--times", "7d:1month", "--months", "3"],
            ["--flop", "1e27", "--times", "7d:1month", "--gpus", "8"],
        ])
    func badTimes(arguments: [String]) throws {
        let outcome = try Self.program.run(["frontier"] + arguments)
        #expect(outcome.status == 2 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
}
