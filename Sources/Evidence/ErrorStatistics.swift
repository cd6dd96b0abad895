/// How far predictions are from measurements: error = predicted/measured − 1.
public struct ErrorStatistics: Hashable, Sendable {
    /// Rows.
    public let rows: Int
    /// Half of the rows have a smaller absolute error.
    public let medianAbsolute: Double
    /// Mean absolute error.
    public let meanAbsolute: Double
    /// Nine of ten rows have a smaller absolute error.
    public let ninetiethAbsolute: Double
    /// Mean error.
    public let bias: Double

    /// Takes the errors of at least one row.
    public init?(_ errors: [Double]) {
        guard !errors.isEmpty else { return nil }
        rows = errors.count
        let sizes = errors.map(abs).sorted()
        medianAbsolute = Self.quantile(sizes, 0.5)
        ninetiethAbsolute = Self.quantile(sizes, 0.9)
        meanAbsolute = sizes.reduce(0, +) / Double(sizes.count)
        bias = errors.reduce(0, +) / Double(errors.count)
    }

    /// The quantile of sorted numbers, between neighbours in proportion.
    /// - Parameters:
    ///   - sorted: at least one number, rising.
    ///   - share: 0...1.
    /// - Returns: the number at that share of the way.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }

    /// Spearman's rank correlation, equal numbers taking their mean rank; nil where one side is constant.
    static func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
        let (one, other) = (ranks(left), ranks(right))
        let mean = Double(one.count - 1) / 2
        var (both, first, second) = (0.0, 0.0, 0.0)
        for (x, y) in zip(one, other) {
            both += (x - mean) * (y - mean)
            first += (x - mean) * (x - mean)
            second += (y - mean) * (y - mean)
        }
        guard first > 0, second > 0 else { return nil }
        return both / (first * second).squareRoot()
    }

    private static func ranks(_ numbers: [Double]) -> [Double] {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        var ranks = [Double](repeating: 0, count: numbers.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, numbers[order[end + 1]] == numbers[order[start]] { end += 1 }
            for index in start...end { ranks[order[index]] = Double(start + end) / 2 }
            start = end + 1
        }
        return ranks
    }
}
