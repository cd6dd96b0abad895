import ScalingModel

/// How far runs of at least some utilization reach along the compute, whatever points a curve is drawn with.
public protocol ComputeReach {
    /// The end of the stretch that begins with the interval and has no gap: every compute up to it is served.
    /// - Parameters:
    ///   - interval: compute in FLOP.
    ///   - utilization: share of the peak that runs must reach.
    /// - Returns: FLOP; nil where the interval's least compute is not served.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func unbroken(in interval: ClosedRange<Double>, utilization: Double) throws(PlanningError) -> Double?

    /// The largest compute of an interval that is served, gaps below it or not.
    /// - Parameters:
    ///   - interval: compute in FLOP.
    ///   - utilization: share of the peak that runs must reach.
    /// - Returns: FLOP; nil where nothing of the interval is served.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func farthest(in interval: ClosedRange<Double>, utilization: Double) throws(PlanningError) -> Double?
}
