import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// Why an answer is what it is, for people, scripts and tables.
public struct ExplainReport: Sendable {
    let explanation: Explanation
    private let version: String

    /// Makes a report.
    /// - Parameters:
    ///   - explanation: of an answer.
    ///   - version: of the tool, for JSON.
    public init(_ explanation: Explanation, version: String) {
        self.explanation = explanation
        self.version = version
    }

    var question: PlanningQuestion { explanation.answer.question }
    var measure: Measure { Measure(of: question) }

    // MARK: JSON

    /// Inputs, answer, and every section of the explanation.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "sensitivity_factor": .number(explanation.factor), "measure": .text(measure.rawValue),
        ]
        if case .object(let plan) = PlanReport(explanation.answer, version: version).json {
            members.merge(plan) { own, _ in own }
        }
        for section in sections {
            members[section.name] = .array(section.rows.map { $0.json })
        }
        return .object(members)
    }

    // MARK: CSV

    /// Every number of the explanation, one a row: `section,name,quantity,value`.
    public var csv: String { CSVText.sections(sections) }

    /// The sections as records whose first field is their name.
    private var sections: [(name: String, rows: [[Field]])] {
        [
            (
                "costs",
                explanation.costs.map {
                    [Field("cost", .text($0.kind.rawValue)), Field("step_seconds", .number($0.seconds))]
                }
            ),
            (
                "removals",
                explanation.removals.map {
                    [
                        Field("term", .text($0.term)), Field("step_seconds", .number($0.step)),
                        Field("saving", .number($0.saving)),
                    ]
                }
            ),
            ("sensitivities", explanation.sensitivities.map(fields)),
            ("verdicts", explanation.verdicts.enumerated().map { fields($1, number: $0 + 1) }),
            ("conditioned", explanation.conditioned.enumerated().compactMap { fields($1, number: $0 + 1) }),
            (
                "what_ifs",
                explanation.whatIfs.map { whatIf in
                    [Field("change", .text(whatIf.change)), Field("feasible", .flag(whatIf.best != nil))]
                        + (whatIf.best.map { $0.frontierFields } ?? [])
                }
            ),
            (
                "remedies",
                explanation.remedies.map { remedy in
                    [
                        Field("key", .text(remedy.knob.key)), Field("factor", .number(remedy.factor)),
                        Field("factor_without_plan", .number(remedy.failing)),
                        Field("value", remedy.value(in: question).map { .number($0) } ?? .missing),
                    ] + remedy.plan.frontierFields
                }
            ),
        ]
    }

    private func fields(_ row: Sensitivity) -> [Field] {
        func number(_ value: Double?) -> Field.Value { value.map { .number($0) } ?? .missing }
        return [
            Field("key", .text(row.knob.key)), Field("held_elasticity", number(row.held?.value)),
            Field("held_elasticity_below", number(row.held?.below)),
            Field("held_elasticity_above", number(row.held?.above)),
            Field("held_jump", number(row.held?.jump)),
            Field("held_crossing", row.crossing.map { .text($0.rawValue) } ?? .missing),
            Field("reoptimised_elasticity", number(row.reoptimised)),
            Field("low_factor", .number(row.low.factor)),
            Field("low_\(measure.rawValue)", number(row.low.value)),
            Field("high_factor", .number(row.high.factor)),
            Field("high_\(measure.rawValue)", number(row.high.value)),
        ]
    }

    /// The best plan under the condition of a verdict; nil where that decides a whole plan.
    private func fields(_ conditioned: ConditionedBest?, number: Int) -> [Field]? {
        guard let conditioned else { return nil }
        let fields = [
            Field("plan", .integer(number)), Field("condition", .text(conditioned.condition)),
            Field("plans_looked_at", .integer(conditioned.looked)),
            Field("feasible", .flag(conditioned.plan != nil)),
        ]
        guard let plan = conditioned.plan, let best = explanation.answer.best else { return fields }
        return fields + [Field("delay", .number(PlanComparison(plan, with: best).delay))]
            + plan.frontierFields
    }

    private func fields(_ verdict: PlanVerdict, number: Int) -> [Field] {
        var fields = [
            Field("plan", .integer(number)), Field("legal", .flag(verdict.violations.isEmpty)),
            Field("violations", .text(verdict.violations.joined(separator: "; "))),
        ]
        guard let priced = verdict.priced, let best = explanation.answer.best else { return fields }
        let comparison = PlanComparison(priced, with: best)
        fields.append(Field("delay", .number(comparison.delay)))
        fields += comparison.costs.map {
            Field("\($0.kind.rawValue)_difference_seconds", .number($0.difference))
        }
        return fields + priced.frontierFields
    }
}
