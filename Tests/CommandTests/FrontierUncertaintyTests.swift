import Foundation
import TestSupport
import Testing

@Suite struct FrontierUncertaintyCommandTests {
    private static let program = BuiltProgram("meshwright")
    private static let curve = [
        "frontier", "--from", "1e26", "--to", "1e29", "--points", "4", "--space", "published",
    ]
    private static let rough = [
        "--uncertain", "hbm.bandwidth=±10%", "--uncertain", "network.*.bandwidth=0.5..1x", "--samples", "12",
        "--seed", "7",
    ]

    @Test("The same seed gives the same bytes with one thread and three", arguments: ["text", "csv", "json"])
    func threads(format: String) throws {
        let words = Self.curve + Self.rough + ["--format", format]
        let one = try Self.program.run(words + ["--threads", "1"])
        #expect(one.status == 0 && one.errors.isEmpty, "\(one.errors)")
        #expect(try Self.program.run(words + ["--threads", "3"]).output == one.output)
    }

    @Test("Tables have the columns of bands behind all others, and only where they were asked for")
    func columns() throws {
        let with = try Self.program.run(Self.curve + Self.rough + ["--format", "csv"]).output
        let without = try Self.program.run(Self.curve + ["--format", "csv"]).output
        let (wide, narrow) = (with.split(separator: "\n"), without.split(separator: "\n"))
        let added =
            ",utilization_p10,utilization_p50,utilization_p90,gpus_p10,gpus_p50,gpus_p90,any_plan_share,"
            + "feasible_share,near_best_share"
        #expect(wide.first == narrow.first.map { $0 + added })
        for (one, other) in zip(wide, narrow) { #expect(one.hasPrefix(other)) }
        let grid = try Self.program.run(
            [
                "frontier", "--gpus", "1024,4096", "--from", "1e24", "--to", "1e25", "--points", "2",
                "--format", "csv",
            ]
                + Self.rough
        ).output
        #expect(grid.split(separator: "\n").first?.contains("total_seconds_p10") == true)
    }

    @Test("JSON says what was drawn and where the landmarks lie")
    func json() throws {
        let outcome = try Self.program.run(Self.curve + Self.rough + ["--format", "json"])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let uncertainty = try #require(document["uncertainty"] as? [String: Any])
        #expect(uncertainty["samples"] as? Int == 12 && uncertainty["seed"] as? String == "7")
        #expect((uncertainty["numbers"] as? [Any])?.count == 3)
        let end = try #require(uncertainty["end_of_linear_scaling"] as? [String: Any])
        let stated = try #require(document["end_of_linear_scaling"] as? [String: Any])
        let high = try #require(end["flop_p90"] as? Double)
        #expect(high >= (try #require(end["flop_p10"] as? Double)))
        // Networks are only slower than stated here.
        #expect(high <= 1.1 * (try #require(stated["flop"] as? Double)))
    }

    @Test("Numbers that cannot be drawn are one line on stderr and exit code 2")
    func badInput() throws {
        for words in [
            ["--uncertain", "hbm.bandwidth"], ["--uncertain", "hbm.bandwith=±10%"],
            ["--uncertain", "hbm.bandwidth=±200%"], ["--uncertain", "hbm.bandwidth=±10%", "--samples", "0"],
            ["--uncertain", "hbm.bandwidth=±10%", "--seed", "-1"],
            ["--uncertain", "hbm.bandwidth=±10%", "--within", "x"],
        ] {
            let outcome = try Self.program.run(Self.curve + words)
            #expect(outcome.status == 2 && outcome.output.isEmpty, "\(words)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }

    @Test("Shards that are joined have the bands of one run, byte for byte; the figure shows them")
    func shards() throws {
        let folder = try TemporaryFolder()
        let words = Self.curve + Self.rough + ["--output"]
        #expect(try Self.program.run(words + [folder.path("all")]).status == 0)
        for part in ["1", "2"] {
            let outcome = try Self.program.run(words + [folder.path(part), "--shard", "\(part)/2"])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let merged = try Self.program.run([
            "frontier", "--merge", folder.path("1"), folder.path("2"), "--output", folder.path("joined"),
        ])
        #expect(merged.status == 0, "\(merged.errors)")
        for name in [
            "frontier.csv", "frontier.json", "utilization.svg", "utilization.vl.json", "report.html",
        ] {
            let one = try String(contentsOfFile: folder.path("all/\(name)"), encoding: .utf8)
            #expect(
                try String(contentsOfFile: folder.path("joined/\(name)"), encoding: .utf8) == one, "\(name)")
        }
        let figure = try String(contentsOfFile: folder.path("all/utilization.svg"), encoding: .utf8)
        #expect(figure.contains("80 % of 12 drawn machines"))
    }
}
