import CostModel
import Foundation
import Quantities
import Workload

extension FrontierSweep {
    /// Answers questions, several at once.
    ///
    /// Cells of one shape and batch are answered together: one search serves all that differ in compute alone,
    /// and neighbours start from each other's plan. Points arrive as they are finished; neither the order nor
    /// which cells are asked together changes anything in a point but its effort. A published curve ends after
    /// the first point whose utilization is at most 0.001 and before the first width that nothing serves; the
    /// points past its end are left out by ``ScalingFrontier/init(sweep:points:)``.
    /// - Parameters:
    ///   - wanted: some of ``cells``; nil for all.
    ///   - threads: groups of cells searched at once; at least 1.
    /// - Returns: points in the order in which they are finished.
    public func stream(
        _ wanted: [Cell]? = nil, threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) -> AsyncThrowingStream<FrontierPoint, any Error> {
        AsyncThrowingStream { continuation in
            let work = Task {
                do {
                    let groups = try groups(of: wanted ?? cells, threads: threads)
                    try await withThrowingTaskGroup(of: Void.self) { tasks in
                        var waiting = groups.makeIterator()
                        func start(_ group: CellGroup) {
                            tasks.addTask {
                                try GroupSolver(sweep: self, group: group).solve { point in
                                    continuation.yield(point)
                                    return !Task.isCancelled
                                }
                            }
                        }
                        for _ in 0..<max(1, threads) {
                            if let group = waiting.next() { start(group) }
                        }
                        while try await tasks.next() != nil {
                            try Task.checkCancellation()
                            if let group = waiting.next() { start(group) }
                        }
                    }
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
            continuation.onTermination = { _ in work.cancel() }
        }
    }

    /// Answers all questions on the calling thread, as ``stream(_:threads:)`` does on several.
    /// - Returns: points in the order in which they are finished.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public func answers() throws(PlanningError) -> [FrontierPoint] {
        var points: [FrontierPoint] = []
        for group in try groups(of: cells, threads: 1) {
            try GroupSolver(sweep: self, group: group).solve { point in
                points.append(point)
                return true
            }
        }
        return points
    }

    /// Answers one question on the calling thread.
    /// - Parameter cell: one of ``cells``.
    /// - Returns: the point.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public func answer(_ cell: Cell) throws(PlanningError) -> FrontierPoint {
        point(cell, try Planner(question(cell)).answer())
    }

    /// The point of an answered cell; in a grid the time filters.
    /// - Parameters:
    ///   - cell: one of ``cells``.
    ///   - answer: to its question.
    /// - Returns: the point, without what it cost.
    public func point(_ cell: Cell, _ answer: PlanningAnswer) -> FrontierPoint {
        var plan = answer.best
        var tooLate: PricedPlan?
        var reason = answer.infeasibility.joined(separator: "; ")
        if let found = plan, let late = lateness(of: found, cell) {
            reason = late
            tooLate = plan
            plan = nil
        }
        return FrontierPoint(
            cell: cell, plan: plan, reason: reason, certificate: answer.certificate, tooLate: tooLate)
    }

    /// Why a plan of a grid is filtered out; nil where it is not.
    private func lateness(of plan: PricedPlan, _ cell: Cell) -> String? {
        guard cell.gpus != nil, plan.total > time else { return nil }
        return "takes \(Readable.time(plan.total)), longer than \(Readable.time(time))"
    }
}

/// A finished frontier: its points in order and the places where scaling ends.
public struct ScalingFrontier: Sendable {
    /// The sweep.
    public let sweep: FrontierSweep
    /// Points in the order of the sweep's cells.
    public let points: [FrontierPoint]
    /// Compute at which utilization first falls to 0.8 of the sustained fraction; nil if it does not.
    public let endOfLinearScaling: Landmark?
    /// The largest run that some number of accelerators finishes in time; nil if past the last point.
    public let largestRun: Landmark?
    /// The least compute that no plan finishes even with infinite bandwidths and rates; nil if past the end.
    public let latencyWall: Double?

    /// A place on the frontier.
    public struct Landmark: Sendable {
        /// Training compute in FLOP.
        public let flop: Double
        /// The plan there.
        public let plan: PricedPlan

        /// Makes a landmark.
        public init(flop: Double, plan: PricedPlan) {
            self.flop = flop
            self.plan = plan
        }
    }

    /// The places where scaling ends, as found before.
    public struct Landmarks: Sendable {
        /// As ``ScalingFrontier/endOfLinearScaling``.
        public let endOfLinearScaling: Landmark?
        /// As ``ScalingFrontier/largestRun``.
        public let largestRun: Landmark?
        /// As ``ScalingFrontier/latencyWall``.
        public let latencyWall: Double?

        /// Makes landmarks.
        public init(endOfLinearScaling: Landmark?, largestRun: Landmark?, latencyWall: Double?) {
            self.endOfLinearScaling = endOfLinearScaling
            self.largestRun = largestRun
            self.latencyWall = latencyWall
        }
    }

    /// A curve over compute whose landmarks are known.
    /// - Parameters:
    ///   - sweep: where the points come from; of `compute` points.
    ///   - points: all of them, in any order.
    ///   - landmarks: of the same sweep.
    public init(sweep: FrontierSweep, points: [FrontierPoint], landmarks: Landmarks) {
        self.sweep = sweep
        self.points = points.sorted { $0.cell.index < $1.cell.index }
        endOfLinearScaling = landmarks.endOfLinearScaling
        largestRun = landmarks.largestRun
        latencyWall = landmarks.latencyWall
    }

    /// Share of the sustained fraction at which scaling is said to end to be linear (arXiv:2411.01137).
    public static let linearShare = 0.8

    /// Which landmarks are looked for.
    public enum Looking: Hashable, Sendable {
        /// All of them.
        case everywhere
        /// Those that have a plan: the latency wall, which takes most of the time, is left out.
        case amongPlans
    }

    /// Orders the points, ends a published curve where it ends, and finds the landmarks.
    /// - Parameters:
    ///   - sweep: where the points come from.
    ///   - points: all of them, in any order.
    ///   - looking: which landmarks are looked for.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public init(
        sweep: FrontierSweep, points: [FrontierPoint], looking: Looking = .everywhere
    ) throws(PlanningError) {
        self.sweep = sweep
        var ordered = points.sorted { $0.cell.index < $1.cell.index }
        if case .publishedWidths = sweep.points {
            let end = ordered.firstIndex { ($0.plan?.utilizationOfGiven ?? 0) <= PublishedWidths.leastUtilization }
            if let end { ordered = Array(ordered[...(ordered[end].plan == nil ? end - 1 : end)]) }
        }
        self.points = ordered
        if case .grid = sweep.points {
            endOfLinearScaling = nil
            largestRun = nil
            latencyWall = nil
            return
        }
        let search = LandmarkSearch(sweep: sweep, points: ordered)
        endOfLinearScaling = try search.endOfLinearScaling()
        largestRun = try search.largestRun()
        latencyWall = looking == .everywhere ? try search.latencyWall() : nil
    }
}
