import Optimization
import Planning
import Quantities

extension PlanComparison {
    /// The seconds of a step of both, cost by cost.
    /// - Parameters:
    ///   - reference: what the plan it is compared with is called.
    ///   - plan: what the other is called.
    /// - Returns: a row for each cost that either has, and the step.
    func table(_ reference: String, _ plan: String) -> TextTable {
        let step = self.reference.stepSeconds
        var table = TextTable([
            ("seconds of a step", .left), (reference, .right), (plan, .right), ("difference", .right),
        ])
        func row(_ name: String, _ reference: Double, _ own: Double) {
            let difference = own - reference
            let isSame = abs(difference) <= 1e-9 * step
            table.add([
                name, Readable.time(Seconds(reference)), Readable.time(Seconds(own)),
                isSame ? "0" : (difference > 0 ? "+" : "-") + Readable.time(Seconds(abs(difference))),
            ])
        }
        for cost in costs where max(cost.reference, cost.plan) > 1e-12 * step {
            row(cost.words, cost.reference, cost.plan)
        }
        row("step", step, self.plan.stepSeconds)
        return table
    }

    /// What distinguishes the two, for scripts.
    /// - Parameter reference: the key of the reference's values.
    /// - Returns: delay, decisions that differ, and the seconds of a step that change.
    func json(reference: String = "best") -> JSONValue {
        .object([
            "delay": .number(delay),
            "decisions": .array(
                decisions.map { decision in
                    .object([
                        "name": .text(decision.name), reference: .text(decision.reference),
                        "value": .text(decision.plan),
                    ])
                }),
            "step_seconds": .object(
                Dictionary(
                    changes.map { ($0.name, JSONValue.number($0.difference)) },
                    uniquingKeysWith: { first, _ in first })),
        ])
    }

    /// Alternatives of which a text says what distinguishes them from the best plan.
    private static var mostListed: Int { 20 }

    /// A line an alternative: which decisions differ, and what that costs.
    /// - Parameters:
    ///   - alternatives: plans after the best, in order.
    ///   - best: the best.
    ///   - word: what a plan is called.
    /// - Returns: lines without a final newline.
    static func lines(_ alternatives: some Collection<Priced>, beside best: Priced, word: String) -> String {
        var lines = alternatives.prefix(mostListed).enumerated().map { index, plan in
            "  \(word) \(index + 2): \(PlanComparison(plan, with: best).text)"
        }
        let rest = alternatives.count - lines.count
        if rest > 0 { lines.append("  and \(rest) more") }
        return lines.joined(separator: "\n")
    }
}
