import Charts
import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// The figures of a finished frontier.
public struct FrontierPlots<Question: ReportedQuestion>: Sendable {
    let frontier: SweepFrontier<Question>
    let uncertainty: FrontierUncertainty?

    /// Takes a frontier with its landmarks.
    /// - Parameters:
    ///   - frontier: from a sweep.
    ///   - uncertainty: how it fares on machines known roughly, for curves; nil where that was not asked.
    public init(_ frontier: SweepFrontier<Question>, uncertainty: FrontierUncertainty? = nil) {
        self.frontier = frontier
        self.uncertainty = uncertainty
    }

    /// Figures with the names of their files; none of a curve without a plan.
    ///
    /// A curve gives `utilization`, `strategies` and `parallelism`, of free shapes also `spent`, a grid maps of
    /// `utilization` and `binding`, a curve over time `utilization` and `gpus`.
    public var charts: [(name: String, chart: any Chart)] {
        switch frontier.sweep.points {
        case .grid(let gpus, let from, let to, _): maps(gpus: gpus, compute: from...to)
        case .compute(let from, let to, _): curves(compute: from...to)
        case .publishedWidths: curves(compute: nil)
        case .times: overTime
        }
    }

    var plans: [Question.Priced] { frontier.points.compactMap(\.plan) }
    var sureness: FrontierSureness<Question> { FrontierSureness(sweep: frontier.sweep) }
    var machine: String { frontier.sweep.template.machine.title }
    var unit: String { frontier.sweep.template.machine.unit }
    private var time: String { Readable.time(frontier.sweep.time) }
    var kind: ComputeKind { frontier.sweep.kind }

    /// Places of the curve with their plans, in the compute that the sweep counts.
    private var places: [(flop: Double, plan: Question.Priced)] {
        frontier.points.compactMap { point in
            point.plan.map { (frontier.sweep.flop(point, $0), $0) }
        }
    }

    private func compute(_ range: ClosedRange<Double>?) -> Axis {
        kind.axis(
            extent: range.map { $0.lowerBound < $0.upperBound ? .fixed($0) : .automatic } ?? .automatic)
    }

    var conditions: String { "\(frontier.sweep.template.subject), \(frontier.sweep.template.planWords)" }

    // MARK: Curves

    private func curves(compute range: ClosedRange<Double>?) -> [(name: String, chart: any Chart)] {
        guard !plans.isEmpty else { return [] }
        let goal = isBestUse ? "best use" : "fewest"
        let curves: [(name: String, chart: any Chart)] = [
            (
                "utilization",
                utilization(
                    "\(kind.words) of the \(goal) \(unit)s that finish in \(time)", range, bands: bands,
                    note: "Colours: the term whose removal alone shortens the step most. "
                        + "Linear scaling ends where no plan in time uses \(share) of what the chip sustains."
                )
            ),
            (
                "strategies",
                utilization(
                    "Strategies of the \(goal) \(unit)s that finish in \(time)", range,
                    bands: StrategyBands(places).bands,
                    note: "Colours: the kinds of parallelism that the plan uses, those with a degree above 1."
                )
            ),
            ("parallelism", parallelism(goal, range)),
        ]
        return kind == .effective ? curves + [("spent", spent(goal))] : curves
    }

    /// What the runs of free shapes spend, on axes of their own.
    private func spent(_ goal: String) -> LineChart {
        var compute = ComputeKind.spent.axis()
        compute.title = "Compute spent"
        let points = plans.map { DataPoint(x: $0.flop, y: $0.utilization) }.sorted { $0.x < $1.x }
        return LineChart(
            Heading(
                "Compute that the \(goal) \(unit)s that finish in \(time) spend",
                subtitle: "\(machine): \(conditions)",
                caption: "The same plans by the model FLOP of their runs, whatever these are worth."),
            horizontal: compute, vertical: ComputeKind.spent.utilizationAxis,
            series: [Series("utilization", points: points)])
    }

    /// Whether plans are the best use of accelerators, and not the fewest.
    var isBestUse: Bool {
        frontier.points.first.map { frontier.sweep.question($0.cell).measure == .utilization } ?? false
    }

    private var share: String { Readable.percent(frontier.sweep.thresholds.linearShare) }

    private func utilization(
        _ title: String, _ range: ClosedRange<Double>?, bands: [Charts.Band], note: String
    ) -> LineChart {
        let landmarks = [
            range == nil ? nil : frontier.endOfLinearScaling, frontier.lastReturn, frontier.largestRun,
        ].compactMap { $0 }
        let line =
            (places.map { (x: $0.flop, plan: $0.plan) } + landmarks.map { (x: $0.flop, plan: $0.plan) })
            .sorted { $0.x < $1.x }
        var markers: [Marker] = []
        if let end = frontier.endOfLinearScaling {
            let range = uncertainty?.range(uncertainty?.endOfLinearScaling)
            markers.append(Marker("end of linear scaling", x: end.flop, range: range))
        }
        if let back = frontier.lastReturn { markers.append(Marker("linear again up to here", x: back.flop)) }
        if let last = frontier.largestRun {
            let range = uncertainty?.range(uncertainty?.largestRun)
            markers.append(Marker("largest run", x: last.flop, range: range))
        }
        if let wall = frontier.latencyWall { markers.append(Marker("latency wall", x: wall)) }
        return LineChart(
            Heading(
                title, subtitle: "\(machine): \(conditions)",
                caption: ([note] + effective
                    + [uncertainty?.caption, sureness.words(plans, "Grey")].compactMap { $0 })
                    .joined(separator: " ")),
            horizontal: compute(range), vertical: kind.utilizationAxis,
            series: [
                Series(
                    "utilization",
                    points: line.map { DataPoint(x: $0.x, y: frontier.sweep.utilization($0.plan)) })
            ],
            markers: markers.filter { range?.contains($0.x) ?? true }, bands: bands,
            ribbons: [sureness.ribbon(line), uncertainty?.ribbon].compactMap { $0 })
    }

    /// What effective compute is, where a curve counts it.
    private var effective: [String] {
        kind == .spent
            ? []
            : [
                "Effective compute of a run is that at which \(frontier.sweep.template.curveWords) reaches the same "
                    + "loss."
            ]
    }

    private var bands: [Charts.Band] {
        let hues = Dictionary(
            BindingName.hues(plans.map(\.binding)).map { ($0.term, $0.hue) },
            uniquingKeysWith: { first, _ in first })
        let end = max(frontier.largestRun?.flop ?? 0, places.last?.flop ?? 0)
        return Stretches.bands(
            places, end: end, key: { $0.binding },
            band: { Charts.Band(BindingName.words($0), range: $1, hue: hues[$0] ?? .grey) })
    }

    private func parallelism(_ goal: String, _ range: ClosedRange<Double>?) -> ShareChart {
        let hues: [String: Hue] = [
            "tensor": .purple, "context": .sky, "pipeline": .green, "expert": .yellow, "data": .orange,
        ]
        let layers = (plans.first?.parallelism ?? []).enumerated().map { index, kind in
            ShareChart.Layer(
                kind.name, values: plans.map { Doublings.of($0.parallelism[index].degree) },
                hue: hues[kind.name] ?? .grey)
        }
        return ShareChart(
            Heading(
                "How the \(goal) \(unit)s that finish in \(time) divide the work",
                subtitle: "\(machine): \(conditions)",
                caption: "Doublings: 10 doublings of data parallelism are 1024 replicas. "
                    + "The top of the stack is the logarithm of the \(unit)s used."),
            horizontal: compute(range), vertical: Axis("Degrees of parallelism", unit: "doublings, log₂"),
            places: places.map(\.flop),
            layers: layers.filter { !Self.isSeldom($0.name) || $0.values.contains { $0 > 0 } })
    }

    /// Whether a kind of parallelism is left out where no plan uses it.
    static func isSeldom(_ kind: String) -> Bool { kind == "expert" || kind == "context" }

    // MARK: Maps

    private func maps(gpus: [Int], compute range: ClosedRange<Double>) -> [(name: String, chart: any Chart)] {
        let rows = Set(gpus).sorted()
        let columns = Set(frontier.points.map(\.cell.flop)).sorted()
        let rowIndex = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
        let columnIndex = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
        let empty = [Double?](repeating: nil, count: columns.count)
        var values = [[Double?]](repeating: empty, count: rows.count)
        var terms = [[Int?]](repeating: empty.map { _ in nil }, count: rows.count)
        let hues = BindingName.hues(plans.map(\.binding))
        for point in frontier.points {
            guard let plan = point.plan, let given = point.cell.gpus, let row = rowIndex[given],
                let column = columnIndex[point.cell.flop]
            else { continue }
            values[row][column] = frontier.sweep.utilization(plan)
            terms[row][column] = hues.firstIndex { $0.term == plan.binding }
        }
        guard !plans.isEmpty else { return [] }
        func map(_ title: String, _ cells: HeatMap.Cells) -> HeatMap {
            HeatMap(
                Heading(title, subtitle: "\(machine): \(conditions)"), horizontal: compute(nil),
                vertical: Axis("\(unit)s given", unit: "count", scale: .log10, format: .compact),
                columns: columns, rows: rows.map(Double.init), cells: cells,
                missing: "no plan that finishes in \(time)")
        }
        return [
            (
                "utilization",
                map(
                    "\(kind.words) of the \(unit)s given, fastest plan of each cell",
                    .values(values, axis: kind.utilizationAxis, ramp: .viridis))
            ),
            (
                "binding",
                map(
                    "What binds the fastest plan of each cell",
                    .categories(
                        terms, hues.map { HeatMap.Category(BindingName.words($0.term), hue: $0.hue) }))
            ),
        ]
    }
}
