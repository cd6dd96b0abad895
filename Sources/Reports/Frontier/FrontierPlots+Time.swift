import Charts
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

extension FrontierPlots {
    /// Points with a plan, and the time that each allows.
    private var allowed: [(seconds: Double, plan: Question.Priced)] {
        frontier.points.compactMap { point in
            point.plan.map { (frontier.sweep.time(of: point.cell).value, $0) }
        }
    }

    private var longestRun: Axis {
        Axis("Longest run allowed", unit: "s", scale: .log10, format: .duration)
    }

    /// Utilization and fewest accelerators against the time allowed; none without a plan.
    var overTime: [(name: String, chart: any Chart)] {
        guard case .times(let flop, _, _, _) = frontier.sweep.points, !allowed.isEmpty else { return [] }
        let goal = isBestUse ? "best use of" : "fewest"
        func chart(
            _ words: String, _ vertical: Axis, note: String? = nil, ribbon: Ribbon? = nil,
            _ value: (Question.Priced) -> Double
        ) -> LineChart {
            LineChart(
                Heading(
                    "\(words) of \(Readable.scientific(flop)) \(kind.unit), against the time allowed",
                    subtitle: "\(machine): \(conditions)",
                    caption: (["At each time the \(goal) \(unit)s."] + [note].compactMap { $0 }).joined(
                        separator: " ")),
                horizontal: longestRun, vertical: vertical,
                series: [Series(words, points: allowed.map { DataPoint(x: $0.seconds, y: value($0.plan)) })],
                ribbons: [ribbon].compactMap { $0 })
        }
        return [
            (
                "utilization",
                chart(
                    kind.words, kind.utilizationAxis, note: sureness.words(plans, "Grey"),
                    ribbon: sureness.ribbon(allowed.map { (x: $0.seconds, plan: $0.plan) }),
                    frontier.sweep.utilization)
            ),
            (
                "gpus",
                chart("\(unit)s", Axis("\(unit)s given", unit: "count", scale: .log10, format: .compact)) {
                    Double($0.gpusGiven)
                }
            ),
        ]
    }

    /// The utilization of a curve for a terminal; nil for a grid and for fewer than two plans.
    var textPlot: String? {
        let sweep = frontier.sweep
        let machine = sweep.template.machine.name
        let points: [DataPoint]
        let title: String
        let horizontal: Axis
        switch sweep.points {
        case .grid: return nil
        case .compute, .publishedWidths:
            points = frontier.points.compactMap { point in
                point.plan.map { DataPoint(x: sweep.flop(point, $0), y: sweep.utilization($0)) }
            }
            title =
                "\(kind.words) of the fewest \(unit)s that finish in \(Readable.time(sweep.time)), \(machine)"
            horizontal = Axis(kind.title.lowercased(), unit: "FLOP", scale: .log10, format: .power)
        case .times(let flop, _, _, _):
            points = allowed.map { DataPoint(x: $0.seconds, y: sweep.utilization($0.plan)) }
            title =
                "\(kind.words) of the fewest \(unit)s for \(Readable.scientific(flop)) \(kind.unit), \(machine)"
            horizontal = Axis("longest run", unit: "s", scale: .log10, format: .duration)
        }
        guard points.count > 1 else { return nil }
        return TextPlot(
            title, horizontal: horizontal,
            vertical: Axis(
                sweep.template.utilizationWords, unit: "% of peak", format: .percent, extent: .fixed(0...1)),
            series: [Series(sweep.template.utilizationWords, points: points)], width: 72, height: 14
        ).text(.unicode)
    }
}
