/// Which way is better.
public enum ObjectiveSense: String, Hashable, Sendable, CaseIterable {
    /// Smaller is better.
    case minimize
    /// Greater is better.
    case maximize

    /// 1 to minimise, -1 to maximise: what turns any objective into one to minimise.
    public var sign: Double { self == .minimize ? 1 : -1 }

    /// Whether `candidate` is a strictly better objective than `reference`.
    /// - Parameters:
    ///   - candidate: an objective.
    ///   - reference: the objective to beat.
    /// - Returns: true if it is better by any amount.
    public func isBetter(_ candidate: Double, than reference: Double) -> Bool {
        sign * candidate < sign * reference
    }
}

/// The direction and the expression to optimise.
public struct LinearObjective: Hashable, Sendable {
    /// Which way is better.
    public let sense: ObjectiveSense
    /// What is optimised, constant included.
    public let expression: LinearExpression
}
