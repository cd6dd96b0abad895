import Files
import Foundation
import TestSupport

@testable import Evidence

/// The published tables and small ones made for a test.
enum EvidenceFixtures {
    static func table(_ name: String) throws -> StepTable {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name).csv")
        let text = try String(contentsOf: file, encoding: .utf8)
        return try StepTable(CSVTable(text: text, place: name), place: name)
    }

    static func published() throws -> EvidenceTables {
        EvidenceTables(
            steps: try table("measured-steps"), failed: try table("out-of-memory"),
            memory: try table("memory"))
    }

    /// A table from rows of `column=value` words.
    static func table(rows: [String]) throws -> StepTable {
        let cells = rows.map { row in
            Dictionary(
                row.split(separator: " ").map { word in
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return (parts[0], parts.count > 1 ? parts[1] : "")
                }, uniquingKeysWith: { _, last in last })
        }
        let header = ["id", "group", "step_seconds"] + StepRow.inputs + ["quantity", "value", "unit"]
        let lines =
            [header.joined(separator: ",")]
            + cells.map { row in header.map { row[$0] ?? "" }.joined(separator: ",") }
        return try StepTable(CSVTable(text: lines.joined(separator: "\n"), place: "test"), place: "test")
    }

    /// A row of Llama 3 8B on eight A100s that states nothing but what is needed.
    static let plain =
        "model=Llama layers=32 d_model=4096 d_ff=14336 heads=32 kv_heads=8 vocab=128256 seq_len=4096 "
        + "gpu=a100-sxm-80gb gpus=8 global_batch=64 step_seconds=10"

    static func inputs(_ row: String) throws -> StepInputs {
        let table = try table(rows: [row])
        return try RowInference(machines: MachineTable(for: [table])).inputs(table.rows[0])
    }

    static func problem(_ row: String) throws -> String? {
        do {
            _ = try inputs(row)
            return nil
        } catch let error as RowError { return error.description }
    }
}
