import Charts
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A finished frontier, for people, scripts and tables.
public struct FrontierReport<Question: ReportedQuestion>: Sendable {
    let frontier: SweepFrontier<Question>
    private let uncertainty: FrontierUncertaintyReport?
    private let version: String

    /// Makes a report.
    /// - Parameters:
    ///   - frontier: with its landmarks.
    ///   - uncertainty: how it fares on machines known roughly; nil where that was not asked.
    ///   - version: of the tool, for JSON.
    public init(
        _ frontier: SweepFrontier<Question>, uncertainty: FrontierUncertainty? = nil, version: String
    ) {
        self.frontier = frontier
        self.uncertainty = uncertainty.map { FrontierUncertaintyReport($0, sweep: frontier.sweep) }
        self.version = version
    }

    private var sureness: FrontierSureness<Question> { FrontierSureness(sweep: frontier.sweep) }

    private var isOverTime: Bool {
        if case .times = frontier.sweep.points { true } else { false }
    }

    // MARK: CSV

    /// Header and one line a point; a point without a plan has empty cells and its reason.
    public var csv: String {
        let rows = rows
        let header = rows.first.map(CSVText.header) ?? ""
        return ([header] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    private var rows: [[Field]] {
        frontier.points.enumerated().map { index, point in
            fields(point) + (uncertainty?.fields(index) ?? [])
        }
    }

    private func fields(_ point: SweepPoint<Question>) -> [Field] {
        let question = frontier.sweep.template
        // A point without a plan spends nothing: the compute that it asks for is of the kind that is asked for.
        let asked = question.computeKind.flopField
        func known(_ fields: [Field]) -> [Field] {
            guard point.plan == nil else { return fields }
            return fields.map { field in
                switch field.name {
                case asked: Field(field.name, .number(point.cell.flop))
                case "gpus_given": Field(field.name, point.cell.gpus.map { .integer($0) } ?? .missing)
                default: field
                }
            }
        }
        let plan = known(question.planFields(point.plan))
        // How many plans were priced depends on where the search started, so it is in ``timings``.
        return question.labels + plan + [
            Field("optimal", .flag(point.certificate.isOptimal)),
            Field("space_size", .integer(point.certificate.account.spaceSize)),
            Field("reason", .text(point.reason)),
            Field("deadline_seconds", .number(frontier.sweep.time(of: point.cell).value)),
        ] + known(question.effectFields(point.plan)) + question.spaceFields + sureness.fields(point.plan)
    }

    /// What each point cost, as a table: counts and seconds may differ between runs of the same sweep.
    public static func timings(_ points: [SweepPoint<Question>]) -> String {
        let rows = points.sorted { $0.cell.index < $1.cell.index }.map { point in
            [
                Field("cell", .integer(point.cell.index)), Field("flop", .number(point.cell.flop)),
                Field("gpus_given", point.cell.gpus.map { .integer($0) } ?? .missing),
                Field("start", point.effort.map { .text($0.start.rawValue) } ?? .missing),
                Field("seconds", point.effort.map { .number($0.seconds.value) } ?? .missing),
                Field("evaluated", point.effort.map { .integer($0.evaluated) } ?? .missing),
                Field("expanded_nodes", point.effort.map { .integer($0.expandedNodes) } ?? .missing),
            ]
        }
        return ([rows.first.map(CSVText.header) ?? ""] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    // MARK: JSON

    /// One object a point, each on a line of its own (JSON Lines).
    public var jsonLines: String {
        rows.map { $0.json.text(.line) + "\n" }.joined()
    }

    /// Points, landmarks and inputs.
    public var json: JSONValue {
        let question = frontier.sweep.template
        func landmark(_ landmark: Landmark<Question.Priced>?) -> JSONValue {
            landmark.map {
                ([Field("landmark_flop", .number($0.flop))] + question.planFields($0.plan)
                    + question.effectFields($0.plan)).json
            } ?? .null
        }
        let inputs = question.json
        var members: [String: JSONValue] = [
            "version": .text(version), "inputs": inputs, "inputs_hash": .text(Digest.of(inputs.text(.line))),
            "seconds": .number(frontier.sweep.time.value),
            "points": .array(rows.map(\.json)),
            "end_of_linear_scaling": landmark(frontier.endOfLinearScaling),
            "last_return_to_linear_scaling": landmark(frontier.lastReturn),
            "linear_share": .number(frontier.sweep.thresholds.linearShare),
            "largest_run": landmark(frontier.largestRun),
            "least_utilization": .number(frontier.sweep.thresholds.leastUtilization),
            "latency_wall_flop": frontier.latencyWall.map { .number($0) } ?? .null,
            "landmarks_cut_off": .flag(frontier.isCutOff),
        ]
        if let uncertainty { members["uncertainty"] = uncertainty.json }
        return .object(members)
    }

    // MARK: Text

    /// A plot, a table and the landmarks.
    public var text: String {
        var parts: [String] = []
        if let plot = FrontierPlots(frontier).textPlot { parts.append(plot) }
        parts.append(table)
        parts.append(frontier.sweep.template.spaceWords)
        if frontier.landmarks != nil { parts.append(landmarkText) }
        if frontier.isCutOff { parts.append(Self.cutOff) }
        if let note = openNote { parts.append(note) }
        let plans = frontier.points.compactMap(\.plan)
        if let words = sureness.words(plans, "8 of 10") { parts.append(words) }
        parts += frontier.sweep.template.notes(on: plans)
        if let uncertainty { parts.append(uncertainty.text) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// How many points were not proved; nil for none.
    private var openNote: String? {
        let open = frontier.points.count { $0.plan != nil && !$0.certificate.isOptimal }
        guard open > 0 else { return nil }
        return
            "note: \(open) of these points \(open == 1 ? "is" : "are") the best found and not proved "
            + "(optimal is 0 in CSV)"
    }

    /// What stands in place of landmarks that there was no time for.
    private static var cutOff: String {
        "end of linear scaling, largest run and latency wall: the time limit ended the search for them"
    }

    private var unit: String { frontier.sweep.template.machine.unit }

    private var table: String {
        let question = frontier.sweep.template
        let isEffective = question.computeKind == .effective
        var table = TextTable(
            (isOverTime ? [("allowed", .right)] : []) + [
                (isEffective ? "effective FLOP" : "FLOP", .right), ("\(unit)s", .right), ("time", .right),
                (isEffective ? "eff. util" : "util", .right),
            ] + sureness.column + (isEffective ? [("spent FLOP", .right), ("util", .right)] : [])
                + question.layoutColumns.map { ($0.name, $0.alignment) })
        for point in frontier.points {
            let allowed = isOverTime ? [Readable.time(frontier.sweep.time(of: point.cell))] : []
            guard let plan = point.plan else {
                let given = point.cell.gpus.map { Readable.count($0) } ?? "-"
                table.add(allowed + [Readable.scientific(point.cell.flop), given, point.reason])
                continue
            }
            let spent = [Readable.scientific(plan.flop), Readable.percent(plan.utilization)]
            table.add(
                allowed + [
                    Readable.scientific(frontier.sweep.flop(point, plan)), plan.accelerators,
                    Readable.time(plan.total), Readable.percent(frontier.sweep.utilization(plan)),
                ] + sureness.cell(plan) + (isEffective ? spent : []) + question.layoutCells(plan))
        }
        return table.text
    }
}
