import Foundation
import TestSupport
import Testing
@testable import Planning

/// Shard groups and offload on the command line.
@Suite struct ShardingOptionTests {
    static let program = BuiltProgram("meshwright")
    private static let question = [
        "plan", "--model", "llama-3-8b", "--gpus", "32", "--batch", "256", "--hardware", "h100-sxm-80gb",
        "--software", "any",
    ]

    private func degrees(_ words: [String]) throws -> [String: Any] {
        let outcome = try Self.program.run(Self.question + words + ["--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let answer = try #require(document["answer"] as? [String: Any])
        return try #require(answer["degrees"] as? [String: Any])
    }

    @Test("Fixed groups and offload are what the answer has")
    func fixed() throws {
        let grouped = try degrees(["--fix", "zero=3", "--fix", "shard-group=4", "--fix", "data=16"])
        #expect(grouped["shard_group"] as? Int == 4)
        #expect(try degrees(["--fix", "zero=3", "--fix", "shard-group=all"])["shard_group"] is NSNull)
        #expect(try degrees([])["offload"] as? String == "none")
        let offloaded = try degrees(["--fix", "zero=1", "--fix", "offload=optimizer+activations"])
        #expect(offloaded["offload"] as? String == "optimizer+activations")
    }

    @Test("A table of plans may have both as columns; what they cannot be is an error of the row")
    func columns() throws {
        let table = """
            model,layers,d_model,d_ff,heads,vocab,seq_len,gpu,gpus,global_batch,zero,shard_group,offload
            LLAMA 7B,32,4096,11008,32,32000,4096,h100-sxm-80gb,64,512,3,,
            LLAMA 7B,32,4096,11008,32,32000,4096,h100-sxm-80gb,64,512,3,64,none
            LLAMA 7B,32,4096,11008,32,32000,4096,h100-sxm-80gb,64,512,3,8,weights
            LLAMA 7B,32,4096,11008,32,32000,4096,h100-sxm-80gb,64,512,3,7,
            LLAMA 7B,32,4096,11008,32,32000,4096,h100-sxm-80gb,64,512,3,,disk
            """
        let outcome = try Self.program.run(
            ["evaluate", "-", "--model", "transformer", "--format", "json"], input: table)
        #expect(outcome.status == 2)
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
        let seconds = rows.map { $0["predicted_step_seconds"] as? Double }
        // All ranks in one group are no group.
        #expect(seconds[0] != nil && seconds[0] == seconds[1])
        #expect(try #require(rows[2]["offload_seconds"] as? Double) >= 0)
        #expect(rows[2]["weights_bytes"] as? Double == 0)
        #expect((rows[3]["error"] as? String)?.contains("shard_group 7") == true)
        #expect((rows[4]["error"] as? String)?.contains("offload is 'disk'") == true)
    }

    @Test(
        "Values that are not known are one line on stderr",
        arguments: ["shard-group=some", "shard-group=0", "offload=disk", "offload=optimizer+"])
    func badValues(_ text: String) throws {
        let outcome = try Self.program.run(Self.question + ["--fix", text])
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
}
