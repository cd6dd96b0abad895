/// Whether a plan may answer a question, and if not, everything that stands against it.
public struct PlanVerdict<Priced: ExplainedPlan>: Sendable {
    /// What was asked about: as it was written, or where it was read.
    public let name: String
    /// The plan with its price; nil where it does not divide what it must.
    public let plan: Priced?
    /// What stands against it, one line each; empty for a legal plan.
    public let violations: [String]
    /// What differs from the question, and what was not checked.
    public let remarks: [String]
    /// The change of one decision that helps it most; nil where that was not looked for.
    public internal(set) var change: SingleChange<Priced>?

    /// Takes its parts.
    public init(name: String, plan: Priced?, violations: [String], remarks: [String] = []) {
        self.name = name
        self.plan = plan
        self.violations = violations
        self.remarks = remarks
    }
}
