/// A number with a dimension that the compiler checks.
///
/// One `Double` in the SI base unit of its dimension (seconds, bytes, FLOP, bytes per second, FLOP per
/// second). It costs nothing at run time: the dimension exists only as a type.
@frozen
public struct Quantity<Dimension: QuantityDimension>: Hashable, Sendable, Comparable {
    /// The value in the dimension's base unit.
    public var value: Double

    /// Makes a quantity from a number in the base unit.
    /// - Parameter value: seconds, bytes, FLOP, bytes a second or FLOP a second.
    @inlinable
    public init(_ value: Double) { self.value = value }

    /// The quantity zero.
    @inlinable
    public static var zero: Self { Self(0) }

    /// Orders by value.
    /// - Parameters:
    ///   - left: any quantity.
    ///   - right: one of the same dimension.
    /// - Returns: whether the left one is smaller.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// The sum.
    @inlinable
    public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

    /// The difference.
    @inlinable
    public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

    /// The quantity times a pure number.
    @inlinable
    public static func * (left: Self, factor: Double) -> Self { Self(left.value * factor) }

    /// A pure number times the quantity.
    @inlinable
    public static func * (factor: Double, right: Self) -> Self { Self(factor * right.value) }

    /// The quantity divided by a pure number.
    @inlinable
    public static func / (left: Self, divisor: Double) -> Self { Self(left.value / divisor) }

    /// The ratio of two quantities of one dimension: a pure number.
    @inlinable
    public static func / (left: Self, right: Self) -> Double { left.value / right.value }
}

/// A dimension of ``Quantity``: its base unit and how text about it is read.
public protocol QuantityDimension: Sendable {
    /// The base unit as printed, for instance `s` or `B/s`.
    static var symbol: String { get }

    /// Units that may follow a number, each with its factor to the base unit; SI prefixes are added to those
    /// that `prefixable` lists.
    static var units: [String: Double] { get }

    /// The units of ``units`` that take the prefixes k, M, G, T, P, E.
    static var prefixable: Set<String> { get }

    /// What a reader is told when text cannot be read.
    static var example: String { get }
}

extension Quantity: Codable {
    /// Reads the bare number in the base unit.
    /// - Parameter decoder: a single-value container holding a number.
    /// - Throws: what the decoder throws.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Double.self))
    }

    /// Writes the bare number in the base unit.
    /// - Parameter encoder: where to.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
