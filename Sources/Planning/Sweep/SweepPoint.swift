import Optimization

/// One answered point of a sweep.
public struct SweepPoint<Question: SweepQuestion>: Sendable {
    /// The question.
    public let cell: SweepCell
    /// The plan, or nil where there is none.
    public let plan: Question.Priced?
    /// Why there is no plan; empty where there is one.
    public let reason: String
    /// What was proved.
    ///
    /// Its counts depend on where the search started.
    public let certificate: Certificate
    /// What it cost; nil where that was not measured.
    public let effort: SearchEffort?
    /// The best plan where the time of a grid filtered it out.
    public let tooLate: Question.Priced?
    /// Whether the time limit left time to begin it.
    public let isReached: Bool

    /// Makes a point.
    /// - Parameters:
    ///   - cell: the question.
    ///   - plan: the plan, or nil where there is none.
    ///   - reason: why there is no plan.
    ///   - certificate: what was proved.
    ///   - effort: what it cost.
    ///   - tooLate: the best plan where time filtered it out.
    ///   - isReached: whether it was begun.
    public init(
        cell: SweepCell, plan: Question.Priced?, reason: String, certificate: Certificate,
        effort: SearchEffort? = nil, tooLate: Question.Priced? = nil, isReached: Bool = true
    ) {
        self.cell = cell
        self.plan = plan
        self.reason = reason
        self.certificate = certificate
        self.effort = effort
        self.tooLate = tooLate
        self.isReached = isReached
    }

    func with(effort: SearchEffort) -> Self {
        Self(
            cell: cell, plan: plan, reason: reason, certificate: certificate, effort: effort, tooLate: tooLate
        )
    }
}
