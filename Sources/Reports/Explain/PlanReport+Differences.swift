import Optimization
import Planning
import ScalingModel

extension PlanReport {
    /// Alternatives of which the text says what distinguishes them from the best plan.
    private static let mostDifferences = 20

    /// A line an alternative: which decisions differ, and what that costs.
    func differences(from best: PricedPlan) -> String {
        var lines = answer.plans.dropFirst().prefix(Self.mostDifferences).enumerated().map { index, plan in
            "  plan \(index + 2): \(PlanComparison(plan, with: best).text)"
        }
        let rest = answer.plans.count - 1 - lines.count
        if rest > 0 { lines.append("  and \(rest) more") }
        return lines.joined(separator: "\n")
    }

    /// What distinguishes an alternative from the best plan.
    static func difference(_ plan: PricedPlan, from best: PricedPlan) -> JSONValue {
        let comparison = PlanComparison(plan, with: best)
        return .object([
            "delay": .number(comparison.delay),
            "decisions": .array(
                comparison.decisions.map { decision in
                    .object([
                        "name": .text(decision.name), "best": .text(decision.reference),
                        "value": .text(decision.plan),
                    ])
                }),
            "step_seconds": .object(
                Dictionary(
                    comparison.changes.map { ($0.name, JSONValue.number($0.difference)) },
                    uniquingKeysWith: { first, _ in first })),
        ])
    }
}
