import Foundation
import Optimization
import Quantities
import ScalingModel

/// A finished frontier: its points in order and the places where scaling ends.
public struct SweepFrontier<Question: SweepQuestion>: Sendable {
    /// The sweep.
    public let sweep: Sweep<Question>
    /// Points in the order of the sweep's cells.
    public let points: [SweepPoint<Question>]
    /// The places where scaling ends; nil for grids and curves over time, which have none.
    public let landmarks: Landmarks<Question.Priced>?
    /// Whether the time limit ended the search for landmarks.
    public let isCutOff: Bool

    /// Where linear scaling ends, if between the first and the last point.
    public var endOfLinearScaling: Landmark<Question.Priced>? { landmarks?.linear.landmark }
    /// As ``Landmarks/lastReturn``.
    public var lastReturn: Landmark<Question.Priced>? { landmarks?.lastReturn }
    /// The largest run of at least the least utilization, if between the first and the last point.
    public var largestRun: Landmark<Question.Priced>? { landmarks?.feasible.landmark }
    /// As ``Landmarks/latencyWall``.
    public var latencyWall: Double? { landmarks?.latencyWall }

    /// A curve over compute whose landmarks are known.
    /// - Parameters:
    ///   - sweep: where the points come from; of `compute` points.
    ///   - points: all of them, in any order.
    ///   - landmarks: of the same sweep.
    public init(sweep: Sweep<Question>, points: [SweepPoint<Question>], landmarks: Landmarks<Question.Priced>)
    {
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
    ///   - threads: how many searches at once.
    ///   - clock: how long that may take; nil begins one with the template's time limit.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public init(
        sweep: Sweep<Question>, points: [SweepPoint<Question>], looking: Looking = .everywhere,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, clock: SearchClock? = nil
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
        let found = try search.landmarks(all: looking == .everywhere, threads: threads)
        // What was found by then may lie anywhere below the truth.
        isCutOff = clock.isOver
        landmarks = isCutOff ? nil : found
    }
}
