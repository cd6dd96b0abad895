import Charts
import Optimization
import Planning

/// Stretches of compute with one property, for the coloured bands of a curve.
enum Stretches {
    /// Bands that change half-way, in the logarithm, between two plans.
    /// - Parameters:
    ///   - plans: ascending in compute.
    ///   - end: where the last band ends, FLOP.
    ///   - key: what stays the same in a band.
    ///   - band: makes a band from the property and its range of compute.
    /// - Returns: bands in order, none of no width.
    static func bands(
        _ plans: [any PricedRun], end: Double, key: (any PricedRun) -> String,
        band: (String, ClosedRange<Double>) -> Charts.Band
    ) -> [Charts.Band] {
        var bands: [Charts.Band] = []
        var start = plans.first?.flop ?? 0
        for (index, plan) in plans.enumerated() {
            let name = key(plan)
            let next = index + 1 < plans.count ? plans[index + 1] : nil
            if next.map({ key($0) }) == name { continue }
            let stop = next.map { (plan.flop * $0.flop).squareRoot() } ?? end
            guard stop > start else { continue }
            bands.append(band(name, start...stop))
            start = stop
        }
        return bands
    }
}

/// Which kinds of parallelism the plans of a curve use, as coloured bands.
struct StrategyBands {
    private let plans: [any PricedRun]

    /// Takes plans that ascend in compute.
    init(_ plans: [any PricedRun]) { self.plans = plans }

    /// The kinds with a degree above 1, such as `tensor + pipeline + data`; `none` for a single accelerator.
    static func name(_ plan: any PricedRun) -> String {
        let used = plan.parallelism.filter { $0.degree > 1 }.map(\.name)
        return used.isEmpty ? "none" : used.joined(separator: " + ")
    }

    /// One band for each stretch with the same kinds; a combination keeps its colour.
    var bands: [Charts.Band] {
        var names: [String] = []
        for plan in plans where !names.contains(Self.name(plan)) { names.append(Self.name(plan)) }
        // Yellow and orange differ little behind a line, so the palette is taken in an order of its own.
        let palette: [Hue] = [.blue, .orange, .green, .purple, .vermillion, .sky, .yellow, .grey]
        let hues = Dictionary(
            names.enumerated().map { ($1, palette[min($0, palette.count - 1)]) },
            uniquingKeysWith: { first, _ in first })
        return Stretches.bands(
            plans, end: plans.last?.flop ?? 0, key: Self.name,
            band: { Charts.Band($0, range: $1, hue: hues[$0] ?? .grey) })
    }
}
