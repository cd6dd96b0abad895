import CostModel
import Workload

/// The latency wall: the least compute that no plan finishes in time even with infinite bandwidths and rates.
enum LatencyWall {
    /// Looks for the wall in a range of compute.
    ///
    /// Ranges of constant shape and batch are visited upwards; in each the largest run of the best idealized
    /// step time s is C = 6·(P/E)·B·T/s. The first range that this does not reach the end of holds the wall.
    /// - Parameters:
    ///   - planner: holds machine, laws and space.
    ///   - range: compute in FLOP.
    ///   - time: the longest run in seconds.
    ///   - stop: ends the search early.
    /// - Returns: the wall in FLOP, or nil where there is none in the range.
    static func least(
        planner: Planner, range: ClosedRange<Double>, time: Double, stop: @escaping @Sendable () -> Bool
    ) -> Double? {
        let laws = planner.question.laws
        for range in planner.grid.constantRanges(in: range, laws: laws) {
            if stop() { return nil }
            func search(flop: Double, goal: BranchAndBound.Goal) -> StepPrice? {
                let run = TrainingRun(
                    shape: range.shape, batchSequences: range.batchSequences,
                    sequenceLength: laws.sequenceLength, flop: flop)
                let search = FixedRunSearch(
                    question: planner.question, run: run, idealized: .allRates, stop: stop)
                return search.best(.fastest(deadline: time), wanted: 1, goal: goal).result.best.first?
                    .candidate
                    .price
            }
            if search(flop: range.highest, goal: .any) != nil { continue }
            guard let best = search(flop: range.lowest, goal: .best) else { return range.lowest }
            let batch = Double(range.batchSequences) * Double(laws.sequenceLength)
            let wall = range.shape.flopPerToken * batch * time / best.step
            return min(max(wall, range.lowest), range.highest)
        }
        return nil
    }
}
