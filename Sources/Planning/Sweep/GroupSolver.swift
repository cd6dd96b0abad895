import Optimization
import Quantities
import ScalingModel
import Training

/// Answers the cells of a group one after the other on the calling thread.
///
/// Why warm starts change no answer: the plan of the neighbour is priced for the cell and taken only if it is
/// one of the cell's own leaves, so its rank is at least the optimum's. The search discards only what is
/// *above* its limit, which starts at that rank and later falls to ranks of other leaves; so no ancestor of a
/// leaf of optimal rank is discarded, all leaves of that rank are offered, and the total order chooses
/// between them as it does in a cold search. Which leaves of worse rank are priced does change, and with it
/// the counts.
struct GroupSolver<Question: SweepQuestion> {
    let sweep: Sweep<Question>
    let group: CellGroup
    /// Time for all cells of all groups.
    let clock: SearchClock

    /// Answers every cell.
    /// - Parameter receive: takes each point when it is finished; false ends the work.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func solve(_ receive: (SweepPoint<Question>) -> Bool) throws(PlanningError) {
        var previous: (cell: SweepCell, solved: Question.Solved)?
        for cell in group.cells {
            let clock = ContinuousClock()
            let start = clock.now
            func spent(_ start: ContinuousClock.Instant, _ kind: SearchEffort.Start, _ account: LeafAccount)
                -> SearchEffort
            {
                SearchEffort(
                    start: kind, seconds: Seconds(start.duration(to: clock.now) / .seconds(1)),
                    evaluated: account.evaluated, expandedNodes: account.expandedNodes)
            }
            guard let question = try sweep.question(cell, self.clock) else {
                guard receive(sweep.unreached(cell)) else { return }
                continue
            }
            if let answer = try question.answeredAlone(with: sweep.tables) {
                let effort = spent(start, .cold, answer.certificate.account)
                guard receive(sweep.point(cell, answer).with(effort: effort)) else { return }
                continue
            }
            var effort = SearchEffort.Start.cold
            let solved: Question.Solved
            if let known = previous, cell.gpus != nil, known.cell.gpus == cell.gpus {
                solved = known.solved
                effort = .shared
            } else {
                solved = try question.solved(near: previous?.solved)
                if solved.wasWarm { effort = .warm }
            }
            previous = (cell, solved)
            let point = sweep.point(cell, try question.answer(solved))
            let account = effort == .shared ? LeafAccount.empty : solved.account
            guard receive(point.with(effort: spent(start, effort, account))) else { return }
        }
    }
}
