import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

extension Sweep {
    /// Answers questions, several at once.
    ///
    /// Cells of one shape and batch are answered together: one search serves all that differ in compute alone,
    /// and neighbours start from each other's plan. Points arrive as they are finished; neither the order nor
    /// which cells are asked together changes anything in a point but its effort. A published curve ends after
    /// the first point whose utilization is at most 0.001 and before the first width that nothing serves; the
    /// points past its end are left out by ``SweepFrontier/init(sweep:points:)``.
    /// - Parameters:
    ///   - wanted: some of ``cells``; nil for all.
    ///   - threads: groups of cells searched at once; at least 1.
    ///   - clock: how long all of it may take; nil begins one with the template's time limit. Cells that are not
    ///     begun in time become points that are not ``SweepPoint/isReached``.
    /// - Returns: points in the order in which they are finished.
    public func stream(
        _ wanted: [SweepCell]? = nil, threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        clock: SearchClock? = nil
    ) -> AsyncThrowingStream<SweepPoint<Question>, any Error> {
        let clock = clock ?? startClock()
        return AsyncThrowingStream { continuation in
            let work = Task {
                do {
                    let groups = try groups(of: wanted ?? cells, threads: threads)
                    try await withThrowingTaskGroup(of: Void.self) { tasks in
                        var waiting = groups.makeIterator()
                        func start(_ group: CellGroup) {
                            tasks.addTask {
                                try GroupSolver(sweep: self, group: group, clock: clock).solve { point in
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

    /// Answers all questions on the calling thread, as ``stream(_:threads:clock:)`` does on several.
    /// - Parameter clock: how long all of it may take; nil begins one with the template's time limit.
    /// - Returns: points in the order in which they are finished.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public func answers(clock: SearchClock? = nil) throws(PlanningError) -> [SweepPoint<Question>] {
        let clock = clock ?? startClock()
        var points: [SweepPoint<Question>] = []
        for group in try groups(of: cells, threads: 1) {
            try GroupSolver(sweep: self, group: group, clock: clock).solve { point in
                points.append(point)
                return true
            }
        }
        return points
    }

    /// Answers one question on the calling thread.
    /// - Parameters:
    ///   - cell: one of ``cells``.
    ///   - clock: what is left of the time; nil begins one with the template's time limit.
    /// - Returns: the point.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public func answer(_ cell: SweepCell, clock: SearchClock? = nil) throws(PlanningError) -> SweepPoint<
        Question
    > {
        let clock = clock ?? startClock()
        guard let question = try question(cell, clock) else { return unreached(cell) }
        return point(cell, try question.answered(with: tables))
    }

    /// The question of a cell with what is left of the time; nil where nothing is.
    func question(_ cell: SweepCell, _ clock: SearchClock) throws(PlanningError) -> Question? {
        var question = question(cell)
        question.timeLimit = min(question.timeLimit, clock.secondsLeft)
        return question.timeLimit.value > 0 ? question : nil
    }

    /// Begins a clock with the template's time limit.
    public func startClock() -> SearchClock { SearchClock(limit: template.timeLimit) }

    /// The point of a cell that was not begun in time.
    func unreached(_ cell: SweepCell) -> SweepPoint<Question> {
        SweepPoint(
            cell: cell, plan: nil, reason: "the time limit ended the sweep before this point was begun",
            certificate: .unsearched, isReached: false)
    }

    /// The point of an answered cell; in a grid the time filters.
    /// - Parameters:
    ///   - cell: one of ``cells``.
    ///   - answer: to its question.
    /// - Returns: the point, without what it cost.
    public func point(_ cell: SweepCell, _ answer: CellAnswer<Question.Priced>) -> SweepPoint<Question> {
        var plan = answer.plan
        var tooLate: Question.Priced?
        var reason = answer.infeasibility.joined(separator: "; ")
        if let found = plan, let late = lateness(of: found, cell) {
            reason = late
            tooLate = plan
            plan = nil
        }
        return SweepPoint(
            cell: cell, plan: plan, reason: reason, certificate: answer.certificate, tooLate: tooLate)
    }

    /// Why a plan of a grid is filtered out; nil where it is not.
    private func lateness(of plan: Question.Priced, _ cell: SweepCell) -> String? {
        guard cell.gpus != nil, plan.total > time else { return nil }
        return "takes \(Readable.time(plan.total)), longer than \(Readable.time(time))"
    }
}
