import Explain
import Quantities
import TransformerSearch

/// Money and energy of a run, shown where they were asked for.
///
/// Counted are the accelerators used and the spares, for the time with goodput where that was asked for.
/// Accelerators that the layout leaves idle are taken to do something else.
extension TransformerReport {
    /// What a time costs.
    private struct Bill {
        let gpuHours: Double
        let dollars: Double?
        let joules: Double?

        /// `, ` before each part that is known.
        func text(energyUnit: Double, _ name: String) -> String {
            (dollars.map { ", $\(Readable.significant($0))" } ?? "")
                + (joules.map { ", \(Readable.significant($0 / energyUnit)) \(name)" } ?? "")
        }
    }

    private func bill(_ layout: PricedLayout, _ prices: RunPrices, time: Seconds) -> Bill {
        let (used, spares) = (layout.layout.gpus, factors.spares)
        let busy =
            answer.hardwareUtilization(layout) / answer.question.machine.compute.sustainedFraction
        let working = prices.joules(accelerators: used, time: time, busy: busy)
        let waiting = prices.joules(accelerators: spares, time: time, busy: 0)
        return Bill(
            gpuHours: Double(used + spares) * time.value / 3600,
            dollars: prices.dollars(accelerators: used + spares, time: time),
            joules: working.flatMap { one in waiting.map { one + $0 } })
    }

    /// A step, and the run where one was asked for, each with what goodput adds.
    private func bills(_ layout: PricedLayout) -> (prices: RunPrices, step: Bill, run: Bill?)? {
        guard let prices = factors.prices else { return nil }
        let useful = factors.goodput(layout)?.useful ?? 1
        return (
            prices, bill(layout, prices, time: layout.step.total / useful),
            totalWithFailures(layout).map { bill(layout, prices, time: $0) }
        )
    }

    /// Money and energy for people, nil where they were not asked for.
    func pricesText(_ best: PricedLayout) -> String? {
        guard let (prices, step, run) = bills(best) else { return nil }
        var lines = ["money and energy of the GPUs used\(factors.spares > 0 ? " and the spares" : "")"]
        if let run {
            lines.append(
                "run       \(Readable.significant(run.gpuHours)) GPU-hours\(run.text(energyUnit: 3.6e9, "MWh"))"
            )
        }
        lines.append(
            "step      \(Readable.significant(step.gpuHours)) GPU-hours\(step.text(energyUnit: 3.6e6, "kWh"))"
        )
        lines += prices.assumptions(on: answer.question.machine)
        return lines.map { "  \($0)" }.joined(separator: "\n")
    }

    /// Money and energy for scripts, nil where they were not asked for.
    func pricesJSON(_ layout: PricedLayout) -> JSONValue? {
        guard let (prices, _, _) = bills(layout), case .object(var members) = prices.json else { return nil }
        for field in priceFields(layout) { members[field.name] = field.value.json }
        return .object(members)
    }

    /// Money and energy as columns, none where they were not asked for.
    func priceFields(_ layout: PricedLayout) -> [Field] {
        guard let (_, step, run) = bills(layout) else { return [] }
        func number(_ value: Double?) -> Field.Value { value.map { .number($0) } ?? .missing }
        return [
            Field("step_dollars", number(step.dollars)), Field("step_joules", number(step.joules)),
            Field("gpu_hours", number(run?.gpuHours)), Field("dollars", number(run?.dollars)),
            Field("joules", number(run?.joules)),
        ]
    }
}
