import Optimization

/// The best plan of a question among those that keep some given decisions, everything else chosen anew.
///
/// A plan with one decision changed and the rest held may be far slower than the best plan with that decision:
/// both are worth knowing.
public struct ConditionedBest<Priced: ExplainedPlan>: Sendable {
    /// The decisions that were given, as they are written.
    public let condition: String
    /// The best plan that keeps them; nil where none of those looked at does.
    public let plan: Priced?
    /// Plans looked at, the best of those with the decisions that a search can be held to first.
    public let looked: Int
    /// Whether those are all that there are.
    public let isExhausted: Bool

    /// Plans looked at before the search is given up, each number tried after the one before.
    private static var depths: [Int] { [1, 100, 10_000] }

    /// Searches the plans that the condition allows.
    ///
    /// Some decisions, such as factors by level, are no limit of a search, so the plans found are looked through,
    /// best first, and the first that keeps those too is the best that does.
    /// - Parameters:
    ///   - given: the decisions that are given.
    ///   - question: any.
    ///   - others: plans whose binding term is known.
    ///   - clock: when to end.
    public init<Question: ExplainedQuestion>(
        _ given: Question.Given, for question: Question, others: [Priced] = [],
        clock: SearchClock = .unlimited
    ) where Question.Priced == Priced {
        condition = given.text
        var (found, looked, isExhausted) = (Priced?.none, 0, false)
        if let asked = try? question.held(to: given) {
            for depth in Self.depths where found == nil && !isExhausted && !clock.isOver {
                let plans = asked.plans(depth, until: clock)
                found = plans.first { question.isKept(given, by: $0) }
                looked = plans.count
                isExhausted = plans.count < depth && !clock.isOver
            }
        }
        plan = found.map { question.bound($0, as: others) }
        self.looked = looked
        self.isExhausted = isExhausted
    }
}
