extension Scale {
    /// Round values for the labels of an axis, ascending and inside the domain.
    ///
    /// Linear axes step by 1, 2, 2.5 or 5 times a power of ten. Logarithmic axes show powers of the base, all
    /// or every second, third, and so on; log10 axes of few decades add 2 and 5 or fall back to linear steps.
    /// - Parameter count: most ticks wanted, at least 2 is used.
    /// - Returns: at most `count` values; may be empty for a domain without round values.
    public func ticks(atMost count: Int) -> [Double] {
        let limit = max(2, count)
        switch kind {
        case .linear:
            return linearTicks(atMost: limit)
        case .log10:
            for mantissas in [[1.0, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3]] where decades < 2.7 {
                let ticks = decimalTicks(mantissas)
                if ticks.count >= 2, ticks.count <= limit { return ticks }
            }
        case .log2: break
        }
        let powers = powerTicks(atMost: limit)
        return powers.count >= 2 || decades > 1 ? powers : linearTicks(atMost: limit)
    }

    /// Values between labelled ticks that deserve a short mark without a label.
    func minorTicks(between ticks: [Double]) -> [Double] {
        guard kind == .log10, ticks.count > 1 else { return [] }
        let ratio = ticks[1] / ticks[0]
        let candidates: [Double]
        if ratio > 11 {
            candidates = decimalTicks([1])
        } else if ratio > 9, decades < 7 {
            candidates = decimalTicks([2, 3, 4, 5, 6, 7, 8, 9])
        } else {
            candidates = []
        }
        return candidates.filter { candidate in
            !ticks.contains { abs($0 - candidate) < candidate * 1e-9 }
        }
    }

    private var decades: Double { Elementary.log10(domain.upperBound / domain.lowerBound) }

    private func linearTicks(atMost limit: Int) -> [Double] {
        let span = domain.upperBound - domain.lowerBound
        guard span.isFinite, span > 0 else { return [] }
        var exponent = Int(Elementary.log10(span / Double(limit)).rounded(.down)) - 1
        while true {
            for mantissa in [1.0, 2, 2.5, 5] {
                let ticks = multiples(of: mantissa, exponent: exponent, most: limit)
                if let ticks { return ticks }
            }
            exponent += 1
        }
    }

    private func multiples(of mantissa: Double, exponent: Int, most limit: Int) -> [Double]? {
        let power = Elementary.powerOfTen(abs(exponent))
        func value(_ index: Double) -> Double {
            exponent >= 0 ? index * mantissa * power : index * mantissa / power
        }
        let step = value(1)
        let first = (domain.lowerBound / step - 1e-9).rounded(.up)
        let last = (domain.upperBound / step + 1e-9).rounded(.down)
        guard step > 0, last - first + 1 <= Double(limit) else { return nil }
        return stride(from: first, through: last, by: 1).map { index in
            min(max(value(index), domain.lowerBound), domain.upperBound)
        }
    }

    private func decimalTicks(_ mantissas: [Double]) -> [Double] {
        let first = Int(Elementary.log10(domain.lowerBound).rounded(.down))
        let last = Int(Elementary.log10(domain.upperBound).rounded(.up))
        return (first...max(first, last)).flatMap { exponent in
            mantissas.map { $0 * Elementary.powerOfTen(exponent) }
        }.filter(contains)
    }

    private func powerTicks(atMost limit: Int) -> [Double] {
        let base = kind == .log2 ? 2.0 : 10.0
        let low = kind.transformed(domain.lowerBound) ?? 0
        let high = kind.transformed(domain.upperBound) ?? 1
        let first = Int((low - 1e-9).rounded(.up))
        let last = Int((high + 1e-9).rounded(.down))
        guard first <= last else { return [] }
        let steps = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 50, 100, 200, 500]
        for step in steps {
            let exponents = (first...last).filter { $0.isMultiple(of: step) }
            if exponents.count <= limit {
                return exponents.map { exponent in
                    base == 10 ? Elementary.powerOfTen(exponent) : Elementary.power(2, Double(exponent))
                }
            }
        }
        return []
    }
}
