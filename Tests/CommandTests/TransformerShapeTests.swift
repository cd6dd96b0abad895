import Foundation
import TestSupport
import Testing

/// `plan` and `frontier` of a free shape of a transformer.
@Suite struct TransformerShapeTests {
    static let program = BuiltProgram("meshwright")
    /// A small family, so that a search takes a second.
    static let family = [
        "--model", "llama-3-8b", "--shape", "free", "--shape-grid", "width=2048,4096", "--shape-grid",
        "layers=16,32", "--shape-grid", "ratio=1", "--hardware", "h100-sxm-80gb", "--batch", "512", "--fix",
        "stages=even",
    ]

    private func succeed(_ arguments: [String]) throws -> String {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    private func succeedJSON(_ arguments: [String]) throws -> [String: Any] {
        let text = try succeed(arguments + ["--format", "json"])
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func row(_ csv: String) throws -> [String: String] {
        let lines = csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.count == 2)
        return Dictionary(uniqueKeysWithValues: zip(lines[0], try #require(lines.last)))
    }

    @Test("Text names the shape, what it buys and what it gains; CSV and JSON have the same numbers")
    func formats() throws {
        let question = ["plan"] + Self.family + ["--gpus", "64", "--flop", "1e22"]
        let text = try succeed(question)
        for words in [
            "  shape  ", "  buys  ", "1.00e22 FLOP of effective compute", "  gained  ", "llama-3-8b itself: ",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
        let csv = try row(try succeed(question + ["--format", "csv"]))
        #expect(csv["family"] == "llama-3-8b" && csv["loss_model"] == "besiroglu")
        let effective = try #require(csv["effective_flop"].flatMap(Double.init))
        #expect(abs(effective / 1e22 - 1) < 1e-9)
        let json = try succeedJSON(question)
        let shape = try #require(json["free_shape"] as? [String: Any])
        #expect("\(shape["d_model"] ?? "")" == csv["d_model"] && "\(shape["layers"] ?? "")" == csv["layers"])
        let named = try #require(json["named_shape"] as? [String: Any])
        let own = try #require(named["total_seconds"] as? Double)
        let answer = try #require(json["answer"] as? [String: Any])
        #expect(try #require(answer["total_seconds"] as? Double) <= own)
        let certificate = try #require(json["certificate"] as? [String: Any])
        let shapes = try #require(certificate["shapes"] as? [String: Any])
        #expect(shapes["grid"] as? Int == 4 && shapes["open"] as? Int == 0)
        #expect(certificate["optimal"] as? Bool == true)
    }

    @Test("The three questions agree: the compute that fits, asked back, takes the time and the accelerators")
    func directions() throws {
        let large = try row(
            try succeed(["plan"] + Self.family + ["--gpus", "64", "--days", "30", "--format", "csv"]))
        let flop = try #require(large["effective_flop"])
        let fast = try row(
            try succeed(["plan"] + Self.family + ["--gpus", "64", "--flop", flop, "--format", "csv"]))
        let seconds = try #require(fast["total_seconds"].flatMap(Double.init))
        #expect(seconds <= 30 * 86_400 * (1 + 1e-9))
        let few = try row(
            try succeed(["plan"] + Self.family + ["--flop", flop, "--days", "30.001", "--format", "csv"]))
        #expect(try #require(few["gpus_given"].flatMap(Int.init)) <= 64)
    }

    @Test("Each point of a frontier equals plan asked alone, resumed, stored and merged ones too")
    func frontier() throws {
        let folder = try TemporaryFolder()
        let question =
            ["frontier"] + Self.family + [
                "--from", "1e22", "--to", "4e22", "--points", "3", "--months", "3", "--threads", "2",
            ]
        let plain = try succeed(question + ["--format", "csv"])
        let lines = plain.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.count == 4)
        let flops = ["1e22", "2e22", "4e22"]
        for (line, flop) in zip(lines.dropFirst(), flops) {
            let point = Dictionary(uniqueKeysWithValues: zip(lines[0], line))
            let alone = try row(
                try succeed(
                    ["plan"] + Self.family + ["--flop", flop, "--months", "3", "--format", "csv"]))
            for name in [
                "gpus_given", "step_seconds", "d_model", "layers", "d_ff", "effective_flop", "loss", "tp",
                "pp",
            ] {
                #expect(point[name] == alone[name] && point[name]?.isEmpty == false, "\(name) at \(flop)")
            }
        }
        let whole = try succeed(question + ["--output", folder.path("whole"), "--format", "csv"])
        #expect(whole == plain)
        let side: Set<String> = ["timings.csv", "cells.journal"]
        let files = try folder.files(in: "whole", except: side)
        let journal = try String(contentsOfFile: folder.path("whole/cells.journal"), encoding: .utf8)
        let half =
            journal.split(separator: "\n", omittingEmptySubsequences: false).prefix(2)
            .joined(separator: "\n") + "\n"
        try FileManager.default.createDirectory(
            atPath: folder.path("half"), withIntermediateDirectories: true)
        try half.write(toFile: folder.path("half/cells.journal"), atomically: true, encoding: .utf8)
        let resumed = try succeed(question + ["--output", folder.path("half"), "--resume"])
        #expect(resumed.hasPrefix("3 cells, 1 of them from the journal"))
        #expect(try folder.files(in: "half", except: side) == files)
        for part in ["1/2", "2/2"] {
            _ = try succeed(
                question + ["--output", folder.path(part.replacing("/", with: "of")), "--shard", part])
        }
        _ = try succeed(
            ["frontier", "--merge", folder.path("1of2"), folder.path("2of2"), "--output", folder.path("all")])
        #expect(try folder.files(in: "all", except: side) == files)
        let store = question + ["--store", folder.path("answers.sqlite"), "--format", "csv"]
        #expect(try succeed(store) == plain)
        #expect(try succeed(store) == plain)
    }

    @Test("Effective compute and compute spent have charts, columns and members of their own")
    func kindsOfCompute() throws {
        let folder = try TemporaryFolder()
        let asked =
            ["frontier"] + Self.family + ["--from", "1e22", "--to", "1e27", "--points", "3", "--days", "20"]
        let text = try succeed(asked + ["--output", folder.path("out")])
        let table = try succeed(asked)
        #expect(
            table.contains("effective FLOP") && table.contains("eff. util") && table.contains("spent FLOP"))
        #expect(!text.contains("FLOP on") || text.contains("FLOP of effective compute on"))
        let files = try folder.files(in: "out", except: [])
        func file(_ name: String) throws -> String {
            String(decoding: try #require(files[name]), as: UTF8.self)
        }
        for name in ["utilization.svg", "strategies.svg", "parallelism.svg"] {
            let figure = try file(name)
            #expect(figure.contains("Effective compute (FLOP)"), "\(name)")
            #expect(!figure.contains("Compute spent") && !figure.contains("Training compute"), "\(name)")
        }
        #expect(try file("utilization.svg").contains("Effective utilization (% of peak)"))
        let spent = try file("spent.svg")
        #expect(spent.contains("Compute spent (FLOP)") && !spent.contains("Effective compute ("))
        #expect(spent.contains("Model FLOP utilization (% of peak)"))
        let rows = try file("frontier.jsonl").split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let specification = try #require(
            try JSONSerialization.jsonObject(with: Data(file("utilization.vl.json").utf8)) as? [String: Any])
        let data = try #require(specification["data"] as? [String: Any])
        let values = try #require(data["values"] as? [[String: Any]])
        let planned = rows.filter { $0["reason"] as? String == "" }
        #expect(planned.count < rows.count && planned.count == values.count && !planned.isEmpty)
        for (row, value) in zip(planned, values) {
            for name in ["flop", "effective_flop", "utilization", "effective_utilization"] {
                let number = try #require(row[name] as? Double)
                let drawn = try #require(value[name] as? Double)
                #expect(abs(drawn / number - 1) < 1e-9, "\(name)")
            }
            #expect(row["flop"] as? Double != row["effective_flop"] as? Double)
        }
        for row in rows where row["reason"] as? String != "" {
            // What is asked is effective; nothing is spent.
            #expect(row["flop"] as? Double == nil && row["effective_flop"] as? Double ?? 0 > 1e23)
        }
    }

    @Test("A frontier killed ten times and resumed has the bytes of one that ran through")
    func killed() throws {
        let folder = try TemporaryFolder()
        let question =
            ["frontier"] + Self.family + [
                "--from", "1e22", "--to", "1.6e23", "--points", "17", "--months", "3", "--threads", "1",
                "--output",
            ]
        _ = try succeed(question + [folder.path("whole")])
        var kills = 0
        for attempt in 0..<10 {
            let arguments = question + [folder.path("killed")] + (attempt > 0 ? ["--resume"] : [])
            if try Self.program.kill(arguments, after: 0.05 * Double(1 + attempt)) { kills += 1 }
        }
        #expect(kills > 0)
        _ = try succeed(question + [folder.path("killed"), "--resume"])
        let side: Set<String> = ["timings.csv", "cells.journal"]
        #expect(try folder.files(in: "killed", except: side) == folder.files(in: "whole", except: side))
    }

    /// A question of some 10,000 shapes, of which a search takes long.
    private static let large = [
        "--model", "deepseek-v3", "--shape", "free", "--flop", "1e26", "--months", "3", "--shape-grid",
        "ratio=0.5,0.6,0.7,0.8,0.9,1,1.2,1.4,1.6,2", "--shape-grid", "experts=64,128,192,256,384,512,1024",
    ]

    @Test("A search of many shapes that its time ends has a layout, and says what is open")
    func limited() throws {
        let json = try succeedJSON(["plan"] + Self.large + ["--time-limit", "6s"])
        let answer = try #require(json["answer"] as? [String: Any])
        #expect(try #require(answer["gpus_given"] as? Int) > 0)
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["optimal"] as? Bool == false)
        #expect(try #require(certificate["gap"] as? Double) > 0)
    }

    @Test("A store answers a plan again, and another family is another question")
    func store() throws {
        let folder = try TemporaryFolder()
        let question =
            ["plan"] + Self.family + [
                "--gpus", "64", "--flop", "1e22", "--format", "csv", "--store", folder.path("plans.sqlite"),
            ]
        let first = try succeed(question)
        #expect(try succeed(question) == first)
        let narrow = try succeed(question + ["--tokens-per-parameter", "100"])
        #expect(try row(narrow)["d_model"] != nil && narrow != first)
    }

    @Test(
        "What is not there is refused by name",
        arguments: [
            (["--top", "3"], "best one alone"), (["--measured", "steps.csv"], "--measured"),
            (["--software", "torchtitan,deepspeed"], "--software"), (["--shape-grid", "depth=3"], "axis"),
            (["--shape-grid", "experts=8"], "no experts"), (["--loss", "krajewski", "--sparse"], "--sparse"),
            (["--batch-law", "default"], "--batch"), (["--months", "3"], "all given"),
        ])
    func refused(options: [String], words: String) throws {
        let outcome = try Self.program.run(
            ["plan"] + Self.family + ["--gpus", "64", "--flop", "1e22"] + options)
        #expect(outcome.status == 2 && outcome.errors.contains(words), "\(options): \(outcome.errors)")
    }

    @Test("Options of a free shape without it are refused, for either model")
    func withoutShape() throws {
        let model = ["plan", "--model", "llama-3-8b", "--gpus", "64", "--flop", "1e22"]
        for options in [
            ["--shape-grid", "layers=32"], ["--loss", "abnar"], ["--max-tokens", "1T"], ["--shape", "law"],
        ] {
            let outcome = try Self.program.run(model + options)
            #expect(outcome.status == 2 && outcome.errors.contains("free"), "\(options): \(outcome.errors)")
        }
        let other = try Self.program.run([
            "plan", "--gpus", "64", "--flop", "1e22", "--shape-grid", "layers=32",
        ])
        #expect(other.status == 2 && other.errors.contains("--shape-grid"))
        let mixed = try Self.program.run([
            "plan", "--model", "mixtral-8x7b", "--shape", "free", "--loss", "hoffmann", "--gpus", "64",
            "--flop", "1e22",
        ])
        #expect(mixed.status == 2 && mixed.errors.contains("abnar"))
    }

    @Test("explain tells the layout and the neighbours of the chosen shape in every format")
    func explained() throws {
        let question = Self.family + ["--flop", "1e22", "--days", "20"]
        let text = try succeed(["explain"] + question + ["--plan", "tp=1"])
        for words in [
            "shapes one step away", "  chosen  ", "where a step goes", "re-optimised", "why not tp=1",
            "the grid has no ", "holds the shape",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
        let json = try succeedJSON(["explain"] + question)
        let plan = try succeedJSON(["plan"] + question)
        for name in ["inputs_hash", "free_shape", "answer"] {
            let (one, other) = (json[name] as? NSObject, plan[name] as? NSObject)
            #expect(one != nil && one == other, "\(name)")
        }
        let neighbours = try #require(json["neighbours"] as? [[String: Any]])
        let answer = try #require(json["answer"] as? [String: Any])
        let gpus = try #require(answer["gpus_given"] as? Double)
        // Of two widths and two depths a shape has one neighbour each, and the named shape may be one of them.
        #expect(neighbours.count >= 2 && neighbours.count <= 3)
        for row in neighbours {
            let value = try #require(row["value"] as? Double)
            #expect(row["asked"] as? String == "gpus" && row["proved"] as? Bool == true)
            #expect(value >= gpus && row["gpus_given"] as? Double == value)
            #expect(abs(try #require(row["change"] as? Double) - (value / gpus - 1)) < 1e-12)
            #expect(abs(try #require(row["effective_flop"] as? Double) / 1e22 - 1) < 1e-9)
        }
        let csv = try succeed(["explain"] + question + ["--format", "csv"])
        #expect(csv.contains("\nneighbours,") && csv.contains(",flop_change,") && csv.contains("\ncosts,"))
    }

    @Test("On a cluster far too large for its run there is an answer before its search has ended")
    func overLarge() throws {
        let json = try succeedJSON(
            [
                "plan", "--model", "mixtral-8x7b", "--shape", "free", "--hardware", "gb200-nvl72-superpod",
                "--gpus", "1e9", "--months", "3", "--time-limit", "20s",
            ])
        let shape = try #require(json["free_shape"] as? [String: Any])
        #expect(try #require(shape["effective_flop"] as? Double) > 1e22)
        #expect((json["answer"] as? [String: Any])?["gpus_given"] as? Int == 1_000_000_000)
        #expect((json["certificate"] as? [String: Any])?["optimal"] as? Bool == false)
    }

    @Test("A time limit ends what explain asks, and what was not asked is said")
    func explainedInTime() throws {
        let text = try succeed(["explain"] + Self.large + ["--time-limit", "16s"])
        #expect(text.contains("not known in time") || text.contains("the time was up before it was asked"))
        #expect(text.contains("NOT proved optimal"))
    }

    @Test("explain refuses what it cannot do with a free shape, and a free shape of the other model")
    func explainRefuses() throws {
        let folder = try TemporaryFolder()
        try "model\n".write(toFile: folder.path("steps.csv"), atomically: true, encoding: .utf8)
        for options in [["--measured", folder.path("steps.csv")], ["--plan", "tp=1", "--against", "tp=2"]] {
            let outcome = try Self.program.run(
                ["explain"] + Self.family + ["--gpus", "64", "--flop", "1e22"] + options)
            #expect(outcome.status == 2 && outcome.errors.contains("--shape free"), "\(outcome.errors)")
        }
        let other = try Self.program.run(["explain", "--gpus", "64", "--flop", "1e22", "--shape", "free"])
        #expect(other.status == 2 && other.errors.contains("--model"), "\(other.errors)")
    }

    @Test("Each point of a pareto front is the plan on as many accelerators, its compute effective")
    func pareto() throws {
        let folder = try TemporaryFolder()
        let asked = ["pareto"] + Self.family + ["--flop", "1e22", "--gpus", "32,64"]
        let csv = try succeed(asked + ["--format", "csv", "--output", folder.path("front")])
        let lines = csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.count == 3 && lines.allSatisfy { $0.count == lines[0].count })
        for (line, gpus) in zip(lines.dropFirst(), ["32", "64"]) {
            let point = Dictionary(uniqueKeysWithValues: zip(lines[0], line))
            let alone = try row(
                try succeed(["plan"] + Self.family + ["--flop", "1e22", "--gpus", gpus, "--format", "csv"]))
            for name in ["total_seconds", "step_seconds", "d_model", "layers", "effective_flop", "tp", "pp"] {
                #expect(point[name] == alone[name] && point[name]?.isEmpty == false, "\(name) on \(gpus)")
            }
            #expect(point["efficient"] == "1" && point["gpu_hours"]?.isEmpty == false)
        }
        let figure = try String(contentsOfFile: folder.path("front/pareto-gpus.svg"), encoding: .utf8)
        #expect(figure.contains("FLOP of effective compute"))
        let page = try String(contentsOfFile: folder.path("front/report.html"), encoding: .utf8)
        #expect(page.contains("1.00e22 FLOP of effective compute"))
        #expect(try succeed(asked).contains("  shape"))
        let other = try Self.program.run(
            ["pareto", "--flop", "1e22", "--gpus", "32,64", "--shape", "free"])
        #expect(other.status == 2 && other.errors.contains("--model"), "\(other.errors)")
    }

    @Test("The pages of a free shape say what it is worth, and the shape stands first in the table of points")
    func pages() throws {
        let folder = try TemporaryFolder()
        _ = try succeed(
            ["plan"] + Self.family + ["--gpus", "64", "--flop", "1e22", "--output", folder.path("plan")])
        let plan = try String(contentsOfFile: folder.path("plan/report.html"), encoding: .utf8)
        #expect(plan.contains("Effective compute") && plan.contains("a parameter in use"))
        _ = try succeed(
            ["frontier"] + Self.family + [
                "--from", "1e22", "--to", "4e22", "--points", "2", "--output", folder.path("frontier"),
            ])
        let page = try String(contentsOfFile: folder.path("frontier/report.html"), encoding: .utf8)
        let (shape, batch) = (page.range(of: ">shape<"), page.range(of: ">batch<"))
        #expect(try #require(shape).lowerBound < #require(batch).lowerBound)
        #expect(page.contains("the curve of its family") && !page.contains("its laws"))
    }
}
