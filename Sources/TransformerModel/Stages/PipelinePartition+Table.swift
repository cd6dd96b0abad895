import Foundation
import Quantities

/// The partition as text, stage by stage.
extension PipelinePartition {
    /// A table with a line a stage and a summary below.
    ///
    /// The slowest stage is marked with an asterisk.
    public var table: String {
        var rows = [
            ["stage", "machine", "layers", "forward", "backward", "extra", "memory", "free", "holds"]
        ]
        for (index, stage) in stages.enumerated() {
            rows.append([
                "\(index)\(index == slowestStage ? "*" : "")", stage.machine.name,
                "\(stage.layers.lowerBound)-\(stage.layers.upperBound - 1)",
                Readable.text(stage.time.forward), Readable.text(stage.time.backward),
                Readable.text(stage.extra), Readable.text(stage.resident), Readable.text(stage.slack),
                stage.treated.map { "\($0.count) \($0.kind): \($0.treatment)" }.joined(separator: ", "),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).enumerated().map { place, cell in
                place == row.count - 1
                    ? cell.0
                    : cell.0.padding(
                        toLength: cell.1, withPad: " ", startingAt: 0)
            }.joined(separator: "  ")
        }
        let summary =
            "step \(Readable.text(stepTime, digits: 4)) by formula, "
            + (simulatedStepTime.map { "\(Readable.text($0, digits: 4)) simulated, " } ?? "")
            + "stages busy \(Readable.percent(busyShare))"
        return (lines + [summary]).joined(separator: "\n")
    }
}
