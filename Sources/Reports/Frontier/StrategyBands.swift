import Charts
import Optimization
import Planning

/// Stretches of compute with one property, for the coloured bands of a curve.
enum Stretches {
    /// Bands that change half-way, in the logarithm, between two plans.
    /// - Parameters:
    ///   - places: plans with the compute at which they stand, ascending.
    ///   - end: where the last band ends, FLOP.
    ///   - key: what stays the same in a band.
    ///   - band: makes a band from the property and its range of compute.
    /// - Returns: bands in order, none of no width.
    static func bands(
        _ places: [(flop: Double, plan: some PricedRun)], end: Double, key: (any PricedRun) -> String,
        band: (String, ClosedRange<Double>) -> Charts.Band
    ) -> [Charts.Band] {
        var bands: [Charts.Band] = []
        var start = places.first?.flop ?? 0
        for (index, place) in places.enumerated() {
            let name = key(place.plan)
            let next = index + 1 < places.count ? places[index + 1] : nil
            if next.map({ key($0.plan) }) == name { continue }
            let stop = next.map { (place.flop * $0.flop).squareRoot() } ?? end
            guard stop > start else { continue }
            bands.append(band(name, start...stop))
            start = stop
        }
        return bands
    }
}

/// Which kinds of parallelism the plans of a curve use, as coloured bands.
struct StrategyBands<Priced: PricedRun> {
    private let places: [(flop: Double, plan: Priced)]

    /// Takes plans with the compute at which they stand, ascending.
    init(_ places: [(flop: Double, plan: Priced)]) { self.places = places }

    /// One band for each stretch with the same kinds; a combination keeps its colour.
    var bands: [Charts.Band] {
        var names: [String] = []
        for place in places where !names.contains(place.plan.strategy) { names.append(place.plan.strategy) }
        // Yellow and orange differ little behind a line, so the palette is taken in an order of its own.
        let palette: [Hue] = [
            .blue, .orange, .green, .purple, .vermillion, .sky, .yellow, .indigo, .wine, .brown, .mint, .grey,
        ]
        let hues = Dictionary(
            names.enumerated().map { ($1, palette[min($0, palette.count - 1)]) },
            uniquingKeysWith: { first, _ in first })
        return Stretches.bands(
            places, end: places.last?.flop ?? 0, key: { $0.strategy },
            band: { Charts.Band($0, range: $1, hue: hues[$0] ?? .grey) })
    }
}

extension PricedRun {
    /// The kinds of parallelism with a degree above 1, such as `tensor + pipeline + data`; `none` for a single
    /// accelerator.
    var strategy: String {
        let used = parallelism.filter { $0.degree > 1 }.map(\.name)
        return used.isEmpty ? "none" : used.joined(separator: " + ")
    }
}
