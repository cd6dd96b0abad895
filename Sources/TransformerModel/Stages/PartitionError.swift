public import Optimization

/// Why a problem cannot be worked on; one that has no solution is a result, not an error.
public enum PartitionError: Error, Hashable, Sendable {
    /// A number or a list of the problem is not acceptable.
    case invalidProblem(what: String, value: String, accepted: String)
    /// Stages are coupled and no solver for that was given.
    case needsSolver
    /// The dynamic programme was asked for stages that are coupled.
    case coupledStages
    /// The solver failed.
    case solver(SolverError)
}

/// Words: what is wrong and what would be accepted.
extension PartitionError: CustomStringConvertible {
    /// One sentence a person can act on.
    public var description: String {
        switch self {
        case .invalidProblem(let what, let value, let accepted):
            "\(what) is \(value); accepted: \(accepted)"
        case .needsSolver:
            "a budget or a pool of machines couples the stages; accepted: a mixed-integer solver beside it"
        case .coupledStages:
            "a budget or a pool of machines couples the stages, which dynamic programming cannot see; "
                + "accepted: a problem with neither"
        case .solver(let error):
            "the partition could not be solved: \(error)"
        }
    }
}
