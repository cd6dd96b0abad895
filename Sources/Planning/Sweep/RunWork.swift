/// Accelerator-seconds of a run on one kind of machine: what no plan goes below, and what utilization counts.
public struct RunWork: Hashable, Sendable {
    /// No plan takes less, whatever accelerators it uses; above 0.
    public let least: Double
    /// At a utilization of 1; a plan on n accelerators for T seconds has a utilization of this over n·T.
    public let useful: Double

    /// Takes both.
    public init(least: Double, useful: Double) {
        self.least = least
        self.useful = useful
    }
}
