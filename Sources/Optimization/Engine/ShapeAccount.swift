/// Where every shape of a free search went: grid = searched + discarded + open.
public struct ShapeAccount: Hashable, Sendable, Codable {
    /// Shapes in the grid.
    public var grid = 0
    /// Shapes whose plans were searched.
    public var searched = 0
    /// Shapes discarded by proof, by rule.
    public var discarded: [String: Int] = [:]

    /// An account of nothing.
    public init() {}

    /// Shapes not looked at; 0 for a complete search.
    public var open: Int { grid - searched - discarded.values.reduce(0, +) }
}
