import Quantities
import ScalingModel

/// When a run counts as part of a curve's linear stretch, and when it still counts as a run at all.
public struct ScalingThresholds: Hashable, Sendable {
    /// Share of the sustained fraction that a run must reach for scaling to be called linear, above 0 and at
    /// most 1.
    public let linearShare: Double
    /// Utilization that the largest feasible run must reach, a share of the peak, at least 0 and below 1.
    public let leastUtilization: Double

    /// 0.8: where the source says that linear scaling ends (arXiv:2411.01137).
    public static let publishedLinearShare = 0.8
    /// 0.1: ours.
    ///
    /// A run that wastes nine tenths of its accelerators is hardly one that somebody buys, and
    /// without a limit the largest run is where latency alone or whole numbers end, not the machine.
    public static let standardLeastUtilization = 0.1

    /// Makes thresholds.
    /// - Parameters:
    ///   - linearShare: share of the sustained fraction, above 0 and at most 1.
    ///   - leastUtilization: share of the peak, at least 0 and below 1.
    /// - Throws: ``PlanningError`` naming the value that is out of range.
    public init(
        linearShare: Double = publishedLinearShare, leastUtilization: Double = standardLeastUtilization
    ) throws(PlanningError) {
        guard linearShare > 0, linearShare <= 1 else {
            throw PlanningError(
                "the linear share is \(linearShare); a share of the sustained rate above 0 and at most 1 is needed"
            )
        }
        guard leastUtilization >= 0, leastUtilization < 1 else {
            throw PlanningError(
                "the least utilization is \(leastUtilization); a share of the peak from 0 to below 1 is needed"
            )
        }
        self.init(share: linearShare, utilization: leastUtilization)
    }

    private init(share: Double, utilization: Double) {
        linearShare = share
        leastUtilization = utilization
    }

    /// The thresholds that a curve has unless others are asked for.
    ///
    /// Published widths end by the rule of the published tables, at 0.001 of the peak.
    public static func standard(for points: SweepPoints) -> ScalingThresholds {
        ScalingThresholds(
            share: publishedLinearShare,
            utilization: points == .publishedWidths
                ? PublishedWidths.leastUtilization : standardLeastUtilization)
    }
}
