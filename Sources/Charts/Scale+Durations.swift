extension Scale {
    /// Ticks of an axis of times that are round in the units in which they are written: `2 d`, not `1.736 d`.
    /// - Parameter count: most ticks wanted, at least 2 is used.
    /// - Returns: seconds, ascending and inside the domain.
    func durations(atMost count: Int) -> [Double] {
        let units: [Double] = NumberFormat.durations.map { $0.0 }
        let (low, high) = (domain.lowerBound, domain.upperBound)
        let unit: Double = units.last { $0 <= high } ?? 1
        if kind == .linear || high <= low * 60 {
            let inside = Scale(kind, over: (low / unit)...(high / unit))
            return inside.ticks(atMost: count).map { $0 * unit }.filter(contains)
        }
        var round: [Double] = []
        for (index, unit) in units.enumerated() {
            let next: Double = index + 1 < units.count ? units[index + 1] : .infinity
            for factor in [1.0, 10, 100] {
                let value: Double = factor * unit
                if value * 2 < next, contains(value) { round.append(value) }
            }
        }
        let most = max(2, count)
        let step = max(1, (round.count + most - 1) / most)
        return round.indices.filter { $0.isMultiple(of: step) }.map { round[$0] }
    }
}
