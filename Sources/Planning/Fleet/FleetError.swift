public import Optimization

/// Why a fleet cannot be worked on; one that has no schedule is a result, not an error.
public enum FleetError: Error, Hashable, Sendable {
    /// A number or a name of the problem is not acceptable.
    case invalidProblem(what: String, value: String, accepted: String)
    /// The solver failed.
    case solver(SolverError)
}

/// Words: what is wrong and what would be accepted.
extension FleetError: CustomStringConvertible {
    /// One sentence a person can act on.
    public var description: String {
        switch self {
        case .invalidProblem(let what, let value, let accepted):
            "\(what) is \(value); accepted: \(accepted)"
        case .solver(let error):
            "the fleet could not be solved: \(error)"
        }
    }
}
