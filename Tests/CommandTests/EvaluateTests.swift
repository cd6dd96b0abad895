import Foundation
import TestSupport
import Testing

@Suite struct EvaluateTests {
    static let program = BuiltProgram("meshwright")
    static let outputs = [
        "total_seconds", "utilization", "tp_comm_seconds", "dp_comm_seconds", "pp_ep_comm_seconds",
        "latency_seconds", "memory_bytes",
    ]

    @Test(
        "The golden steps through the command line: every column to 1e-9, inputs passed on, outputs renamed")
    func golden() throws {
        let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Fixtures").standardized
        let table = try String(contentsOf: folder.appendingPathComponent("golden-step.csv"), encoding: .utf8)
        let outcome = try Self.program.run(["evaluate", "-"], input: table)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = lines[0]
        #expect(lines.count == 1201)
        for line in lines.dropFirst() {
            let row = Dictionary(uniqueKeysWithValues: zip(header, line))
            for column in Self.outputs {
                let priced = try #require(Double(row[column] ?? ""))
                let given = try #require(Double(row["given_\(column)"] ?? ""))
                #expect(relativeError(priced, given) <= 1e-9, "\(column) \(row)")
            }
        }
    }

    @Test("Columns of a layout are read under both of their names, in both models")
    func names() throws {
        func priced(
            _ header: String, _ row: String, _ model: [String]
        ) throws -> (String?, BuiltProgram.Outcome) {
            let outcome = try Self.program.run(["evaluate", "-"] + model, input: header + "\n" + row + "\n")
            let cells = outcome.output.split(separator: "\n").last?
                .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let inputs = header.split(separator: ",").count
            return (cells.flatMap { $0.count > inputs ? $0[inputs] : nil }, outcome)
        }
        let plan = "gpu,d_model,d_ff,layers,batch_sequences,microbatches,"
        let planRow = "h100-sxm,1024,4096,8,64,8,1/2,1/1,8/1,1/2,1/1,2"
        let one = try priced(
            plan + "dp_by_level,tp_model_by_level,tp_ff_by_level,pp_by_level,ep_by_level,interleave", planRow,
            [])
        let other = try priced(
            plan + "data_by_level,tensor_model_by_level,tensor-ff-by-level,pipeline_by_level,"
                + "expert_by_level,chunks", planRow, [])
        #expect(one.1.status == 0 && one.0 == other.0, "\(other.1.errors)")
        let layout = "model,layers,d_model,d_ff,heads,kv_heads,vocab,seq_len,gpu,gpus,global_batch,"
        let row = "LLAMA,32,4096,14336,32,8,128256,8192,h100-sxm-80gb,64,64,2,2,4,2,4,1"
        let transformer = ["--model", "transformer"]
        let short = try priced(layout + "tp,cp,pp,interleave,dp,microbatch", row, transformer)
        let long = try priced(
            layout + "tensor,context,pipeline,chunks,data,microbatch", row, transformer)
        #expect(short.1.status == 0 && short.0 == long.0, "\(short.1.output) \(long.1.output)")
        #expect(long.1.errors.isEmpty)
        let twice = try priced(layout + "tp,tensor,pp,interleave,dp,microbatch", row, transformer)
        #expect(twice.1.status == 2 && twice.1.errors.contains("'tp' and 'tensor' are both 'tp'"))
    }

    @Test("A bad row has its reason and the others go on; status 2")
    func badRows() throws {
        let header =
            "gpu,d_model,d_ff,layers,batch_sequences,microbatches,dp_by_level,tp_model_by_level,tp_ff_by_level,"
            + "pp_by_level,ep_by_level"
        let rows = [
            "h100-sxm,1024,4096,8,64,8,1/1,1/1,8/1,1/1,1/1", "h100-sxm,1024,4096,8,64,8,1/1,3/1,1/1,1/1,1/1",
            "h100-sxm,1024,4096,8,64,8,1/1,1/1,16/1,1/1,1/1", "q9,1024,4096,8,64,8,1/1,1/1,8/1,1/1,1/1",
            "h100-sxm,1024,4096,8,64,8,1,1/1,8/1,1/1,1/1", "h100-sxm,1024,-1,8,64,8,1/1,1/1,8/1,1/1,1/1",
            "h100-sxm,1024", "h100-sxm,1024,4096,8,64,8,1/1,1/1,4/2,1/1,1/1",
        ]
        let outcome = try Self.program.run(
            ["evaluate", "-"], input: ([header] + rows).joined(separator: "\n") + "\n")
        #expect(outcome.status == 2)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 9)
        #expect(lines[1].hasSuffix(","))
        #expect(lines[2].contains("tp_model 3 does not divide d_model 1024"))
        #expect(lines[3].contains("more than the 8 that a domain of size 8 holds"))
        #expect(lines[4].contains("neither a file nor a catalogue name"))
        #expect(lines[5].contains("dp_by_level has 1 factors; h100-sxm has 2 network levels"))
        #expect(lines[6].contains("d_ff"))
        #expect(lines[7].contains("d_ff is empty"))
        #expect(lines[8].hasSuffix(","))
    }
}
