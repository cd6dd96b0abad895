/// The numbers that are accepted at one place where numbers enter.
///
/// Whatever enters is held against a range once, so that nothing behind it can overflow. A number that is
/// written with digits and read as infinite is out of every range.
public struct NumberRange: Hashable, Sendable, CustomStringConvertible {
    /// Whether the least number is in the range itself.
    public enum Edge: Hashable, Sendable {
        /// It is.
        case included
        /// Only what is above it.
        case excluded
    }

    /// Whether the word `infinite` is accepted.
    public enum Infinity: Hashable, Sendable {
        /// It is, for what an idealized machine may have without limit.
        case accepted
        /// It is not.
        case refused
    }

    /// The least number.
    public let least: Double
    /// The greatest finite number.
    public let most: Double
    /// Whether `least` is accepted.
    public let edge: Edge
    /// Whether infinity is accepted.
    public let infinity: Infinity

    /// Makes a range.
    /// - Parameters:
    ///   - least: finite.
    ///   - most: finite, at least `least`.
    ///   - edge: whether `least` itself is accepted.
    ///   - infinity: whether infinity is accepted besides.
    public init(_ least: Double, _ most: Double, edge: Edge = .included, infinity: Infinity = .refused) {
        self.least = least
        self.most = most
        self.edge = edge
        self.infinity = infinity
    }

    /// Numbers above zero.
    /// - Parameter most: the greatest, finite.
    /// - Returns: the range without zero.
    public static func aboveZero(upTo most: Double) -> NumberRange { NumberRange(0, most, edge: .excluded) }

    /// Above zero to a million million seconds, some 30,000 years: what a time given may be.
    public static let duration = NumberRange.aboveZero(upTo: 1e12)

    /// Shares of a whole that is not nothing: above zero to one.
    public static let share = NumberRange.aboveZero(upTo: 1)

    /// Whether a number is accepted.
    /// - Parameter value: any; what is not a number is not accepted.
    /// - Returns: true where it lies in the range.
    public func contains(_ value: Double) -> Bool {
        if value == .infinity { return infinity == .accepted }
        return edge == .included ? value >= least && value <= most : value > least && value <= most
    }

    /// What is accepted: `above zero and at most 1e12`, `from 1 to 1e30, or infinite`.
    public var description: String {
        let start =
            edge == .included
            ? "from \(Self.text(least)) to \(Self.text(most))"
            : "above \(least == 0 ? "zero" : Self.text(least)) and at most \(Self.text(most))"
        return infinity == .accepted ? start + ", or infinite" : start
    }

    /// A bound as people write it: whole numbers below a million plain, powers of ten as such.
    private static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
        let short = Readable.scientific(value, digits: 1)
        if Double(short) == value { return short }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
