import Optimization
import Quantities

/// A finished frontier: its points in order and the places where scaling ends.
public struct ScalingFrontier: Sendable {
    /// The sweep.
    public let sweep: FrontierSweep
    /// Points in the order of the sweep's cells.
    public let points: [FrontierPoint]
    /// The places where scaling ends; nil for grids and curves over time, which have none.
    public let landmarks: Landmarks?
    /// Whether the time limit ended the search for landmarks.
    public let isCutOff: Bool

    /// A place on the frontier.
    public struct Landmark: Sendable {
        /// Training compute in FLOP.
        public let flop: Double
        /// The curve's plan there.
        public let plan: PricedPlan

        /// Makes a landmark.
        public init(flop: Double, plan: PricedPlan) {
            self.flop = flop
            self.plan = plan
        }
    }

    /// How far a property reaches from the first point of a curve.
    public enum Extent: Sendable {
        /// It does not hold at the first point, or for the largest run at none.
        case nowhere
        /// It holds up to a place before the last point.
        case until(Landmark)
        /// It holds up to the last point.
        case throughout

        /// The place where it ends, if that lies between the first and the last point.
        public var landmark: Landmark? { if case .until(let landmark) = self { landmark } else { nil } }
    }

    /// The places where scaling ends.
    ///
    /// None depends on how many points a curve has, nor on where its range
    /// begins and ends as long as it holds them.
    public struct Landmarks: Sendable {
        /// How far scaling is linear without a gap: every compute from the first point on has a plan in time
        /// that uses at least ``ScalingThresholds/linearShare`` of what matrix products sustain.
        ///
        /// Of published widths, up to the first width with no more than that.
        public let linear: Extent
        /// The last place where scaling is linear again, where rounded shapes and batches make it so.
        public let lastReturn: Landmark?
        /// How far runs of at least ``ScalingThresholds/leastUtilization`` reach, gaps or not.
        public let feasible: Extent
        /// The largest compute that some plan finishes even with infinite bandwidths and rates, FLOP; nil for
        /// none, or where it was not looked for.
        public let latencyWall: Double?

        /// Makes landmarks.
        public init(linear: Extent, lastReturn: Landmark?, feasible: Extent, latencyWall: Double?) {
            self.linear = linear
            self.lastReturn = lastReturn
            self.feasible = feasible
            self.latencyWall = latencyWall
        }
    }

    /// Where linear scaling ends, if between the first and the last point.
    public var endOfLinearScaling: Landmark? { landmarks?.linear.landmark }
    /// As ``Landmarks/lastReturn``.
    public var lastReturn: Landmark? { landmarks?.lastReturn }
    /// The largest run of at least the least utilization, if between the first and the last point.
    public var largestRun: Landmark? { landmarks?.feasible.landmark }
    /// As ``Landmarks/latencyWall``.
    public var latencyWall: Double? { landmarks?.latencyWall }

    /// A curve over compute whose landmarks are known.
    /// - Parameters:
    ///   - sweep: where the points come from; of `compute` points.
    ///   - points: all of them, in any order.
    ///   - landmarks: of the same sweep.
    public init(sweep: FrontierSweep, points: [FrontierPoint], landmarks: Landmarks) {
        self.sweep = sweep
        self.points = points.sorted { $0.cell.index < $1.cell.index }
        self.landmarks = landmarks
        isCutOff = false
    }

    /// Which landmarks are looked for.
    public enum Looking: Hashable, Sendable {
        /// All of them.
        case everywhere
        /// The end of linear scaling and the largest run alone: what is drawn for many machines.
        case endsAlone
    }

    /// Orders the points, ends a published curve where it ends, and finds the landmarks.
    /// - Parameters:
    ///   - sweep: where the points come from.
    ///   - points: all of them, in any order.
    ///   - looking: which landmarks are looked for.
    ///   - clock: how long that may take; nil begins one with the template's time limit.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public init(
        sweep: FrontierSweep, points: [FrontierPoint], looking: Looking = .everywhere,
        clock: SearchClock? = nil
    ) throws(PlanningError) {
        self.sweep = sweep
        var ordered = points.sorted { $0.cell.index < $1.cell.index }
        if case .publishedWidths = sweep.points {
            let end = ordered.firstIndex {
                ($0.plan?.utilization ?? 0) <= PublishedWidths.leastUtilization
            }
            if let end { ordered = Array(ordered[...(ordered[end].plan == nil ? end - 1 : end)]) }
        }
        self.points = ordered
        switch sweep.points {
        case .grid, .times:
            landmarks = nil
            isCutOff = false
            return
        case .compute, .publishedWidths: break
        }
        let clock = clock ?? sweep.startClock()
        let search = LandmarkSearch(sweep: sweep, points: ordered, clock: clock)
        let linear = try search.linearScaling()
        let isWhole = looking == .everywhere
        let found = Landmarks(
            linear: linear, lastReturn: isWhole ? try search.lastReturn(after: linear) : nil,
            feasible: try search.feasibility(), latencyWall: isWhole ? try search.latencyWall() : nil)
        // What was found by then may lie anywhere below the truth.
        isCutOff = clock.isOver
        landmarks = isCutOff ? nil : found
    }
}
