import Optimization
import ScalingModel

/// What a plan would take if one term were free: the term whose removal shortens it most binds it.
public struct TermRemoval: Hashable, Sendable {
    /// Name of the term, as in the column `binding`.
    public let term: String
    /// Seconds of a step without the term, the plan held fixed.
    public let step: Double
    /// Share of the step that goes, 0...1.
    public let saving: Double

    /// All terms of a plan, the binding one first, the runner-up second.
    /// - Parameter plan: any.
    /// - Returns: one removal for each term of ``CostModel/IdealizedTerms/named``; equal ones in its order.
    public static func ranked(for plan: PricedPlan) -> [TermRemoval] {
        let model = plan.model
        let removals = IdealizedTerms.named.map { term, name in
            let step = StepModel(
                machine: model.machine, shape: model.shape, batchTokens: model.batchTokens,
                settings: model.settings, idealized: term
            ).price(plan.plan).step
            return TermRemoval(term: name, step: step, saving: 1 - step / plan.price.step)
        }
        return removals.enumerated().sorted { left, right in
            left.element.step != right.element.step
                ? left.element.step < right.element.step : left.offset < right.offset
        }.map(\.element)
    }
}
