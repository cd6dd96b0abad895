import TestSupport
import Testing

@Suite struct FrontierTests {
    static let program = BuiltProgram("meshwright")

    private func rows(_ arguments: [String]) throws -> [[String: String]] {
        let outcome = try Self.program.run(["frontier"] + arguments + ["--format", "csv"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test("GTX 580: linear scaling ends at 1.12e26 FLOP on 16,777,216 GPUs with TP 512, PP 32, DP 1024")
    func oldGamingCards() throws {
        for bandwidth in ["1.25GB/s", "1.5GB/s"] {
            let outcome = try Self.program.run([
                "frontier", "--hardware", "gtx-580", "--set",
                "network.1.bandwidth_bidirectional=\(bandwidth)",
                "--space", "published", "--widths", "published",
            ])
            #expect(outcome.output.contains("end of linear scaling: 1.12e26 FLOP on 16,777,216 GPUs"))
            let end = try rows([
                "--hardware", "gtx-580", "--set", "network.1.bandwidth_bidirectional=\(bandwidth)", "--space",
                "published", "--widths", "published",
            ]).first { $0["gpus"] == "16777216" }
            let row = try #require(end)
            let tensor = try #require(Int(row["tp_model"] ?? "")) * #require(Int(row["tp_ff"] ?? ""))
            #expect(tensor == 512 && row["pp"] == "32" && row["dp"] == "1024")
        }
    }

    @Test("One thread and two give the same bytes")
    func threads() throws {
        let arguments = ["frontier", "--from", "1e24", "--to", "1e27", "--points", "5", "--format", "csv"]
        let one = try Self.program.run(arguments + ["--threads", "1"]).output
        #expect(try Self.program.run(arguments + ["--threads", "2"]).output == one)
    }

    @Test("A grid has a row a cell; a cell without a plan has its reason")
    func grid() throws {
        let cells = try rows(["--gpus", "8:64", "--from", "1e21", "--to", "1e27", "--points", "3"])
        #expect(cells.count == 12)
        #expect(cells.map { $0["gpus_given"] ?? "" }.prefix(4) == ["8", "16", "32", "64"])
        #expect(cells.allSatisfy { ($0["utilization"] != "") == ($0["reason"] == "") })
        #expect(cells.contains { $0["reason"] != "" } && cells.contains { $0["reason"] == "" })
    }
}
