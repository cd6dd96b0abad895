import Optimization
import Quantities
import ScalingModel
import Training

/// The closed-form limits of a machine beside what the search finds on it.
///
/// The forms of arXiv:2411.01137 know one network level that ends scaling, products that are never short of
/// memory bandwidth, and batches that follow their law exactly. Where a machine is unlike that they can be off by
/// orders of magnitude, so they are held against the frontier of the default laws, at those laws' own exponent.
public struct ClosedFormCheck: Sendable {
    /// How far a form may be off, either way, and still be said to hold.
    public static let factor = 10.0
    /// The exponent of the default laws: batch as C^(1/6), depth as C^(0.3751/(2·1.3751)).
    public static let exponent = 1.0 / 6 - 0.3751 / (2 * 1.3751)
    /// What both are about.
    public static let time = Seconds.months(3)

    /// Where the forms end linear scaling: the lesser of critical compute and latency limit, FLOP.
    public let formula: Double
    /// The first and the last end of linear scaling that the search finds, FLOP; nil where scaling is linear
    /// throughout ``ComputeRange`` or nowhere.
    public let searched: ClosedRange<Double>?

    /// Whether the forms lie within ``factor`` of the search.
    public var holds: Bool {
        guard let searched else { return false }
        return formula >= searched.lowerBound / Self.factor && formula <= searched.upperBound * Self.factor
    }

    /// Searches the end of linear scaling on a machine; takes some tenths of a second.
    /// - Parameter machine: any.
    /// - Throws: ``PlanningError`` when the machine cannot be planned for.
    public init(machine: Accelerator) throws(PlanningError) {
        let critical = ClosedForms.criticalCompute(machine: machine, exponentDifference: Self.exponent).value
        let latency = ClosedForms.latencyLimit(
            exponentDifference: Self.exponent, latency: ClosedForms.unitLatency(of: machine)
        ).value
        formula = min(critical, latency)
        let sweep = try FrontierSweep(
            template: PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e24, time: Self.time)),
            points: .compute(from: 1e22, to: 1e36, count: 2), time: Self.time)
        let search = LandmarkSearch(sweep: sweep, points: [], clock: .unlimited)
        let linear = try search.linearScaling()
        guard let first = linear.landmark?.flop else {
            searched = nil
            return
        }
        searched = first...max(first, try search.lastReturn(after: linear)?.flop ?? first)
    }
}
