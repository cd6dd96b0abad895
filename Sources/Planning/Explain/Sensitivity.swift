import Foundation

/// What a number of the question is worth: once with the plan held fixed, once with the best plan for each
/// value.
public struct Sensitivity<Priced: ExplainedPlan>: Sendable {
    /// The number.
    public let knob: Knob
    /// Elasticity of the plan's time with the plan held fixed; nil for numbers that are not in its price.
    public let held: Elasticity?
    /// What the plan crosses where ``held`` has a kink or a jump; nil elsewhere.
    public let crossing: PlanCost?
    /// The best answer with the number divided by the factor.
    public let low: Point
    /// The best answer with the number multiplied by the factor.
    public let high: Point

    /// The answer to a changed question.
    public struct Point: Sendable {
        /// Factor applied to the number; 1 where it could not be changed in this direction.
        public let factor: Double
        /// The answer; nil where no plan is feasible, or none was found in time.
        public let value: Double?
        /// Whether the best plan has other decisions than the original one.
        public let hasOtherPlan: Bool
        /// Whether the search came to its end; if not, the value is the best that was found in time.
        public let isProved: Bool
    }

    /// Elasticity of the answer, the plan chosen anew for each value: the slope of the chord between ``low``
    /// and ``high`` in logarithms; nil where one of them has no plan.
    public var reoptimised: Double? {
        guard let first = low.value, let last = high.value, first > 0, high.factor > low.factor else {
            return nil
        }
        return log(last / first) / log(high.factor / low.factor)
    }

    /// How much the number matters, for ranking.
    private var weight: Double {
        if low.value == nil || high.value == nil { return .infinity }
        return max(abs(reoptimised ?? 0), abs(held?.value ?? 0))
    }

    /// Sensitivities of an answer to numbers of its question, the strongest first.
    static func all<Question: ExplainedQuestion>(
        _ numbers: [Knob], of question: Question, best: Priced, factor: Double,
        answers: ChangedAnswers<Question>
    ) -> [Sensitivity] where Question.Priced == Priced {
        let measure = question.measure
        func point(_ number: Knob, _ factor: Double) -> Point {
            guard let found = answers[Change([number], by: factor)] else {
                return Point(
                    factor: 1, value: measure.value(of: best), hasOtherPlan: false, isProved: true)
            }
            let plan = found.again.plan
            return Point(
                factor: found.factor, value: plan.map { measure.value(of: $0) },
                hasOtherPlan: plan?.identity != best.identity, isProved: found.again.isProved)
        }
        let found = numbers.map { number in
            let held = number.elasticity(of: best)
            let isBent = held.map { $0.isAtKink || $0.isAtJump } ?? false
            return Sensitivity(
                knob: number, held: held, crossing: isBent ? number.crossing(of: best) : nil,
                low: point(number, 1 / factor), high: point(number, factor))
        }
        return found.enumerated().sorted { left, right in
            left.element.weight != right.element.weight
                ? left.element.weight > right.element.weight : left.offset < right.offset
        }.map(\.element)
    }
}
