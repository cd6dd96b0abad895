import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// The answer to one question about a transformer as a page.
public struct TransformerPage: Sendable {
    private let answer: TransformerAnswer
    private let report: TransformerReport
    private let figures: LayoutFigures?
    private let files: [String]
    private let version: String

    /// Takes an answer.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - report: of the same answer.
    ///   - figures: of its best layout; nil without one.
    ///   - files: names of the files written beside the page.
    ///   - version: of the tool.
    public init(
        _ answer: TransformerAnswer, report: TransformerReport, figures: LayoutFigures?, files: [String] = [],
        version: String
    ) {
        self.answer = answer
        self.report = report
        self.figures = figures
        self.files = files
        self.version = version
    }

    /// The page as HTML 5 text that fetches nothing.
    public var html: String {
        let question = answer.member
        return ReportPage(
            title: answer.best.map(report.headline) ?? "No feasible layout",
            subtitle: "Best layout on \(question.machine.title): \(question.subject), \(question.planWords)",
            sections: sections, data: report.json, files: files, version: version
        ).html
    }

    private var sections: [HTMLNode] {
        let end =
            (report.anchor.map { [AnchorSection($0).node] } ?? []) + [
                CertificateSection.node(answer.certificate), CertificateSection.inputs(report.inputs),
            ]
        guard let best = answer.best, let figures else {
            let reasons = answer.infeasibility.map { HTMLNode.words(.li, $0) }
            return [PageParts.section("Why there is no layout", [.element(.ul, [:], reasons)])] + end
        }
        var parts = [
            PageParts.keys(keys(best)), HTMLNode.element(.ul, [:], report.notes.map { .words(.li, $0) }),
            PageParts.section(
                "Time and memory",
                [
                    PageParts.figure("step", figures.stepChart),
                    PageParts.figure("memory", figures.memoryChart),
                ]),
        ]
        if best.layout.pipeline > 1 {
            let timeline =
                figures.timelineChart.map { PageParts.figure("timeline", $0) }
                ?? .words(.p, "The schedule has too many passes to be played.")
            parts.append(PageParts.section("Pipeline", [timeline, table("Stages", report.stageRows(best))]))
        }
        parts.append(PageParts.section("Where each degree lies", [table("Degrees", report.degreeRows(best))]))
        if answer.layouts.count > 1 {
            parts.append(PageParts.section("Best layouts", [table("Best layouts", report.layoutRows)]))
        }
        return parts + end
    }

    private func keys(_ best: PricedLayout) -> [PageParts.Key] {
        let question = answer.member
        let (layout, unit) = (best.layout, question.machine.unit)
        let model = question.job.model
        var keys = [
            PageParts.Key(
                name: "Time of a step", value: Readable.time(best.step.total),
                note: "\(Readable.significant(question.stepTokens)) tokens"),
            PageParts.Key(
                name: "\(unit)s used", value: Readable.count(layout.gpus),
                note: "of \(Readable.count(answer.gpusGiven))"),
            PageParts.Key(
                name: "MFU", value: Readable.percent(answer.modelUtilization(best)),
                note: "\(Readable.percent(answer.hardwareUtilization(best))) HFU; attention counted in full, "
                    + "\(Readable.percent(answer.modelUtilization(best, counting: .causal))) MFU with the keys that are seen"
            ),
            PageParts.Key(
                name: "Memory", value: Readable.text(best.memory.total),
                note: "of \(Readable.text(question.memoryLimit)) on the fullest \(unit)"),
            PageParts.Key(
                name: "Model", value: "\(Readable.significant(model.mainParameters.total)) parameters",
                note: "\(model.layers) layers, sequence \(model.sequenceLength)"),
            PageParts.Key(
                name: "Software", value: question.limits.software.label,
                note: report.sureness(best, isBrief: true)),
            PageParts.Key(
                name: "Schedule", value: layout.schedule.rawValue,
                note: "\(layout.microbatches) microbatches of \(layout.microbatch)"
                    + (layout.chunks > 1 ? ", \(layout.chunks) chunks a stage" : "")),
        ]
        if let member = report.member {
            keys.insert(
                PageParts.Key(
                    name: "Effective compute", value: "\(Readable.scientific(member.effectiveFlop)) FLOP",
                    note: member.worth), at: 0)
        }
        if let total = answer.total(best), let flop = answer.flop, let steps = answer.steps {
            keys.insert(
                PageParts.Key(
                    name: "Time of the run", value: Readable.time(total),
                    note: "\(Readable.scientific(flop)) FLOP, \(Readable.significant(steps)) steps"), at: 0)
        }
        return keys
    }

    private func table(_ label: String, _ rows: TextTable) -> HTMLNode {
        PageParts.table(
            label, rows.columns.map { PageParts.Column(name: $0.title, alignment: $0.alignment) }, rows.rows)
    }
}
