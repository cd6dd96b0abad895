import Foundation
import TestSupport
import Testing

@Suite struct PlanTests {
    static let program = BuiltProgram("meshwright")

    private func json(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(arguments + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    @Test("JSON carries version, inputs with their digest, answer, breakdown and certificate")
    func members() throws {
        let document = try json(["plan", "--gpus", "1000", "--flop", "1e25", "--top", "3"])
        let answer = try #require(document["answer"] as? [String: Any])
        for name in [
            "step_seconds", "total_seconds", "utilization", "gpus", "flop", "tokens", "shape", "degrees",
            "placement", "breakdown", "memory",
        ] { #expect(answer[name] != nil, "\(name)") }
        let certificate = try #require(document["certificate"] as? [String: Any])
        for name in ["engine", "optimal", "lower_bound_seconds", "gap", "space_size", "evaluated", "pruned"] {
            #expect(certificate[name] != nil, "\(name)")
        }
        let pruned = try #require(certificate["pruned"] as? [String: Int])
        let evaluated = try #require(certificate["evaluated"] as? Int)
        #expect(certificate["space_size"] as? Int == evaluated + pruned.values.reduce(0, +))
        #expect((document["alternatives"] as? [Any])?.count == 2)
        #expect((document["inputs_hash"] as? String)?.hasPrefix("fnv1a64:") == true)
    }

    @Test("The three questions agree: what one answers, the others confirm")
    func threeDirections() throws {
        let fast = try #require(
            try json(["plan", "--gpus", "4096", "--flop", "1e25"])["answer"] as? [String: Any])
        let seconds = try #require(fast["total_seconds"] as? Double)
        let months = seconds * (1 + 1e-9) * 12 / 3.154e7
        let few = try #require(
            try json(["plan", "--flop", "1e25", "--months", "\(months)"])["answer"] as? [String: Any])
        #expect(try #require(few["gpus"] as? Int) <= 4096)
        let large = try #require(
            try json(["plan", "--gpus", "4096", "--months", "\(months)"])["answer"] as? [String: Any])
        #expect(try #require(large["flop"] as? Double) >= 1e25)
    }

    @Test("The same question gives the same bytes")
    func reproducible() throws {
        let arguments = ["plan", "--flop", "1e26", "--months", "3", "--sparse", "--format", "json"]
        #expect(try Self.program.run(arguments).output == Self.program.run(arguments).output)
    }

    @Test("An awkward number of GPUs gets its plan, with the idle ones said")
    func primeCluster() throws {
        let answer = try #require(
            try json(["plan", "--gpus", "1021", "--flop", "1e24"])["answer"] as? [String: Any])
        #expect(answer["gpus_given"] as? Int == 1021)
        let used = try #require(answer["gpus"] as? Int)
        #expect(used <= 1021 && used > 900)
        #expect(answer["gpus_idle"] as? Int == 1021 - used)
    }
}
