import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A Pareto front as a page: figures, all plans, prices, inputs.
public struct ParetoPage<Question: ReportedQuestion>: Sendable {
    private let front: ParetoFront<Question.Priced>
    private let sweep: Sweep<Question>
    private let files: [String]
    private let version: String

    /// Takes a front.
    /// - Parameters:
    ///   - front: of plans of the sweep.
    ///   - sweep: cluster sizes of one amount of compute.
    ///   - files: names of the files written beside the page.
    ///   - version: of the tool.
    public init(
        _ front: ParetoFront<Question.Priced>, sweep: Sweep<Question>, files: [String] = [], version: String
    ) {
        self.front = front
        self.sweep = sweep
        self.files = files
        self.version = version
    }

    /// The page as HTML 5 text that fetches nothing.
    public var html: String {
        let report = ParetoReport(front, sweep: sweep, version: version)
        let machine = sweep.template.machine
        let figures = report.charts.map { PageParts.figure($0.name, $0.chart) }
        return ReportPage(
            title: "Time, \(machine.unit)s, money and energy of \(report.computeWords) on \(machine.name)",
            subtitle: "\(machine.title), \(sweep.template.spaceWords)",
            sections: [
                PageParts.section("Figures", figures), plans,
                PageParts.section(
                    "What the numbers stand for",
                    [.element(.ul, [:], report.assumptions.map { .words(.li, $0) })]),
                CertificateSection.inputs(sweep.template.json),
            ],
            data: report.json, files: files, version: version
        ).html
    }

    private var plans: HTMLNode {
        let unit = sweep.template.machine.unit
        let costs = ["\(unit)-hours", "money", "energy"].map {
            PageParts.Column(name: $0, alignment: .right)
        }
        let columns =
            [PageParts.Column(name: "", alignment: .left)] + PlanTable.columns(of: sweep.template) + costs
        let rows = front.points.map { point in
            [point.isEfficient ? "*" : ""] + PlanTable.cells(point.plan, of: sweep.template) + [
                Readable.significant(point.bill.hours),
                point.bill.dollars.map { "$\(Readable.significant($0))" } ?? "–",
                point.bill.joules.map { "\(Readable.significant($0 / 3.6e9)) MWh" } ?? "–",
            ]
        }
        return PageParts.section(
            "Plans",
            [
                PageParts.table("Plans", columns, rows, height: .limited),
                .words(.p, sweep.template.layoutLegend, [.classes: "muted"]),
            ])
    }
}
