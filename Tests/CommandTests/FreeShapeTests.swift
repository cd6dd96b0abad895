import Foundation
import TestSupport
import Testing

@Suite struct FreeShapeTests {
    static let program = BuiltProgram("meshwright")

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(arguments + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test("plan --shape free reports what a plan buys, and where every shape went")
    func plan() throws {
        let document = try json(["plan", "--flop", "1e27", "--months", "3", "--shape", "free"])
        let answer = try #require(document["answer"] as? [String: Any])
        let effect = try #require(answer["effect"] as? [String: Any])
        #expect(abs(try #require(effect["effective_flop"] as? Double) / 1e27 - 1) < 1e-9)
        #expect(effect["shape"] as? String == "free")
        let certificate = try #require(document["certificate"] as? [String: Any])
        let shapes = try #require(certificate["shapes"] as? [String: Any])
        let discarded = try #require(shapes["discarded"] as? [String: Int])
        let searched = try #require(shapes["searched"] as? Int)
        #expect(shapes["grid"] as? Int == searched + discarded.values.reduce(0, +))
        #expect(shapes["open"] as? Int == 0)
        #expect(certificate["optimal"] as? Bool == true)
        let law = try json(["plan", "--flop", "1e27", "--months", "3"])
        let gpus = try #require((law["answer"] as? [String: Any])?["gpus"] as? Int)
        #expect(try #require(answer["gpus"] as? Int) <= gpus)
    }

    @Test("Tables end with the columns of effective compute, whether the shape is free or not")
    func columns() throws {
        let added =
            "shape,loss_model,loss,effective_flop,effective_utilization,tokens_per_parameter,depth_over_law,"
            + "space,accounting"
        for shape in ["law", "free"] {
            let outcome = try Self.program.run([
                "frontier", "--from", "1e24", "--to", "1e25", "--points", "2", "--format", "csv", "--shape",
                shape,
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.first?.hasSuffix(",reason,deadline_seconds,\(added)") == true)
            let width = try #require(lines.first).split(separator: ",", omittingEmptySubsequences: false)
                .count
            for line in lines {
                #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == width)
            }
        }
    }

    @Test("A free frontier has an end of linear scaling beyond the law's")
    func endOfScaling() throws {
        var ends: [Double] = []
        for shape in ["law", "free"] {
            let document = try json([
                "frontier", "--from", "1e28", "--to", "1e30", "--points", "3", "--shape", shape,
            ])
            if shape == "free", document["end_of_linear_scaling"] is NSNull {
                ends.append(.infinity)
                continue
            }
            let end = try #require(document["end_of_linear_scaling"] as? [String: Any])
            ends.append(try #require(end["effective_flop"] as? Double))
        }
        #expect(ends[1] > 2 * ends[0])
    }

    @Test("An interrupted free frontier goes on where it stopped")
    func resume() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = [
            "frontier", "--from", "1e24", "--to", "1e26", "--points", "3", "--shape", "free", "--output",
            folder,
        ]
        #expect(try Self.program.run(words).status == 0)
        let again = try Self.program.run(words + ["--resume"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.contains("3 of them from the journal"), "\(again.output)")
        #expect(!again.errors.contains("left out"), "\(again.errors)")
    }

    @Test(
        "Options that contradict or mean nothing are one line and status 2",
        arguments: [
            (["--shape", "fat"], "law or free"), (["--depth-range", "0.5,2"], "--shape free"),
            (["--shape", "free", "--depth-range", "2,0.5"], "rise"),
            (["--shape", "free", "--depth-range", "0,2"], "from 1e-3 to 1000"),
            (["--shape", "free", "--depth-range", "2"], "two numbers"),
            (["--tokens-per-parameter", "0"], "from 1e-3"), (["--max-tokens", "-5"], "--max-tokens"),
            (["--max-tokens", "many"], "is not a number"), (["--loss", "chinchila"], "besiroglu"),
            (["--loss", "1,2,3"], "five numbers"), (["--loss", "1,0,1,1,1"], "above zero"),
            (["--sparse", "--loss", "besiroglu"], "knows no experts"),
            (["--shape-penalty", "0.1"], "two numbers"), (["--shape-penalty", "1,-1"], "from 0 to 1000"),
        ] as [([String], String)])
    func oneLine(arguments: [String], remedy: String) throws {
        for command in [["plan", "--gpus", "8", "--flop", "1e20"], ["frontier", "--points", "1"]] {
            // An equals sign keeps a value that begins with a minus from looking like an option.
            let words = arguments.contains("-5") ? ["--max-tokens=-5"] : arguments
            let outcome = try Self.program.run(command + words)
            #expect(outcome.status == 2, "\(words)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains(remedy), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }

    @Test("--widths and --shape free contradict each other")
    func widths() throws {
        let outcome = try Self.program.run(["frontier", "--widths", "published", "--shape", "free"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("contradict"))
    }
}
