import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

/// Why an answer about a transformer is what it is, for people, scripts and tables.
public struct TransformerExplainReport: Sendable {
    let explanation: TransformerExplanation
    let report: TransformerReport

    /// Makes a report.
    /// - Parameters:
    ///   - explanation: of an answer.
    ///   - version: of the tool, for JSON.
    ///   - notes: what was taken where the question did not say it.
    public init(_ explanation: TransformerExplanation, version: String, notes: [String] = []) {
        self.explanation = explanation
        report = TransformerReport(explanation.answer, version: version, notes: notes)
    }

    var answer: TransformerAnswer { explanation.answer }

    // MARK: JSON and CSV

    /// Inputs, answer, and every section of the explanation.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "sensitivity_factor": .number(explanation.factor), "measure": .text(answer.measure),
            "memory_factor": explanation.memoryFactor.map { .number($0) } ?? .null,
            "least_memory_factor": explanation.leastMemoryFactor.map { .number($0) } ?? .null,
        ]
        if case .object(let plan) = report.json { members.merge(plan) { own, _ in own } }
        for section in sections { members[section.name] = .array(section.rows.map(\.json)) }
        return .object(members)
    }

    /// Every number of the explanation, one a row: `section,name,quantity,value`.
    public var csv: String { CSVText.sections(sections) }

    /// The sections as records whose first field is their name.
    private var sections: [(name: String, rows: [[Field]])] {
        func number(_ value: Double?) -> Field.Value { value.map { .number($0) } ?? .missing }
        return [
            (
                "sensitivities",
                explanation.sensitivities.map {
                    [
                        Field("key", .text($0.number.key)), Field("held_elasticity", .number($0.held.value)),
                        Field("held_elasticity_below", .number($0.held.below)),
                        Field("held_elasticity_above", .number($0.held.above)),
                        Field("low_\(answer.measure)", number($0.low.value)),
                        Field("high_\(answer.measure)", number($0.high.value)),
                        Field("proved", .flag($0.low.isProved && $0.high.isProved)),
                    ]
                }
            ),
            ("verdicts", explanation.verdicts.map(fields)),
            (
                "what_ifs",
                explanation.whatIfs.map {
                    [
                        Field("key", .text($0.number.key)), Field("factor", .number($0.factor)),
                        Field(answer.measure, number($0.again.value)),
                        Field("proved", .flag($0.again.isProved)),
                    ]
                }
            ),
        ]
    }

    private func fields(_ verdict: LayoutVerdict) -> [Field] {
        var fields = [
            Field("plan", .text(verdict.name)), Field("legal", .flag(verdict.problems.isEmpty)),
            Field("problems", .text(verdict.problems.joined(separator: "; "))),
        ]
        if let priced = verdict.priced, let best = answer.best {
            fields.append(Field("delay", .number(priced.step.total / best.step.total - 1)))
            fields += report.fields(priced)
        }
        return fields
    }
}
