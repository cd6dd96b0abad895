import Foundation
import Quantities

/// What is proved, in words.
extension FleetCertificate: CustomStringConvertible {
    /// One line: solver, how it ended, bound, size.
    public var description: String {
        let proved = bound.map { Readable.significant($0, digits: 6) } ?? "none"
        let seconds = elapsed / .seconds(1)
        return "\(solver): \(completion), bound \(proved), \(columns) columns, \(models) models, "
            + "\(nodes) nodes, \(Readable.text(Seconds(seconds)))"
    }
}

/// How a search ended, in words.
extension FleetCertificate.Completion: CustomStringConvertible {
    /// A few words, such as `gap reached`.
    public var description: String {
        switch self {
        case .optimal: "optimal"
        case .gapReached: "gap reached"
        case .gridExhausted: "best of the grid"
        case .coarseGridExhausted(let slots): "best of a coarser grid of \(slots) slots"
        case .infeasible: "infeasible"
        case .stopped(let termination): "stopped, \(termination)"
        }
    }
}
