import Foundation
import TestSupport
import Testing

@Suite struct EngineTests {
    static let program = BuiltProgram("meshwright")

    @Test(
        "Both engines give the same answer to each of the three questions, with a bound",
        arguments: [
            ["--gpus", "96", "--flop", "1e23"], ["--flop", "3e23", "--months", "2"],
            ["--gpus", "100", "--days", "30"],
        ])
    func agreement(question: [String]) throws {
        var seconds: [Double] = []
        for engine in ["enumerate", "mip", "both"] {
            let outcome = try Self.program.run(["plan", "--engine", engine, "--format", "json"] + question)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            let answer = try #require(document["answer"] as? [String: Any])
            seconds.append(try #require(answer["total_seconds"] as? Double))
            let certificate = try #require(document["certificate"] as? [String: Any])
            #expect(certificate["engine"] as? String == engine)
            #expect((certificate["mip"] != nil) == (engine != "enumerate"))
        }
        #expect(seconds.allSatisfy { relativeError($0, seconds[0]) <= 1e-9 })
    }

    @Test("Transformers too: one answer from both engines, with masters and nodes in the certificate")
    func transformers() throws {
        var seconds: [Double] = []
        for engine in ["enumerate", "mip", "both"] {
            let outcome = try Self.program.run([
                "plan", "--engine", engine, "--format", "json", "--model", "llama-3-8b", "--gpus", "24",
                "--hardware", "h100-sxm-80gb", "--batch", "96",
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
            let answer = try #require(document["answer"] as? [String: Any])
            seconds.append(try #require(answer["step_seconds"] as? Double))
            let certificate = try #require(document["certificate"] as? [String: Any])
            #expect(certificate["engine"] as? String == engine)
            let masters = (certificate["mip"] as? [String: Any])?["masters"] as? Int
            #expect((masters ?? 0 > 0) == (engine != "enumerate"))
        }
        #expect(seconds.allSatisfy { relativeError($0, seconds[0]) <= 1e-9 })
    }

    @Test(
        "A search without an answer names the engine that was asked for",
        arguments: [
            ["--gpus", "4096", "--flop", "1e25", "--max-tokens", "1e9"],
            ["--model", "llama-3-405b", "--gpus", "8", "--batch", "128", "--time-limit", "1ns"],
        ])
    func unanswered(question: [String]) throws {
        for engine in ["enumerate", "mip", "both"] {
            let outcome = try Self.program.run(
                ["plan", "--engine", engine] + question)
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.output.contains("no plan; searched by \(engine)"), "\(outcome.output)")
        }
    }

    @Test("auto says which engine it chose and why")
    func auto() throws {
        let outcome = try Self.program.run(["plan", "--gpus", "8", "--flop", "1e21", "--format", "json"])
        #expect(outcome.output.contains("\"engine_reason\""))
    }
}
