import Planning
import Quantities
import Training
import TransformerModel

/// Money and energy of a run, shown where they were asked for.
///
/// Counted are all accelerators given and the spares, in use or not, for the time with goodput where that was
/// asked for.
extension TransformerReport {
    private func bill(_ layout: PricedLayout, _ prices: RunPrices, time: Seconds) -> RunBill {
        prices.bill(
            used: layout.layout.gpus, reserved: max(gpusGiven, layout.layout.gpus), time: time,
            busy: answer.hardwareUtilization(layout) / answer.member.machine.compute.sustainedFraction)
    }

    /// A step, and the run where one was asked for, each with what goodput adds.
    private func bills(_ layout: PricedLayout) -> (prices: RunPrices, step: RunBill, run: RunBill?)? {
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
        let unit = answer.member.machine.unit
        var lines = ["money and energy of the \(unit)s given\(factors.spares > 0 ? " and the spares" : "")"]
        if let run { lines.append("run       \(run.text(unit: unit))") }
        lines.append("step      \(step.text(unit: unit, energy: (3.6e6, "kWh")))")
        lines += prices.assumptions(on: answer.member.machine)
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
        ] + (run?.fields ?? RunBill.columns.map { Field($0, .missing) })
    }
}
