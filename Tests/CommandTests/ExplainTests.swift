import Foundation
import TestSupport
import Testing

@Suite struct ExplainTests {
    static let program = BuiltProgram("meshwright")

    @Test("JSON has every section, and costs that add up to the step")
    func sections() throws {
        let outcome = try Self.program.run([
            "explain", "--gpus", "1000", "--flop", "1e25", "--plan", "zero_bubble=0", "--format", "json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        let step = try #require(answer["step_seconds"] as? Double)
        let costs = try #require(document["costs"] as? [[String: Any]])
        let sum = costs.compactMap { $0["step_seconds"] as? Double }.reduce(0, +)
        #expect(abs(sum / step - 1) < 1e-12)
        for name in ["removals", "sensitivities", "verdicts", "what_ifs"] {
            #expect((document[name] as? [Any])?.isEmpty == false, "\(name)")
        }
    }

    @Test("Rows that plan wrote are read as plans, the first of them the best itself")
    func planRows() throws {
        let question = ["--gpus", "1000", "--flop", "1e25"]
        let table = try Self.program.run(["plan", "--top", "2", "--format", "csv"] + question).output
        let outcome = try Self.program.run(["explain", "--plan", "-"] + question, input: table)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(": the same decisions: the same time"))
    }

    @Test("Without a plan the smallest changes are listed and the exit code is 1")
    func infeasible() throws {
        let outcome = try Self.program.run(["explain", "--gpus", "8", "--flop", "1e27"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("GPUs given"))
        #expect(outcome.output.contains("memory capacity"))
    }

    @Test(
        "Unusable options are one line on stderr",
        arguments: [
            ["--plan", "width=8"], ["--plan", "nowhere.csv"], ["--what-if", "hbm.speed=2x"],
            ["--what-if", "hbm.bandwidth"], ["--what-if", "hbm.bandwidth=-1x"], ["--factor", "1"],
        ])
    func badOptions(_ words: [String]) throws {
        let outcome = try Self.program.run(["explain", "--gpus", "64", "--flop", "1e23"] + words)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("Figures are written where asked")
    func figures() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try Self.program.run([
            "explain", "--gpus", "64", "--flop", "1e23", "--output", folder.path, "--format", "csv",
        ])
        #expect(outcome.status == 0)
        for name in ["waterfall.svg", "tornado.svg"] {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(text.hasPrefix("<svg"))
        }
    }
}
