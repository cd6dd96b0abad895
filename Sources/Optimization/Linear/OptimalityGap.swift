/// The distance between what was found and what is proved.
public struct OptimalityGap: Hashable, Sendable {
    /// Distance in the units of the objective, at least 0.
    public let absolute: Double

    /// Distance as a part of the objective or the bound, whichever is larger in magnitude; at least 0.
    ///
    ///     |objective - bound| / max(|objective|, |bound|), and 0 where both are equal
    public let relative: Double

    /// Measures the distance.
    /// - Parameters:
    ///   - objective: objective of a point.
    ///   - bound: bound on the objective.
    public init(objective: Double, bound: Double) {
        absolute = (objective - bound).magnitude
        relative = absolute == 0 ? 0 : absolute / max(objective.magnitude, bound.magnitude)
    }
}
