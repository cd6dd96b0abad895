import Quantities
import Training
import TransformerModel

/// The answers to one question for several training software side by side.
public struct SoftwareComparison {
    /// One for each software, in the order in which they were named.
    public let reports: [TransformerReport]

    /// Takes the answers.
    public init(_ reports: [TransformerReport]) { self.reports = reports }

    /// Whether some software has a feasible layout.
    public var isFeasible: Bool { reports.contains { $0.answer.best != nil } }

    /// One line a software.
    public var text: String {
        guard let first = reports.first?.answer.question else { return "" }
        let rows = reports.compactMap { report in
            report.answer.best.map { (report.answer.question.limits.software.label, report.answer, $0) }
        }
        let without = reports.filter { $0.answer.best == nil }.flatMap { report in
            ["\(report.answer.question.limits.software.label): no feasible layout"]
                + report.answer.infeasibility.map { "  \($0)" }
        }
        let last = reports.map {
            "\($0.answer.question.limits.software.label): \($0.answer.certificate.text)"
        }
        let parts =
            [
                "\(first.job.model.name) on \(first.machine.name), by what the software runs",
                TransformerReport.layoutTable(rows, heading: ("software", .left), unit: first.machine.unit)
                    .text,
            ] + (without.isEmpty ? [] : [without.joined(separator: "\n")]) + reports.compactMap(\.anchorText)
            + [last.joined(separator: "\n")]
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The answers as they are for one software each.
    public var json: JSONValue { .array(reports.map(\.json)) }

    /// The lines of all answers under one header.
    public var csv: String {
        let tables = reports.map { $0.csv.split(separator: "\n", omittingEmptySubsequences: true) }
        let lines = (tables.first.map { $0.prefix(1) } ?? []) + tables.flatMap { $0.dropFirst() }
        return lines.joined(separator: "\n") + "\n"
    }
}
