import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// How a frontier fares on machines that are only known roughly, for people, scripts and tables.
public struct FrontierUncertaintyReport: Sendable {
    private let uncertainty: FrontierUncertainty
    private let unit: String
    private let isGrid: Bool
    private let kind: ComputeKind

    /// Makes a report.
    /// - Parameters:
    ///   - uncertainty: of a frontier.
    ///   - sweep: of the same frontier.
    public init(_ uncertainty: FrontierUncertainty, sweep: Sweep<some ReportedQuestion>) {
        self.uncertainty = uncertainty
        unit = sweep.template.machine.unit
        kind = sweep.kind
        if case .grid = sweep.points { isGrid = true } else { isGrid = false }
    }

    /// The columns of one point: utilization, what was asked, and how the plan of the point fares.
    func fields(_ index: Int) -> [Field] {
        let point = uncertainty.points[index]
        let asked = isGrid ? point.seconds.fields("total_seconds") : point.gpus.fields("gpus")
        return point.utilization.fields(kind.utilizationField) + asked + [
            Field("any_plan_share", .number(point.anyPlan)),
            Field("feasible_share", point.held.map { .number($0.feasible) } ?? .missing),
            Field("near_best_share", point.held.map { .number($0.nearBest) } ?? .missing),
        ]
    }

    /// The member `uncertainty` of a frontier's JSON.
    var json: JSONValue {
        func landmark(_ band: Band?) -> JSONValue { band.map { $0.fields(kind.flopField).json } ?? .null }
        return .object(
            uncertainty.request.members.merging([
                "end_of_linear_scaling": landmark(uncertainty.endOfLinearScaling),
                "largest_run": landmark(uncertainty.largestRun),
            ]) { own, _ in own })
    }

    // MARK: People

    /// What is drawn, in one line.
    public var headline: String { uncertainty.request.text }

    /// Heads of the columns of ``rows``.
    public var columns: [(name: String, alignment: TextTable.Alignment)] {
        [
            (kind == .effective ? "effective FLOP" : "FLOP", .right),
            (isGrid ? "\(unit)s given" : "", .right),
            (kind == .effective ? "eff. util p10" : "util p10", .right), ("p50", .right),
            ("p90", .right), (isGrid ? "time p10" : "\(unit)s p10", .right), ("p50", .right), ("p90", .right),
            ("plan within \(uncertainty.request.nearText)", .right), ("plan feasible", .right),
            ("any plan", .right),
        ].filter { $0.0 != "" }
    }

    /// One row a point.
    public var rows: [[String]] {
        uncertainty.points.map { point in
            let asked = isGrid ? point.seconds : point.gpus
            let given = isGrid ? [point.cell.gpus.map { Readable.count($0) } ?? ""] : []
            return [Readable.scientific(point.cell.flop)] + given
                + Self.three(point.utilization, Readable.percent) + Self.three(asked, self.asked) + [
                    point.held.map { Readable.percent($0.nearBest) } ?? "",
                    point.held.map { Readable.percent($0.feasible) } ?? "",
                    Readable.percent(point.anyPlan),
                ]
        }
    }

    /// The landmarks, a line each; none of a grid.
    public var landmarks: [String] {
        func line(_ name: String, _ band: Band?) -> String? {
            guard let band else { return nil }
            let values = Self.three(band) { flop in
                flop == 0
                    ? "before the first point"
                    : flop.isFinite ? Readable.scientific(flop) : "past the last point"
            }
            return "\(name), \(kind.unit): p10 \(values[0]), p50 \(values[1]), p90 \(values[2])"
        }
        return [
            line("end of linear scaling", uncertainty.endOfLinearScaling),
            line("largest feasible run", uncertainty.largestRun),
        ].compactMap { $0 }
    }

    /// All of it as text.
    var text: String {
        var table = TextTable(columns)
        for row in rows { table.add(row) }
        return ([headline + "\n", table.text] + (isGrid ? [] : ["\n" + landmarks.joined(separator: "\n")]))
            .joined(separator: "\n")
    }

    private static func three(_ band: Band, _ text: (Double) -> String) -> [String] {
        [text(band.low), text(band.middle), text(band.high)]
    }

    private func asked(_ value: Double) -> String {
        guard value.isFinite else { return "none" }
        return isGrid ? Readable.time(Seconds(value)) : Readable.count(Int(value))
    }
}
