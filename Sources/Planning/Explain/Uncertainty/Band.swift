/// Where a result lies in 80 of 100 cases, and its middle.
public struct Band: Hashable, Sendable {
    /// One sample in ten lies below.
    public let low: Double
    /// Half of the samples lie below.
    public let middle: Double
    /// Nine samples in ten lie below.
    public let high: Double

    /// The quantiles 0.1, 0.5 and 0.9 by nearest rank: the ⌈q·n⌉-th smallest of n values.
    /// - Parameter values: at least one; infinities may occur.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ share: Double) -> Double {
            guard !sorted.isEmpty else { return .nan }
            let rank = Int((share * Double(sorted.count)).rounded(.up))
            return sorted[min(max(rank, 1), sorted.count) - 1]
        }
        low = quantile(0.1)
        middle = quantile(0.5)
        high = quantile(0.9)
    }
}
