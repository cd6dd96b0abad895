/// Why a solver stopped; says nothing of what it has found by then.
public enum Termination: Hashable, Sendable {
    /// The search is complete: the solution is optimal within the solver's tolerance.
    case optimal
    /// The gap asked for is reached.
    case gapReached
    /// The time limit ran out.
    case timeLimit
    /// The token or the surrounding task was cancelled.
    case cancelled
    /// No point satisfies the model.
    case infeasible
    /// The objective can be improved without end.
    case unbounded
    /// The linear relaxation has no finite optimum, and time ran out before it was known which of the two.
    case infeasibleOrUnbounded
    /// No point satisfies the model with an objective as good as `SolveOptions.cutoff`.
    ///
    /// The model may or may not have worse points.
    case cutoffProvedNothingBetter
    /// The solver gave up for numerical reasons; the text is its own.
    case numericalTrouble(String)

    /// Whether the search was completed, so that more time would not change the answer.
    public var isConclusive: Bool {
        switch self {
        case .optimal, .infeasible, .unbounded, .cutoffProvedNothingBetter: true
        case .gapReached, .timeLimit, .cancelled, .infeasibleOrUnbounded, .numericalTrouble: false
        }
    }
}

/// Words for reports.
extension Termination: CustomStringConvertible {
    /// A few words, such as `time limit`.
    public var description: String {
        switch self {
        case .optimal: "optimal"
        case .gapReached: "gap reached"
        case .timeLimit: "time limit"
        case .cancelled: "cancelled"
        case .infeasible: "infeasible"
        case .unbounded: "unbounded"
        case .infeasibleOrUnbounded: "infeasible or unbounded"
        case .cutoffProvedNothingBetter: "nothing as good as the cutoff"
        case .numericalTrouble(let words): "numerical trouble: \(words)"
        }
    }
}
