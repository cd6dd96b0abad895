import Foundation
import Quantities

/// What is missing, in words.
extension FleetShortfall: CustomStringConvertible {
    /// A line a run that is hopeless, then the changes.
    public var description: String { text(unit: "GPU") }

    /// A line a run that is hopeless, then the changes.
    /// - Parameter unit: what the fleet's machines call an accelerator.
    /// - Returns: lines without a trailing line break.
    public func text(unit: String) -> String {
        var lines = hopeless.map { run in
            guard let earliest = run.earliestEnd else {
                return "\(run.name) has no entry that fits the fleet"
            }
            let deadline = run.deadline.value.isFinite ? Readable.time(run.deadline) : "the horizon"
            return "\(run.name) cannot end by \(deadline): alone it needs \(Readable.time(earliest))"
        }
        if let laterDeadlines {
            let moves = laterDeadlines.map {
                "\($0.name) from \(Readable.time($0.deadline)) to \(Readable.time($0.needed))"
            }
            lines.append("with later deadlines: " + moves.joined(separator: ", "))
        } else {
            lines.append("no delay is known to help")
        }
        if let moreGPUs {
            let added = moreGPUs.map { "\(Readable.count($0.gpus)) of \($0.machine)" }
            lines.append("with more \(unit)s: " + added.joined(separator: ", "))
        } else {
            lines.append("no number of \(unit)s is known to help")
        }
        if !isLeast { lines.append("smaller changes may do") }
        return lines.joined(separator: "\n")
    }
}
