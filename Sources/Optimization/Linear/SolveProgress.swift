/// What is known in the middle of a solve.
public struct SolveProgress: Hashable, Sendable {
    /// What is proved so far, as `MixedIntegerResult.bound`; nil before the first relaxation is solved.
    public let bound: Double?
    /// Objective of the best point so far, as the solver sees it; nil if there is none.
    public let incumbent: Double?
    /// Branch-and-bound nodes made so far.
    public let nodes: Int
    /// Time since the call.
    public let elapsed: Duration

    /// Makes a report.
    /// - Parameters:
    ///   - bound: what is proved so far.
    ///   - incumbent: objective of the best point so far.
    ///   - nodes: branch-and-bound nodes made so far.
    ///   - elapsed: time since the call.
    public init(bound: Double?, incumbent: Double?, nodes: Int, elapsed: Duration) {
        self.bound = bound
        self.incumbent = incumbent
        self.nodes = nodes
        self.elapsed = elapsed
    }

    /// How far apart incumbent and bound are; nil unless there are both.
    public var gap: OptimalityGap? {
        guard let incumbent, let bound else { return nil }
        return OptimalityGap(objective: incumbent, bound: bound)
    }
}
