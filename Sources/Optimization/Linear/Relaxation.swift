/// The linear relaxation of a model, solved: integral variables may take fractions.
public struct Relaxation: Hashable, Sendable {
    /// Why the solver stopped.
    public let termination: Termination
    /// Objective of the point found; nil if there is none.
    public let objective: Double?
    /// Values of the point found, in the order of the model; empty if there is none.
    public let values: [Double]
    /// Bound on the objective of every point of the model, deflated by the solver's tolerance; nil if
    /// unproved.
    public let bound: Double?
    /// Objective gained a unit of right side, one a row; empty unless optimal.
    public let rowDuals: [Double]
    /// Objective gained a unit of the variable beyond what its rows pay, one a variable; empty unless
    /// optimal.
    public let reducedCosts: [Double]
    /// Time from the call to its return.
    public let elapsed: Duration

    /// Makes a relaxation's result.
    /// - Parameters:
    ///   - termination: why the solver stopped.
    ///   - objective: objective of the point found.
    ///   - values: values of the point found.
    ///   - bound: what is proved.
    ///   - rowDuals: one a row, or empty.
    ///   - reducedCosts: one a variable, or empty.
    ///   - elapsed: time from the call to its return.
    public init(
        termination: Termination, objective: Double?, values: [Double], bound: Double?, rowDuals: [Double],
        reducedCosts: [Double], elapsed: Duration
    ) {
        self.termination = termination
        self.objective = objective
        self.values = values
        self.bound = bound
        self.rowDuals = rowDuals
        self.reducedCosts = reducedCosts
        self.elapsed = elapsed
    }
}
