import CostModel
import Strategy

/// Every way to spread each legal value of a degree over the network levels.
struct SplitTable {
    /// Factors on the bounded levels, packed for quick products; lanes past them are 1.
    typealias Factors = SIMD8<Int32>

    /// The legal degrees, ascending.
    let degrees: [Int]
    /// Splits of all degrees, those of one degree next to each other.
    let splits: [Split]
    /// Factors on the bounded levels, one entry a split.
    let factors: [Factors]
    /// Splits of each degree.
    let ranges: [Range<Int>]

    /// Lists the splits.
    /// - Parameters:
    ///   - degrees: the legal degrees, ascending.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    init(degrees: [Int], sizes: [Int]) {
        self.degrees = degrees
        var splits: [Split] = []
        var factors: [Factors] = []
        var ranges: [Range<Int>] = []
        for degree in degrees {
            let start = splits.count
            Self.visit(rest: degree, sizes: sizes[...], chosen: []) { inner, top in
                splits.append(Split(factors: inner + [top]))
                var packed = Factors(repeating: 1)
                for (level, factor) in inner.enumerated() { packed[level] = Int32(factor) }
                factors.append(packed)
            }
            ranges.append(start..<splits.count)
        }
        self.splits = splits
        self.factors = factors
        self.ranges = ranges
    }

    private static func visit(
        rest: Int, sizes: ArraySlice<Int>, chosen: [Int], _ body: ([Int], Int) -> Void
    ) {
        guard let size = sizes.first else { return body(chosen, rest) }
        for factor in 1...min(size, rest) where rest.isMultiple(of: factor) {
            visit(rest: rest / factor, sizes: sizes.dropFirst(), chosen: chosen + [factor], body)
        }
    }

    /// The factors of a split on every level, innermost first.
    func levels(of split: Int, degree: Int, bounded: Int) -> [Int] {
        let inner = (0..<bounded).map { Int(factors[split][$0]) }
        return inner + [degree / inner.product]
    }
}
