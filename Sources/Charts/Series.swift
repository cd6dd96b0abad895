/// One measured or computed point.
public struct DataPoint: Sendable, Hashable {
    /// Value on the horizontal axis.
    public var x: Double
    /// Value on the vertical axis; not finite leaves a gap.
    public var y: Double

    /// A point.
    ///
    /// - Parameters:
    ///   - x: value on the horizontal axis.
    ///   - y: value on the vertical axis; not finite leaves a gap.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// Points joined by a line, in the order given.
public struct Series: Sendable, Hashable {
    /// Name in the legend or at the end of the line.
    public var name: String
    /// The points, ascending in x.
    public var points: [DataPoint]
    /// Colour; nil takes the next of the palette.
    public var hue: Hue?
    /// How the line is broken.
    public var dash: Dash

    /// A line through points.
    ///
    /// - Parameters:
    ///   - name: name in the legend or at the end of the line.
    ///   - points: the points, ascending in x.
    ///   - hue: colour; nil takes the next of the palette.
    ///   - dash: how the line is broken.
    public init(_ name: String, points: [DataPoint], hue: Hue? = nil, dash: Dash = .solid) {
        self.name = name
        self.points = points
        self.hue = hue
        self.dash = dash
    }
}

/// A vertical line at a value, with a label.
public struct Marker: Sendable, Hashable {
    /// Words beside the line.
    public var label: String
    /// Place on the horizontal axis.
    public var x: Double
    /// Where the line might stand as well, drawn as a bar at its foot; nil for none.
    public var range: ClosedRange<Double>?

    /// A vertical line.
    ///
    /// - Parameters:
    ///   - label: words beside the line.
    ///   - x: place on the horizontal axis.
    ///   - range: where it might stand as well; nil for nowhere else.
    public init(_ label: String, x: Double, range: ClosedRange<Double>? = nil) {
        self.label = label
        self.x = x
        self.range = range
    }
}

/// A coloured stretch of the horizontal axis, for instance where one cost dominates.
public struct Band: Sendable, Hashable {
    /// What the stretch means; bands of one name share a colour.
    public var name: String
    /// From where to where.
    public var range: ClosedRange<Double>
    /// Colour.
    public var hue: Hue

    /// A coloured stretch.
    ///
    /// - Parameters:
    ///   - name: what it means.
    ///   - range: from where to where.
    ///   - hue: its colour.
    public init(_ name: String, range: ClosedRange<Double>, hue: Hue) {
        self.name = name
        self.range = range
        self.hue = hue
    }
}
