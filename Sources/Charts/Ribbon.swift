/// A shaded area between two heights along the horizontal axis, for instance where most of many results lie.
public struct Ribbon: Sendable, Hashable {
    /// Both heights at one place.
    public struct Edge: Sendable, Hashable {
        /// Value on the horizontal axis.
        public var x: Double
        /// Lower value on the vertical axis.
        public var low: Double
        /// Upper value on the vertical axis.
        public var high: Double

        /// Both heights at one place.
        ///
        /// - Parameters:
        ///   - x: value on the horizontal axis.
        ///   - low: lower value on the vertical axis.
        ///   - high: upper value on the vertical axis.
        public init(x: Double, low: Double, high: Double) {
            self.x = x
            self.low = low
            self.high = high
        }
    }

    /// Name in the legend.
    public var name: String
    /// The edges, ascending in x; one whose heights are not finite is left out.
    public var edges: [Edge]
    /// Colour.
    public var hue: Hue

    /// A shaded area.
    ///
    /// - Parameters:
    ///   - name: name in the legend.
    ///   - edges: both heights, ascending in x.
    ///   - hue: colour.
    public init(_ name: String, edges: [Edge], hue: Hue) {
        self.name = name
        self.edges = edges
        self.hue = hue
    }

    /// Lower and upper points, for the extent of the axes.
    var points: [DataPoint] {
        edges.flatMap { [DataPoint(x: $0.x, y: $0.low), DataPoint(x: $0.x, y: $0.high)] }
    }

    /// Draws the area.
    func draw(on drawing: inout Drawing, _ plot: Plot) {
        let sides = edges.compactMap { edge -> (low: Position, high: Position)? in
            guard let low = plot.position(DataPoint(x: edge.x, y: edge.low)),
                let high = plot.position(DataPoint(x: edge.x, y: edge.high))
            else { return nil }
            return (low, high)
        }
        drawing.polygon(
            sides.map(\.high) + sides.reversed().map(\.low), fill: .hue(hue), opacity: LegendEntry.tint,
            tooltip: name)
    }
}
