import Foundation
import Quantities

/// What is proved, in words.
extension PartitionCertificate: CustomStringConvertible {
    /// One line: engine, why it stopped, bound, size.
    public var description: String {
        let name =
            switch engine {
            case .dynamicProgramming: "dynamic programming"
            case .mixedInteger(let solver): solver
            }
        let seconds = elapsed / .seconds(1)
        return "\(name): \(termination), bound \(Readable.text(bound, digits: 7)), \(columns) columns, "
            + "\(nodes) nodes, \(Readable.text(Seconds(seconds)))"
    }
}
