import Foundation
import Quantities

/// What is missing, in words.
extension PartitionShortfall: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        if let memoryFactor {
            return "no partition fits: every stage needs \(Readable.significant(memoryFactor, digits: 4)) "
                + "times its memory, with the leanest treatments"
        }
        if let budgetLimit {
            return "no partition keeps the budget: the least that any needs is "
                + "\(Readable.significant(budgetLimit, digits: 4))"
        }
        return "no partition fits the machines and the budget"
    }
}
