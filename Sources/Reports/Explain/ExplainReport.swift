import Evidence
import Optimization
import Planning
import Training

/// Why an answer is what it is, for people, scripts and tables.
public struct ExplainReport<Question: ReportedExplanation>: Sendable {
    let explanation: Explanation<Question>
    let report: Question.Report
    /// What drew machine and software to measured steps; nil where nothing did.
    let anchor: AnchorReport?
    /// The shapes next to the one that was chosen; nil where the model is given.
    let shapes: ShapeComparison?

    /// Makes a report.
    /// - Parameters:
    ///   - explanation: of an answer.
    ///   - version: of the tool, for JSON.
    ///   - notes: what was taken where the question did not say it.
    ///   - anchor: what drew the question's machine and software to measured steps; nil where nothing did.
    public init(
        _ explanation: Explanation<Question>, version: String, notes: [String] = [],
        anchor: AnchorReport? = nil
    ) {
        self.explanation = explanation
        self.anchor = anchor
        shapes = nil
        report = explanation.question.report(
            explanation.answer, version: version, notes: notes, anchor: anchor)
    }

    /// Makes a report on an answer whose shape was chosen.
    /// - Parameters:
    ///   - explanation: of the answer, as one to the question about the chosen shape.
    ///   - report: on the answer to the question about the family.
    ///   - shapes: those next to the chosen one; nil where there is no plan.
    public init(
        _ explanation: Explanation<Question>, report: Question.Report, shapes: ShapeComparison?
    ) {
        self.explanation = explanation
        self.report = report
        self.shapes = shapes
        anchor = nil
    }

    var question: Question { explanation.question }
    var answer: CellAnswer<Question.Priced> { Question.best(of: explanation.answer) }
    private var measure: String { question.measure.rawValue }

    // MARK: JSON

    /// Inputs, answer, and every section of the explanation.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "sensitivity_factor": .number(explanation.factor), "measure": .text(measure),
        ]
        if case .object(let plan) = report.json { members.merge(plan) { own, _ in own } }
        for section in sections {
            members[section.name] = .array(section.rows.map { $0.json })
        }
        if let shapes {
            members["neighbours"] = .array(ShapeComparisonSection(shapes).records.map { $0.json })
            members["grid_ends"] = .array(shapes.ends.map { .text($0.words) })
        }
        return .object(members)
    }

    // MARK: CSV

    /// Every number of the explanation, one a row: `section,name,quantity,value`.
    public var csv: String {
        let own = anchor.map(AnchorSection.init)
        return CSVText.sections(
            sections
                + (own.map { [(name: "anchor", rows: $0.rowRecords), (name: "moved", rows: $0.moveRecords)] }
                    ?? [])
                + (shapes.map { [(name: "neighbours", rows: ShapeComparisonSection($0).records)] } ?? []))
    }

    /// The sections as records whose first field is their name.
    private var sections: [(name: String, rows: [[Field]])] {
        [
            (
                "costs",
                explanation.costs.map {
                    [Field("cost", .text($0.name)), Field("step_seconds", .number($0.seconds))]
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
                    [
                        Field("change", .text(whatIf.words)),
                        Field("key", .text(whatIf.change.numbers.map(\.key).joined(separator: " "))),
                        Field("factor", .number(whatIf.change.factor)),
                        Field("feasible", .flag(whatIf.again.plan != nil)),
                        Field("proved", .flag(whatIf.again.isProved)),
                        Field(
                            "value",
                            whatIf.again.plan.map { .number(question.measure.value(of: $0)) } ?? .missing),
                    ] + (whatIf.again.plan.map { question.planFields($0) } ?? [])
                }
            ),
            (
                "remedies",
                explanation.remedies.map { remedy in
                    [
                        Field("key", .text(remedy.knob.key)), Field("factor", .number(remedy.factor)),
                        Field("factor_without_plan", .number(remedy.failing)),
                        Field("value", remedy.value.map { .number($0) } ?? .missing),
                    ] + question.planFields(remedy.plan)
                }
            ),
        ]
    }

    private func fields(_ row: Sensitivity<Question.Priced>) -> [Field] {
        func number(_ value: Double?) -> Field.Value { value.map { .number($0) } ?? .missing }
        return [
            Field("key", .text(row.knob.key)), Field("held_elasticity", number(row.held?.value)),
            Field("held_elasticity_below", number(row.held?.below)),
            Field("held_elasticity_above", number(row.held?.above)),
            Field("held_jump", number(row.held?.jump)),
            Field("held_crossing", row.crossing.map { .text($0.name) } ?? .missing),
            Field("reoptimised_elasticity", number(row.reoptimised)),
            Field("low_factor", .number(row.low.factor)), Field("low_\(measure)", number(row.low.value)),
            Field("high_factor", .number(row.high.factor)), Field("high_\(measure)", number(row.high.value)),
            Field("proved", .flag(row.low.isProved && row.high.isProved)),
        ]
    }

    /// The best plan under the condition of a verdict; nil where that decides a whole plan.
    private func fields(_ conditioned: ConditionedBest<Question.Priced>?, number: Int) -> [Field]? {
        guard let conditioned else { return nil }
        let fields = [
            Field("plan", .integer(number)), Field("condition", .text(conditioned.condition)),
            Field("plans_looked_at", .integer(conditioned.looked)),
            Field("feasible", .flag(conditioned.plan != nil)),
        ]
        guard let plan = conditioned.plan, let best = explanation.best else { return fields }
        return fields + [Field("delay", .number(PlanComparison(plan, with: best).delay))]
            + question.planFields(plan)
    }

    private func fields(_ verdict: PlanVerdict<Question.Priced>, number: Int) -> [Field] {
        let fields = [
            Field("plan", .integer(number)), Field("name", .text(verdict.name)),
            Field("legal", .flag(verdict.violations.isEmpty)),
            Field("violations", .text(verdict.violations.joined(separator: "; "))),
        ]
        guard let plan = verdict.plan else { return fields }
        let change = changeFields(verdict.change, of: plan)
        guard let best = explanation.best else { return fields + change + question.planFields(plan) }
        let comparison = PlanComparison(plan, with: best)
        return fields + [Field("delay", .number(comparison.delay))] + change
            + comparison.costs.map { Field("\($0.name)_difference_seconds", .number($0.difference)) }
            + question.planFields(plan)
    }

    /// What the one change that helps a plan most is worth; nothing where it was not looked for.
    private func changeFields(
        _ change: SingleChange<Question.Priced>?, of plan: Question.Priced
    ) -> [Field] {
        guard let change else { return [] }
        let comparison = change.plan.map { PlanComparison($0, with: plan) }
        return [
            Field(
                "change",
                comparison.map {
                    .text($0.decisions.map { "\($0.name)=\($0.plan)" }.joined(separator: " "))
                } ?? .missing),
            Field("change_delay", comparison.map { .number($0.delay) } ?? .missing),
        ]
    }
}
