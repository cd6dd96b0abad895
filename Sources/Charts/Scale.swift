/// A mapping of values to the fraction 0...1 of an axis.
public struct Scale: Sendable, Hashable {
    /// How values are spread.
    public enum Kind: Sendable, Hashable {
        /// Equal differences have equal lengths.
        case linear
        /// Equal ratios have equal lengths; ticks at powers of ten.
        case log10
        /// Equal ratios have equal lengths; ticks at powers of two.
        case log2

        /// The value on the axis in which the mapping is linear; nil where there is none.
        func transformed(_ value: Double) -> Double? {
            guard value.isFinite else { return nil }
            switch self {
            case .linear: return value
            case .log10: return value > 0 ? Elementary.log10(value) : nil
            case .log2: return value > 0 ? Elementary.log2(value) : nil
            }
        }

        /// The inverse of `transformed`.
        func restored(_ place: Double) -> Double {
            switch self {
            case .linear: place
            case .log10: Elementary.power(10, place)
            case .log2: Elementary.power(2, place)
            }
        }
    }

    /// How values are spread.
    public let kind: Kind
    /// The values at the ends of the axis; positive for logarithmic kinds.
    public let domain: ClosedRange<Double>

    private let lower: Double
    private let upper: Double

    /// A scale over a range.
    ///
    /// Ranges that cannot be drawn are mended: not finite becomes 0...1, not positive on a logarithmic axis
    /// becomes a thousandth of the upper end, and a single value is widened.
    /// - Parameters:
    ///   - kind: how values are spread.
    ///   - domain: the values at the ends.
    public init(_ kind: Kind, over domain: ClosedRange<Double>) {
        var low = domain.lowerBound
        var high = domain.upperBound
        if !low.isFinite || !high.isFinite { (low, high) = kind == .linear ? (0, 1) : (1, 10) }
        if kind != .linear {
            if high <= 0 { high = 10 }
            if low <= 0 { low = high / 1000 }
        }
        if high - low <= abs(high) * 1e-12 {
            if kind == .linear {
                let room = low == 0 ? 1 : abs(low) * 0.5
                (low, high) = (low - room, high + room)
            } else {
                (low, high) = (low / 3, high * 3)
            }
        }
        self.kind = kind
        self.domain = low...high
        lower = kind.transformed(low) ?? 0
        upper = kind.transformed(high) ?? 1
    }

    /// Where a value lies.
    ///
    /// - Parameter value: any number.
    /// - Returns: 0 at the lower end and 1 at the upper, beyond them outside; nil when the value has no
    ///   place: not finite or, on logarithmic axes, not positive.
    public func fraction(of value: Double) -> Double? {
        kind.transformed(value).map { ($0 - lower) / (upper - lower) }
    }

    /// The value at a fraction of the axis.
    ///
    /// - Parameter fraction: 0 for the lower end, 1 for the upper.
    /// - Returns: the value whose fraction this is.
    public func value(at fraction: Double) -> Double {
        kind.restored(lower + (upper - lower) * fraction)
    }

    /// Whether a value lies on the axis, ends included.
    func contains(_ value: Double) -> Bool {
        guard let fraction = fraction(of: value) else { return false }
        return (-1e-9...1 + 1e-9).contains(fraction)
    }
}
