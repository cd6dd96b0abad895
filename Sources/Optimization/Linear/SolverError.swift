/// Why there is no result at all; an infeasible model is a result, not an error.
public enum SolverError: Error, Hashable, Sendable {
    /// The model was refused before the solver saw it.
    case invalidModel(ModelError)
    /// An option was refused before the solver started.
    case invalidOption(name: String, value: String, accepted: String)
    /// The solver hit a fatal error, which was contained; the text is its own.
    ///
    /// Later solves are not affected. The same model with `SolveOptions.presolve` off often passes.
    case fatal(String)
    /// The solver's answer does not satisfy the model, and mending it failed too.
    case answerFailsCheck([Violation])
    /// A solve was begun inside another one of the same thread, for instance in a progress handler.
    case nestedSolve
    /// There is not enough memory for the model.
    case outOfMemory
}

/// Words: what, and what would be accepted.
extension SolverError: CustomStringConvertible {
    /// One sentence a person can act on.
    public var description: String {
        switch self {
        case .invalidModel(let error):
            "the model cannot be solved: \(error)"
        case .invalidOption(let name, let value, let accepted):
            "the option \(name) is \(value); accepted: \(accepted)"
        case .fatal(let words):
            "the solver failed: \(words)"
        case .answerFailsCheck(let violations):
            "the solver's answer breaks \(violations.count) conditions of the model, "
                + "first \(violations.first.map { "\($0)" } ?? "none"); better scaled units may help"
        case .nestedSolve:
            "a solve was begun inside another one of the same thread; accepted: one after the other"
        case .outOfMemory:
            "there is not enough memory for the model"
        }
    }
}
