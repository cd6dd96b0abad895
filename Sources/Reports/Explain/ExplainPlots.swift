import Charts
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// The figures of an explanation.
public struct ExplainPlots<Question: ReportedExplanation>: Sendable {
    private let explanation: Explanation<Question>

    /// Takes an explanation.
    public init(_ explanation: Explanation<Question>) { self.explanation = explanation }

    private var question: Question { explanation.question }

    /// Figures with the names of their files: `waterfall` of a step, `tornado` of the answer; none without a
    /// plan.
    public var charts: [(name: String, chart: any Chart)] {
        guard let best = explanation.best else { return [] }
        return [("waterfall", waterfall(best)), ("tornado", tornado(best))]
    }

    private func subtitle(_ best: Question.Priced) -> String {
        "\(question.subject) on \(question.machine.title): \(Readable.scientific(best.flop)) FLOP on "
            + "\(best.accelerators) of them in \(Readable.time(best.total)), \(question.planWords)"
    }

    private func waterfall(_ best: Question.Priced) -> WaterfallChart {
        let negligible = 1e-12 * best.stepSeconds
        return WaterfallChart(
            Heading(
                "Where one training step goes", subtitle: subtitle(best),
                caption: "What hides behind arithmetic counts only where it sticks out."),
            parts: explanation.costs.filter { $0.seconds > negligible }
                .map { WaterfallChart.Part($0.words, value: $0.seconds) },
            total: "step", format: .duration)
    }

    private func tornado(_ best: Question.Priced) -> TornadoChart {
        let measure = question.measure
        let factor = PlainNumber.text(explanation.factor)
        let effects = explanation.sensitivities.compactMap { row -> TornadoChart.Effect? in
            guard let low = row.low.value, let high = row.high.value else { return nil }
            return TornadoChart.Effect(
                row.knob.words(on: question.machine), low: low, high: high)
        }
        let axis: Axis =
            switch measure {
            case .stepSeconds: Axis("Time of a step", unit: "s", scale: .log10, format: .duration)
            case .seconds: Axis("Time of the run", unit: "s", scale: .log10, format: .duration)
            case .gpus:
                Axis("\(question.machine.unit)s given", unit: "count", scale: .log10, format: .compact)
            case .utilization: Axis("Utilization", unit: "% of peak", format: .percent)
            case .flop: Axis("Largest run", unit: "FLOP", scale: .log10, format: .power)
            }
        return TornadoChart(
            Heading(
                "What the answer owes to each number", subtitle: subtitle(best),
                caption: "The best plan is chosen anew for each value; numbers without a plan are left out."),
            axis: axis, baseline: measure.value(of: best), effects: effects, low: "divided by \(factor)",
            high: "multiplied by \(factor)")
    }
}
