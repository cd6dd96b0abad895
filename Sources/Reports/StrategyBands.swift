import Charts
import Optimization
import ScalingModel

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
        _ plans: [PricedPlan], end: Double, key: (PricedPlan) -> String,
        band: (String, ClosedRange<Double>) -> Band
    ) -> [Band] {
        var bands: [Band] = []
        var start = plans.first?.run.flop ?? 0
        for (index, plan) in plans.enumerated() {
            let name = key(plan)
            let next = index + 1 < plans.count ? plans[index + 1] : nil
            if next.map(key) == name { continue }
            let stop = next.map { (plan.run.flop * $0.run.flop).squareRoot() } ?? end
            guard stop > start else { continue }
            bands.append(band(name, start...stop))
            start = stop
        }
        return bands
    }
}

/// Which kinds of parallelism the plans of a curve use, as coloured bands.
struct StrategyBands {
    private let plans: [PricedPlan]

    /// Takes plans that ascend in compute.
    init(_ plans: [PricedPlan]) { self.plans = plans }

    /// The kinds with a degree above 1, such as `tensor + pipeline + data`; `none` for a single accelerator.
    static func name(_ plan: PricedPlan) -> String {
        let degrees = [
            ("tensor", plan.plan.tensor), ("pipeline", plan.plan.pipeline), ("expert", plan.plan.expert),
            ("data", plan.plan.data),
        ]
        let used = degrees.filter { $0.1 > 1 }.map(\.0)
        return used.isEmpty ? "none" : used.joined(separator: " + ")
    }

    /// One band for each stretch with the same kinds; a combination keeps its colour.
    var bands: [Band] {
        var names: [String] = []
        for plan in plans where !names.contains(Self.name(plan)) { names.append(Self.name(plan)) }
        // Yellow and orange differ little behind a line, so the palette is taken in an order of its own.
        let palette: [Hue] = [.blue, .orange, .green, .purple, .vermillion, .sky, .yellow, .grey]
        let hues = Dictionary(
            names.enumerated().map { ($1, palette[min($0, palette.count - 1)]) },
            uniquingKeysWith: { first, _ in first })
        return Stretches.bands(
            plans, end: plans.last?.run.flop ?? 0, key: Self.name,
            band: { Band($0, range: $1, hue: hues[$0] ?? .grey) })
    }
}
