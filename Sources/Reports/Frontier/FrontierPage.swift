import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A finished frontier as a page: landmarks, figures, all points, what was proved, inputs.
public struct FrontierPage<Question: ReportedQuestion>: Sendable {
    private let frontier: SweepFrontier<Question>
    private let uncertainty: FrontierUncertainty?
    private let files: [String]
    private let version: String

    /// Takes a frontier with its landmarks.
    /// - Parameters:
    ///   - frontier: from a sweep.
    ///   - uncertainty: how it fares on machines known roughly; nil where that was not asked.
    ///   - files: names of the files written beside the page.
    ///   - version: of the tool.
    public init(
        _ frontier: SweepFrontier<Question>, uncertainty: FrontierUncertainty? = nil, files: [String] = [],
        version: String
    ) {
        self.frontier = frontier
        self.uncertainty = uncertainty
        self.files = files
        self.version = version
    }

    private var unit: String { frontier.sweep.template.machine.unit }

    /// What the places of the curve count, before what is said of them.
    private var counted: String { frontier.sweep.kind == .effective ? "effective compute, " : "" }

    private var title: String {
        let time = Readable.time(frontier.sweep.time)
        return switch frontier.sweep.points {
        case .grid: "Fastest plans within \(time)"
        case .times(let flop, _, _, _):
            "\(Readable.scientific(flop)) \(frontier.sweep.kind.unit) against the time allowed"
        case .compute, .publishedWidths: "Training frontier in \(time)"
        }
    }

    /// The page as HTML 5 text that fetches nothing.
    public var html: String {
        let template = frontier.sweep.template
        return ReportPage(
            title: "\(title) on \(template.machine.name)",
            subtitle: "\(template.machine.title); \(template.subject), \(template.spaceWords)",
            sections: sections,
            data: FrontierReport(frontier, uncertainty: uncertainty, version: version).json,
            files: files, version: version
        ).html
    }

    private var sections: [HTMLNode] {
        var parts: [HTMLNode] = landmarks.isEmpty ? [] : [PageParts.keys(landmarks)]
        let figures = FrontierPlots(frontier, uncertainty: uncertainty).charts.map {
            PageParts.figure($0.name, $0.chart)
        }
        if !figures.isEmpty { parts.append(PageParts.section("Figures", figures)) }
        return parts + [
            PageParts.section(
                "Points", [points, .words(.p, frontier.sweep.template.layoutLegend, [.classes: "muted"])])
        ] + (uncertainty.map { [spread($0)] } ?? []) + [
            certificate,
            CertificateSection.inputs(frontier.sweep.template.json),
        ]
    }

    private var landmarks: [PageParts.Key] {
        func key(_ name: String, _ extent: LandmarkExtent<Question.Priced>, _ meaning: String)
            -> PageParts.Key
        {
            switch extent {
            case .until(let landmark):
                PageParts.Key(
                    name: name, value: "\(Readable.scientific(landmark.flop)) FLOP",
                    note: "\(counted)\(meaning): \(landmark.plan.accelerators) \(unit)s at "
                        + Readable.percent(frontier.sweep.utilization(landmark.plan)))
            case .nowhere:
                PageParts.Key(name: name, value: "–", note: "\(meaning): before the first point")
            case .throughout:
                PageParts.Key(name: name, value: "–", note: "\(meaning): past the last point")
            }
        }
        guard let landmarks = frontier.landmarks else { return [] }
        let (thresholds, template) = (frontier.sweep.thresholds, frontier.sweep.template)
        let back = landmarks.lastReturn.map { "; again up to \(Readable.scientific($0.flop)) FLOP" } ?? ""
        return [
            key(
                "End of linear scaling", landmarks.linear,
                "\(Readable.percent(thresholds.linearShare)) of what is sustained\(back)"),
            key(
                "Largest run", landmarks.feasible,
                "at least \(Readable.percent(thresholds.leastUtilization)), any number of \(unit)s"),
            PageParts.Key(
                name: "Latency wall",
                value: landmarks.latencyWall.map { "\(Readable.scientific($0)) FLOP" } ?? "–",
                note: landmarks.latencyWall == nil
                    ? template.wallAbsence ?? "none was found" : "even with infinite bandwidths"),
        ]
    }

    private var points: HTMLNode {
        let question = frontier.sweep.template
        let isEffective = question.computeKind == .effective
        let plan = PlanTable.columns(of: question)
        let sureness = FrontierSureness(sweep: frontier.sweep)
        let columns =
            [
                PageParts.Column(name: isEffective ? "effective FLOP" : "FLOP", alignment: .right),
                PageParts.Column(name: "\(unit)s given", alignment: .right),
            ] + plan
            + sureness.column.map { PageParts.Column(name: $0.name, alignment: $0.alignment) }
            + (isEffective
                ? ["effective utilization", "spent FLOP"].map {
                    PageParts.Column(name: $0, alignment: .right)
                } : [])
            + [PageParts.Column(name: "why none", alignment: .left)]
        let rows = frontier.points.map { point in
            let flop = Readable.scientific(
                point.plan.map { frontier.sweep.flop(point, $0) } ?? point.cell.flop)
            let effect =
                point.plan.map {
                    [Readable.percent(frontier.sweep.utilization($0)), Readable.scientific($0.flop)]
                } ?? ["", ""]
            let given = point.cell.gpus ?? point.plan?.gpusGiven
            let cells = point.plan.map { PlanTable.cells($0, of: question) } ?? plan.map { _ in "" }
            let sure = point.plan.map(sureness.cell) ?? sureness.column.map { _ in "" }
            return [flop, given.map { Readable.count($0) } ?? "–"] + cells + sure
                + (isEffective ? effect : [])
                + [point.reason]
        }
        return PageParts.table("Points of the frontier", columns, rows, height: .limited)
    }

    private func spread(_ uncertainty: FrontierUncertainty) -> HTMLNode {
        let report = FrontierUncertaintyReport(uncertainty, sweep: frontier.sweep)
        return PageParts.section(
            "Numbers known roughly",
            ([report.headline] + report.landmarks).map { .words(.p, $0) } + [
                PageParts.table(
                    "Points on machines known roughly",
                    report.columns.map { PageParts.Column(name: $0.name, alignment: $0.alignment) },
                    report.rows, height: .limited)
            ])
    }

    private var certificate: HTMLNode {
        let proved = frontier.points.filter(\.certificate.isOptimal).count
        let none = frontier.points.filter { $0.plan == nil }.count
        let open =
            frontier.points.count - proved
            - frontier.points.filter {
                $0.plan == nil && !$0.certificate.isOptimal
            }.count
        let sizes = frontier.points.map(\.certificate.account.spaceSize)
        return PageParts.section(
            "Certificate",
            [
                PageParts.pairs(
                    "What was proved",
                    [
                        ("points", Readable.count(frontier.points.count)),
                        ("proved optimal", Readable.count(proved)),
                        ("without a plan", Readable.count(none)),
                        ("not proved", Readable.count(open)),
                        ("plans of the largest space", Readable.count(sizes.max() ?? 0)),
                    ])
            ])
    }
}
