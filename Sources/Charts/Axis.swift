/// One axis: what it measures, in which unit, how it is spread and how its numbers are written.
public struct Axis: Sendable, Hashable {
    /// The values at the ends of the axis.
    public enum Extent: Sendable, Hashable {
        /// Follows from the data.
        case automatic
        /// The same whatever the data; what lies outside is cut off.
        case fixed(ClosedRange<Double>)
    }

    /// Quantity, without the unit.
    public var title: String
    /// Unit; empty only for pure numbers.
    public var unit: String
    /// How values are spread.
    public var scale: Scale.Kind
    /// How the numbers at the ticks are written.
    public var format: NumberFormat
    /// The values at the ends.
    public var extent: Extent

    /// An axis.
    ///
    /// - Parameters:
    ///   - title: the quantity, without the unit.
    ///   - unit: the unit; empty for pure numbers.
    ///   - scale: how values are spread.
    ///   - format: how the numbers at the ticks are written.
    ///   - extent: the values at the ends, by default from the data.
    public init(
        _ title: String,
        unit: String,
        scale: Scale.Kind = .linear,
        format: NumberFormat = .plain,
        extent: Extent = .automatic
    ) {
        self.title = title
        self.unit = unit
        self.scale = scale
        self.format = format
        self.extent = extent
    }

    /// Quantity and unit as the axis shows them; the unit stands at the ticks where the format writes it.
    public var label: String { unit.isEmpty || format.statesUnit ? title : "\(title) (\(unit))" }
}

extension Axis {
    /// How far an automatic axis reaches beyond the data.
    enum Padding: Sendable, Hashable {
        /// Exactly to the outermost values.
        case none
        /// A little beyond the outermost values.
        case loose
        /// From zero, where all values are of one sign, to a little beyond the largest.
        case fromZero
    }

    /// The scale that shows the given values.
    func resolved(for values: [Double], padding: Padding) -> Scale {
        if case .fixed(let range) = extent { return Scale(scale, over: range) }
        let usable = values.filter { scale.transformed($0) != nil }
        guard var low = usable.min(), var high = usable.max() else {
            return Scale(scale, over: scale == .linear ? 0...1 : 1...10)
        }
        switch (padding, scale) {
        case (.none, _): break
        case (.fromZero, .linear):
            let room = (max(high, 0) - min(low, 0)) * 0.06
            (low, high) = (low < 0 ? low - room : 0, high > 0 ? high + room : 0)
        case (_, .linear):
            let room = (high - low) * 0.06
            (low, high) = (low - room, high + room)
        case (_, .log10), (_, .log2):
            let ratio = max(Elementary.power(high / low, 0.06), low == high ? 2 : 1.02)
            (low, high) = (low / ratio, high * ratio)
        }
        return Scale(scale, over: low...high)
    }
}
