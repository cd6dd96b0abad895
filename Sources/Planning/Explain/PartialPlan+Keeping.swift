import ScalingModel
import Training

extension PartialPlan {
    /// Whether nothing is left to choose.
    public var isComplete: Bool {
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
