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
