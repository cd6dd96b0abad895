import Foundation
import Quantities

/// The schedule as text.
extension FleetSchedule {
    /// A table with a line a run, the use of the fleet, and the three objectives.
    /// - Parameters:
    ///   - capacities: the fleet.
    ///   - unit: what its machines call an accelerator.
    /// - Returns: lines without a trailing line break.
    public func table(capacities: [MachineCapacity], unit: String = "GPU") -> String {
        var rows = [
            ["run", "machine", "\(unit)s", "start", "end", "deadline", "money", "utilization", "plan"]
        ]
        for run in runs {
            rows.append([
                run.name, run.entry.machine, "\(run.entry.gpus)", Self.time(run.start), Self.time(run.end),
                run.deadline.value.isFinite ? Self.time(run.deadline) : "none",
                Readable.text(run.entry.money), Readable.percent(run.entry.utilization), run.entry.label,
            ])
        }
        let uses = usage(of: capacities).map { interval in
            "\(interval.machine) from \(Self.time(interval.from)) to \(Self.time(interval.to)): "
                + "\(interval.used) of \(interval.capacity) \(unit)s"
        }
        let summary =
            "makespan \(Self.time(makespan)), money \(Readable.text(money)), "
            + "weighted utilization \(Readable.percent(weightedUtilization))"
        return (Self.aligned(rows) + uses + [summary]).joined(separator: "\n")
    }

    private static func time(_ time: Seconds) -> String { time == .zero ? "0" : Readable.time(time) }

    private static func aligned(_ rows: [[String]]) -> [String] {
        guard let header = rows.first else { return [] }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell.padding(toLength: width, withPad: " ", startingAt: 0)
            }
            return cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
    }
}
