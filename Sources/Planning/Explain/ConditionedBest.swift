import Optimization
import ScalingModel
import Training

/// The best plan of a question among those that keep some given decisions, everything else chosen anew.
///
/// A plan with one decision changed and the rest held may be far slower than the best plan with that decision:
/// both are worth knowing.
public struct ConditionedBest: Sendable {
    /// The decisions that were given, as `key=value` with commas.
    public let condition: String
    /// The best plan that keeps them; nil where none of those looked at does.
    public let plan: PricedPlan?
    /// Plans looked at, the best of those with the degrees that were given first.
    public let looked: Int
    /// Whether those are all that there are.
    public let isExhausted: Bool

    /// Plans looked at before the search is given up, each number tried after the one before.
    static let depths = [1, 100, 10_000]

    /// Searches the plans that the condition allows.
    ///
    /// Factors by level are no limit of a search, so the plans found are looked through, best first, and the
    /// first that keeps those too is the best that does.
    /// - Parameters:
    ///   - partial: the decisions that are given.
    ///   - question: any.
    ///   - others: plans whose binding term is known.
    public init(_ partial: PartialPlan, for question: PlanningQuestion, others: [PricedPlan] = []) {
        condition = partial.text
        var (found, looked, isExhausted) = (PricedPlan?.none, 0, false)
        for depth in Self.depths where found == nil && !isExhausted {
            var asked = question
            do { try partial.limit(&asked.limits) } catch { break }
            asked.wanted = depth
            asked.reasons = .brief
            let plans = (try? Planner(asked))?.answer().plans ?? []
            found = plans.first { partial.isKept(by: $0.plan) }
            looked = plans.count
            isExhausted = plans.count < depth
        }
        plan = found?.bound(as: others)
        self.looked = looked
        self.isExhausted = isExhausted
    }
}

extension PartialPlan {
    /// Whether nothing is left to choose.
    var isComplete: Bool {
        Self.names.indices.allSatisfy { totals[$0] != nil || factors[$0] != nil } && microbatches != nil
            && interleave != nil && schedule != nil
    }

    /// Narrows limits to the decisions that are given, whatever their factors by level.
    func limit(_ limits: inout PlanLimits) throws(PlanningError) {
        let decisions: [PlanLimits.Decision] = [
            .tensorModel, .tensorFeedForward, .pipeline, .expert, .data,
        ]
        for (index, decision) in decisions.enumerated() {
            guard let total = factors[index]?.product ?? totals[index] else { continue }
            try limits.keep(decision, in: total...total)
        }
        if let tensor { try limits.keep(.tensor, in: tensor...tensor) }
        if let microbatches { try limits.keep(.microbatches, in: microbatches...microbatches) }
        if let interleave { try limits.keep(.interleave, in: interleave...interleave) }
        if let schedule { try limits.keep(schedule) }
    }

    /// Whether a plan has all decisions that are given.
    /// - Parameter plan: any.
    /// - Returns: true where it has.
    func isKept(by plan: Plan) -> Bool {
        let lists = Self.lists(of: plan.placement)
        for (index, list) in lists.enumerated() {
            if let total = totals[index], list.product != total { return false }
            if let own = factors[index], list != own { return false }
        }
        return tensor ?? plan.tensor == plan.tensor
            && microbatches ?? plan.microbatches == plan.microbatches
            && interleave ?? plan.interleave == plan.interleave && schedule ?? plan.schedule == plan.schedule
    }

    /// Factors by level in the order of ``names``.
    static func lists(of placement: Placement) -> [[Int]] {
        [
            placement.tensorModel, placement.tensorFeedForward, placement.pipeline, placement.expert,
            placement.data,
        ]
    }

    /// The decisions as `key=value` with commas.
    public var text: String {
        var parts = tensor.map { ["tp=\($0)"] } ?? []
        for (index, name) in Self.names.enumerated() {
            if let list = factors[index] {
                parts.append("\(name)_by_level=\(list.map(String.init).joined(separator: "/"))")
            } else if let total = totals[index] {
                parts.append("\(name)=\(total)")
            }
        }
        if let microbatches { parts.append("microbatches=\(microbatches)") }
        if let interleave { parts.append("interleave=\(interleave)") }
        if let schedule { parts.append("zero_bubble=\(schedule == .zeroBubble ? 1 : 0)") }
        return parts.joined(separator: ",")
    }
}
