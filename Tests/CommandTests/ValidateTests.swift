import Foundation
import TestSupport
import Testing

@Suite struct ValidateTests {
    static let program = BuiltProgram("meshwright")
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures").path

    static func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    static let header =
        "id,group,model,layers,d_model,d_ff,heads,kv_heads,vocab,seq_len,gpu,gpus,tp,global_batch,step_seconds"

    @Test("JSON has overall, groups, rows, sweeps and memory with the promised members")
    func members() throws {
        let outcome = try Self.program.run([
            "validate", "--measured", "\(Self.fixtures)/measured-steps.csv", "--out-of-memory",
            "\(Self.fixtures)/out-of-memory.csv", "--memory", "\(Self.fixtures)/memory.csv", "--format",
            "json",
        ])
        // One row states 64 expert ranks on 32 GPUs a stage, one 32 stages of 30 layers.
        #expect(outcome.status == 2)
        let answer = try Self.json(outcome.output)
        let overall = try #require(answer["overall"] as? [String: Any])
        let wanted = [
            "rows", "median_abs_error", "mean_abs_error", "p90_abs_error", "bias", "rank_correlation",
            "selection_regret",
        ]
        for name in wanted { #expect(overall[name] is NSNumber, "\(name)") }
        let groups = try #require(answer["groups"] as? [String: [String: Any]])
        #expect(groups.count == 15)
        for group in groups.values { for name in wanted { #expect(group[name] != nil, "\(name)") } }
        let rows = try #require(answer["rows"] as? [[String: Any]])
        for name in ["id", "measured_seconds", "predicted_seconds", "memory_bytes", "fits"] {
            #expect(rows.allSatisfy { $0[name] != nil }, "\(name)")
        }
        let memory = try #require(answer["memory"] as? [String: Any])
        #expect((memory["ran_predicted_to_fit"] as? Double ?? 0) > 0.97)
        #expect((memory["failed_predicted_not_to_fit"] as? Double ?? 0) > 0.9)
        #expect((answer["sweeps"] as? [[String: Any]])?.count == 51)
        #expect((answer["failures"] as? [[String: Any]])?.count == 2)
    }

    @Test("CSV has a line for each distinct set of inputs")
    func csv() throws {
        let outcome = try Self.program.run([
            "validate", "--measured", "\(Self.fixtures)/measured-steps.csv", "--format", "csv",
        ])
        #expect(outcome.output.split(separator: "\n").count == 2129)
    }

    @Test("A small table without errors ends with status 0; a bad row is named and the rest goes on")
    func small() throws {
        let good = "a,G,Llama,32,4096,14336,32,8,128256,4096,a100-sxm-80gb,8,8,64,10"
        let table = Self.header + "\n" + good + "\n"
        let fine = try Self.program.run(["validate", "--measured", "-"], input: table)
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("G a100-sxm-80gb"))
        let mixed = try Self.program.run(
            ["validate", "--measured", "-"],
            input: table + "b,G,Llama,32,4096,14336,32,8,,4096,q9,8,8,64,10\n")
        #expect(mixed.status == 2)
        #expect(mixed.output.contains("b: gpu") && mixed.output.contains("neither a file nor"))
    }

    @Test(
        "Bad input ends with status 2 and one line",
        arguments: [
            ["validate"], ["validate", "--measured", "nowhere.csv"],
            ["validate", "--measured", "-"], ["validate", "--measured", "-", "--format", "xml"],
            ["calibrate", "--measured", "-"], ["calibrate", "--measured", "-", "--hardware", "b200"],
            ["calibrate", "--measured", "-", "--all", "--hardware", "b200"],
            ["evaluate", "-", "--model", "transformer"], ["evaluate", "-", "--model", "quantum"],
            ["evaluate", "-", "--model", "transformer", "--attention-flop", "half"],
        ])
    func badInput(_ words: [String]) throws {
        let outcome = try Self.program.run(words, input: "a,b\n1,2\n")
        #expect(outcome.status == 2, "\(words)")
        #expect(outcome.errors.hasPrefix("meshwright: "), "\(outcome.errors)")
    }

    @Test("Calibrating writes a hardware file that validate takes and that fits better")
    func calibrate() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("mine.yaml")
        let measured = "\(Self.fixtures)/measured-steps.csv"
        let outcome = try Self.program.run([
            "calibrate", "--measured", measured, "--hardware", "h200-sxm", "--output", file, "--format",
            "json",
        ])
        let numbers = try #require(try Self.json(outcome.output)["numbers"] as? [[String: Any]])
        #expect(numbers.count == 8)
        let check = try Self.program.run(["hardware", "check", file])
        #expect(check.status == 0, "\(check.errors)")
        func error(_ words: [String]) throws -> Double {
            let outcome = try Self.program.run(
                ["validate", "--measured", measured, "--format", "json"] + words)
            let machines = try #require(try Self.json(outcome.output)["machines"] as? [String: [String: Any]])
            return try #require(machines["TITAN h200-sxm"]?["mean_abs_error"] as? Double)
        }
        #expect(try error(["--hardware-file", file]) < error([]))
    }

    @Test("evaluate --model transformer passes inputs on, names what it assumed, and its parts add up")
    func evaluate() throws {
        let table =
            Self.header + ",mfu\nx,G,Llama,32,4096,14336,32,8,128256,4096,a100-sxm-80gb,8,8,64,10,0.5\n"
            + "y,G,Llama,32,4096,14336,32,8,128256,4096,a100-sxm-80gb,8,3,64,10,0.5\nz,G\n"
        let outcome = try Self.program.run(
            ["evaluate", "-", "--model", "transformer", "--format", "json"], input: table)
        #expect(outcome.status == 2)
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        try #require(rows.count == 3)
        let first = rows[0]
        #expect(first["given_mfu"] as? Double == 0.5)
        let total = try #require(first["predicted_step_seconds"] as? Double)
        let parts = first.filter { $0.key.hasSuffix("_seconds") && $0.value is NSNumber }
            .filter { !["predicted_step_seconds", "step_seconds"].contains($0.key) }
        #expect(relativeError(parts.values.compactMap { $0 as? Double }.reduce(0, +), total) < 1e-12)
        // 6·parameters·tokens + 12·L·d·s·tokens over time and 8 · 312 TFLOP/s.
        let mfu = try #require(first["mfu"] as? Double)
        let tokens = 64.0 * 4096
        let flop = 6 * (8.03e9 - 128_256 * 4096) * tokens + 12 * 32 * 4096 * 4096 * tokens
        #expect(relativeError(mfu, flop / (total * 8 * 312e12)) < 0.01)
        #expect((first["assumed"] as? String)?.contains("zero=1") == true)
        #expect((rows[1]["error"] as? String)?.contains("not a multiple") == true)
        #expect((rows[2]["error"] as? String)?.contains("missing") == true)
        let causal = try Self.program.run(
            ["evaluate", "-", "--model", "transformer", "--attention-flop", "causal", "--format", "json"],
            input: table)
        let other = try #require(
            try JSONSerialization.jsonObject(with: Data(causal.output.utf8)) as? [[String: Any]])
        #expect(try #require(other[0]["mfu"] as? Double) < mfu)
    }
}
