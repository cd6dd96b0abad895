import Optimization

/// The change of one decision of a plan that helps most.
public struct SingleChange<Priced: ExplainedPlan>: Sendable {
    /// The plan after the change, with what must follow from it; nil where no change that was tried is quicker.
    public let plan: Priced?
    /// Plans that were priced.
    public let tried: Int

    /// Takes its parts.
    public init(plan: Priced?, tried: Int) {
        self.plan = plan
        self.tried = tried
    }
}
