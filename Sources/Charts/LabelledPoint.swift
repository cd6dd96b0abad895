/// A point with an optional label, of one of several groups.
public struct LabelledPoint: Sendable, Hashable {
    /// Value on the horizontal axis.
    public var x: Double
    /// Value on the vertical axis.
    public var y: Double
    /// Words beside the point, shown where they fit; may be empty.
    public var label: String
    /// Group, which decides the colour; may be empty when there is only one.
    public var group: String

    /// A point.
    ///
    /// - Parameters:
    ///   - x: value on the horizontal axis.
    ///   - y: value on the vertical axis.
    ///   - label: words beside the point, may be empty.
    ///   - group: group, may be empty.
    public init(x: Double, y: Double, label: String = "", group: String = "") {
        self.x = x
        self.y = y
        self.label = label
        self.group = group
    }

    /// The point without its words.
    var point: DataPoint { DataPoint(x: x, y: y) }
}

/// The groups of points in order of appearance, with their colours.
struct PointGroups: Sendable {
    let names: [String]

    init(_ points: [LabelledPoint]) {
        var seen: Set<String> = []
        names = points.map(\.group).filter { seen.insert($0).inserted }
    }

    /// The colour of a group.
    func hue(of name: String) -> Hue { Hue.cycled(names.firstIndex(of: name) ?? 0) }

    /// Legend entries; none for a single group without a name.
    func entries(style: DotStyle) -> [LegendEntry] {
        guard names.count > 1 || names.first?.isEmpty == false else { return [] }
        return names.map { LegendEntry(sign: .dot(.hue(hue(of: $0)), style), label: $0) }
    }
}
