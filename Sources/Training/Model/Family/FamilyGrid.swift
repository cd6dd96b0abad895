/// The shapes that a family has: one list of values for each number that varies.
///
/// What is not given follows the named model, on numbers that kernels and pipelines like:
///
/// | axis | values unless given |
/// | --- | --- |
/// | width | k·2^i, odd k ≤ 7, i ≥ 7 |
/// | layers | k·2^i, k 1 or 3, at most 1536 |
/// | ratio | 2/3, 1 and 3/2 times the named feed-forward width over width, to a multiple of 128 |
/// | kv_heads | as named: one for each head, or the named number |
/// | experts | the named number times 1/4, 1/2, 1, 2 and 4; none sparser than ``SparseLoss/mostChecked`` and the named model |
/// | active | the named number |
///
/// Query heads keep their size: as many as the width holds at the named share, to the closest k·2^i with odd k ≤ 7 where
/// that is no whole number. Loss laws know neither groups of keys nor how many experts share the active width, so
/// these two vary only where they are given.
public struct FamilyGrid: Hashable, Sendable, Codable {
    /// Widths; nil for the grid's.
    public var widths: [Int]?
    /// Depths; nil for the grid's.
    public var layers: [Int]?
    /// Feed-forward width over width, in multiples of the named model's; of experts too.
    public var ratios: [Double]
    /// Heads of keys and values; nil as named.
    public var keyValueHeads: [Int]?
    /// Routed experts; nil for the grid's, and in a dense family.
    public var experts: [Int]?
    /// Experts that a token is sent to; nil as named, and in a dense family.
    public var activeExperts: [Int]?
    /// How far active parameters may lie from those of the family's curve, as a factor either way.
    public var parameterFactor: Double
    /// Depth over that of the family's curve, both ends included.
    public var depthRange: ClosedRange<Double>
    /// The one shape that is asked about, whatever the axes say; nil for all of the grid.
    public var only: TransformerShape?

    /// Makes a grid; unless changed, of the values above.
    public init(
        widths: [Int]? = nil, layers: [Int]? = nil, ratios: [Double] = [2.0 / 3, 1, 1.5],
        keyValueHeads: [Int]? = nil, experts: [Int]? = nil, activeExperts: [Int]? = nil,
        parameterFactor: Double = 16, depthRange: ClosedRange<Double> = 1.0 / 16...4
    ) {
        self.widths = widths
        self.layers = layers
        self.ratios = ratios
        self.keyValueHeads = keyValueHeads
        self.experts = experts
        self.activeExperts = activeExperts
        self.parameterFactor = parameterFactor
        self.depthRange = depthRange
    }

    /// Widths in use, ascending.
    var allWidths: [Int] { (widths ?? Self.numbers(in: 128...(7 << 17), leastExponent: 7)).sorted() }

    /// Depths in use, ascending.
    var allLayers: [Int] { (layers ?? Self.numbers(in: 1...1536, leastExponent: 0, mostOdd: 3)).sorted() }

    /// Multiples of 128, at least one, next to a width.
    static func friendly(_ width: Double) -> Int { max(1, Int((width / 128).rounded())) * 128 }

    /// k·2^i with small odd k.
    static func numbers(in range: ClosedRange<Int>, leastExponent: Int, mostOdd: Int = 7) -> [Int] {
        RoundNumber.friendly(in: range, leastExponent: leastExponent).filter {
            $0 >> $0.trailingZeroBitCount <= mostOdd
        }
    }
}

extension FamilyGrid {
    /// Names of the axes that can be given, in order.
    public static let axes = ["width", "layers", "ratio", "kv_heads", "experts", "active"]

    /// Gives an axis its values.
    /// - Parameters:
    ///   - axis: one of ``axes``.
    ///   - values: above zero; whole but for `ratio`.
    /// - Throws: ``TransformerFamilyError`` naming what is wrong.
    public mutating func set(_ axis: String, _ values: [Double]) throws(TransformerFamilyError) {
        guard !values.isEmpty, values.allSatisfy({ $0 > 0 && $0 <= 1e6 }) else {
            throw TransformerFamilyError("\(axis): numbers above 0 and at most 1000000 are accepted")
        }
        let counts = values.compactMap { Int(exactly: $0) }
        guard counts.count == values.count || axis == "ratio" else {
            throw TransformerFamilyError("\(axis): whole numbers are accepted")
        }
        switch axis {
        case "width": widths = counts
        case "layers": layers = counts
        case "ratio": ratios = values
        case "kv_heads": keyValueHeads = counts
        case "experts": experts = counts
        case "active": activeExperts = counts
        default:
            throw TransformerFamilyError(
                "'\(axis)' is no axis; \(Self.axes.joined(separator: ", ")) are accepted")
        }
    }
}

/// Why a family cannot be made.
public struct TransformerFamilyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which value, why, what would be accepted.
    public let description: String

    init(_ description: String) { self.description = description }
}
