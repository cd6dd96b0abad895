import Optimization
import Planning
import Quantities
import TransformerModel

/// Two layouts of a transformer beside one another, for people, scripts and tables.
public struct LayoutComparison: Sendable {
    private let plan: PlanVerdict<LayoutRun>
    private let reference: PlanVerdict<LayoutRun>
    private let comparison: PlanComparison<LayoutRun>
    private let question: TransformerQuestion
    private let version: String

    /// Compares two layouts that have a price.
    /// - Parameters:
    ///   - plan: a layout.
    ///   - reference: the one it is compared with.
    ///   - question: of both.
    ///   - version: of the tool, for JSON.
    public init(
        _ plan: PlanVerdict<LayoutRun>, with reference: PlanVerdict<LayoutRun>,
        question: TransformerQuestion, version: String
    ) {
        guard let one = plan.plan, let other = reference.plan else {
            preconditionFailure("a layout without a price is refused when it is read")
        }
        self.plan = plan
        self.reference = reference
        self.question = question
        self.version = version
        comparison = PlanComparison(one, with: other)
    }

    /// What differs, and where the seconds go.
    public var text: String {
        let head = "\(plan.name) beside \(reference.name): \(comparison.text)"
        let both = [reference, plan].flatMap { verdict -> [String] in
            guard let priced = verdict.plan else { return [] }
            return ["  \(verdict.name): \(question.figuresLine(priced))"]
                + verdict.violations.map { "    illegal: \($0)" } + verdict.remarks.map { "    note: \($0)" }
        }
        let table = comparison.table(Self.short(reference.name), Self.short(plan.name))
        return ([head] + both).joined(separator: "\n") + "\n\n" + table.text + "\n"
    }

    /// The end of a name that is too long for a column's head.
    private static func short(_ name: String) -> String {
        name.count <= 24 ? name : "…" + name.suffix(23)
    }

    /// Inputs and both layouts with what distinguishes them.
    public var json: JSONValue {
        func member(_ verdict: PlanVerdict<LayoutRun>) -> JSONValue {
            var fields = [
                Field("name", .text(verdict.name)), Field("legal", .flag(verdict.violations.isEmpty)),
                Field("violations", .text(verdict.violations.joined(separator: "; "))),
            ]
            if let run = verdict.plan {
                fields.append(Field("step_seconds", .number(run.stepSeconds)))
                fields += question.planFields(run)
            }
            return fields.json
        }
        return .object([
            "version": .text(version), "inputs": question.json, "plan": member(plan),
            "against": member(reference), "differs": comparison.json(reference: "against"),
        ])
    }

    /// The seconds of a step, one row a cost.
    public var csv: String {
        let rows = comparison.costs.map { cost in
            [
                Field("cost", .text(cost.name)), Field("against_seconds", .number(cost.reference)),
                Field("plan_seconds", .number(cost.plan)),
                Field("difference_seconds", .number(cost.difference)),
            ]
        }
        return ([CSVText.header(rows.first ?? [])] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }
}
