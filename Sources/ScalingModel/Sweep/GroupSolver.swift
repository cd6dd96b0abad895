import Optimization
import Quantities
import Training

/// Answers the cells of a group one after the other on the calling thread.
///
/// Why warm starts change no answer: the plan of the neighbour is priced for the cell and taken only if it is
/// one of the cell's own leaves, so its rank is at least the optimum's. The search discards only what is
/// *above* its limit, which starts at that rank and later falls to ranks of other leaves; so no ancestor of a
/// leaf of optimal rank is discarded, all leaves of that rank are offered, and the total order chooses
/// between them as it does in a cold search. Which leaves of worse rank are priced does change, and with it
/// the counts.
struct GroupSolver {
    let sweep: FrontierSweep
    let group: CellGroup
    /// Time for all cells of all groups.
    let clock: SearchClock

    /// Answers every cell.
    /// - Parameter receive: takes each point when it is finished; false ends the work.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func solve(_ receive: (FrontierPoint) -> Bool) throws(PlanningError) {
        var previous: (cell: FrontierSweep.Cell, solved: SolvedRun)?
        for cell in group.cells {
            let clock = ContinuousClock()
            let start = clock.now
            guard let question = try sweep.question(cell, self.clock) else {
                guard receive(sweep.unreached(cell)) else { return }
                continue
            }
            let planner = try Planner(question)
            if let point = alone(cell, planner) {
                guard receive(point) else { return }
                continue
            }
            let run = planner.run(flop: cell.flop)
            var effort = SearchEffort.Start.cold
            let solved: SolvedRun
            if let known = previous, cell.gpus != nil, known.cell.gpus == cell.gpus {
                solved = known.solved
                effort = .shared
            } else {
                let hint = previous?.solved.outcome.result.best.first?.candidate.plan
                solved = planner.solved(run, hint: hint)
                if solved.wasWarm { effort = .warm }
            }
            previous = (cell, solved)
            let point = sweep.point(cell, planner.answer(solved, run: run))
            let elapsed = start.duration(to: clock.now)
            let account = effort == .shared ? LeafAccount.empty : solved.outcome.result.account
            let spent = SearchEffort(
                start: effort, seconds: Seconds(elapsed / .seconds(1)), evaluated: account.evaluated,
                expandedNodes: account.expandedNodes)
            guard receive(point.with(effort: spent)) else { return }
        }
    }

    /// The point of a cell that shares nothing with its neighbours: one of a free shape, or one that has too
    /// little data; nil for the others.
    private func alone(_ cell: FrontierSweep.Cell, _ planner: Planner) -> FrontierPoint? {
        let clock = ContinuousClock()
        let start = clock.now
        let answer: PlanningAnswer
        if planner.question.shape != .law {
            answer = planner.answer()
        } else if let shortage = planner.dataShortage(planner.run(flop: cell.flop)) {
            answer = shortage
        } else {
            return nil
        }
        let account = answer.certificate.account
        return sweep.point(cell, answer).with(
            effort: SearchEffort(
                start: .cold, seconds: Seconds(start.duration(to: clock.now) / .seconds(1)),
                evaluated: account.evaluated, expandedNodes: account.expandedNodes))
    }
}

/// What a cell cost to answer.
///
/// It depends on the neighbours that were searched before and on the machine, so it is kept apart from the
/// answer.
public struct SearchEffort: Hashable, Sendable {
    /// How the cell's search began.
    public enum Start: String, Hashable, Sendable, Codable {
        /// From nothing.
        case cold
        /// From a neighbour's plan as the first limit.
        case warm
        /// No search: a cell with the same shape, batch and accelerators had been searched.
        case shared
    }

    /// How the search began.
    public let start: Start
    /// Wall time on its thread.
    public let seconds: Seconds
    /// Plans priced.
    public let evaluated: Int
    /// Inner nodes expanded.
    public let expandedNodes: Int

    /// Makes a record of effort.
    /// - Parameters:
    ///   - start: how the search began.
    ///   - seconds: wall time on its thread.
    ///   - evaluated: plans priced.
    ///   - expandedNodes: inner nodes expanded.
    public init(start: Start, seconds: Seconds, evaluated: Int, expandedNodes: Int) {
        self.start = start
        self.seconds = seconds
        self.evaluated = evaluated
        self.expandedNodes = expandedNodes
    }
}
