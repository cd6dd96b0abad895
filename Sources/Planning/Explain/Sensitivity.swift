import Foundation
import Optimization
import Quantities
import ScalingModel

/// What a number of the question is worth: once with the plan held fixed, once with the best plan for each
/// value.
public struct Sensitivity: Sendable {
    /// The number.
    public let knob: Knob
    /// Elasticity of the plan's time with the plan held fixed; nil for numbers that are not in its price.
    public let held: Elasticity?
    /// What the plan crosses where ``held`` has a kink or a jump; nil elsewhere.
    public let crossing: StepCost.Kind?
    /// The best answer with the number divided and multiplied by the factor.
    public let low: Point
    /// The best answer with the number multiplied.
    public let high: Point

    /// The answer to a changed question.
    public struct Point: Sendable {
        /// Factor applied to the number; 1 where it could not be changed in this direction.
        public let factor: Double
        /// The answer; nil where no plan is feasible.
        public let value: Double?
        /// Whether the best plan has other decisions than the original one.
        public let hasOtherPlan: Bool
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
    var weight: Double {
        if low.value == nil || high.value == nil { return .infinity }
        return max(abs(reoptimised ?? 0), abs(held?.value ?? 0))
    }

    /// Sensitivities of an answer to every number of its question, the strongest first.
    /// - Parameters:
    ///   - question: that was answered.
    ///   - best: its best plan.
    ///   - factor: by which numbers are divided and multiplied for the re-optimised kind; above 1.
    /// - Returns: one for each number; two searches each.
    public static func all(
        of question: PlanningQuestion, best: PricedPlan, factor: Double
    ) -> [Sensitivity] {
        let measure = Measure(of: question)
        let knobs = Knob.all(of: question.machine) + Knob.all(of: question)
        let found = knobs.map { knob in
            let held = knob.elasticity(of: best)
            let isBent = held.map { $0.isAtKink || $0.isAtJump } ?? false
            return Sensitivity(
                knob: knob, held: held, crossing: isBent ? knob.crossing(of: best) : nil,
                low: point(knob, 1 / factor, question, best, measure),
                high: point(knob, factor, question, best, measure))
        }
        return found.enumerated().sorted { left, right in
            left.element.weight != right.element.weight
                ? left.element.weight > right.element.weight : left.offset < right.offset
        }.map(\.element)
    }

    private static func point(
        _ knob: Knob, _ factor: Double, _ question: PlanningQuestion, _ best: PricedPlan, _ measure: Measure
    ) -> Point {
        guard let changed = knob.scaled(by: factor, in: question) else {
            return Point(factor: 1, value: measure.value(of: best), hasOtherPlan: false)
        }
        let plan = changed.question.bestPlan()
        return Point(
            factor: changed.factor, value: plan.map(measure.value),
            hasOtherPlan: plan?.plan != best.plan)
    }
}
