import Optimization
import Training

/// The latency wall: the largest compute that some plan finishes in time when every bandwidth and rate is
/// infinite.
///
/// Nothing larger can be done on the machine, whatever is bought of it.
package enum LatencyWall {
    /// Looks for the wall.
    ///
    /// Ranges of constant shape and batch are visited downwards. Those whose kernel latencies alone take too long
    /// (``ShapeFloor``) have no plan; the first other one with a plan holds the wall, the largest run
    /// C = 6·(P/E)·B·T/s of its best idealized step time s. A plan that is in time on the machine is in time
    /// with infinite rates too, so no run of a curve lies beyond the wall.
    /// - Parameters:
    ///   - planner: holds machine, laws and space.
    ///   - time: the longest run in seconds.
    ///   - stop: ends the search early.
    /// - Returns: the wall in FLOP; nil where there is none up to ``ComputeRange/most``.
    package static func highest(planner: Planner, time: Double, stop: @escaping @Sendable () -> Bool)
        -> Double?
    {
        let laws = planner.question.laws
        let most = min(ComputeRange.most, planner.grid.mostFlop)
        guard most >= ComputeRange.least else { return nil }
        let floor = ShapeFloor(planner.question)
        let ranges = planner.grid.constantRanges(in: ComputeRange.least...most, laws: laws)
        let last = ranges.lastIndex { range in
            let run = TrainingRun(
                shape: range.shape, batchSequences: range.batchSequences,
                sequenceLength: laws.sequenceLength, flop: range.lowest)
            return floor.latency(layers: run.shape.layers, steps: run.steps) <= time
        }
        guard let last else { return nil }
        for range in ranges[...last].reversed() {
            if stop() { return nil }
            guard let step = leastStep(range, planner: planner, time: time, stop: stop) else { continue }
            let shape = range.shape
            let stepFlop =
                shape.flopPerToken * Double(range.batchSequences) * Double(laws.sequenceLength)
            let wall = min(range.highest, stepFlop * time / step)
            return wall < most ? wall : nil
        }
        return nil
    }

    /// The least step of a range with infinite rates, to ``tolerance``; nil where none is in time.
    ///
    /// Only the time is wanted, so each search ends at the first plan that is faster than all before.
    private static func leastStep(
        _ range: ConstantRange, planner: Planner, time: Double, stop: @escaping @Sendable () -> Bool
    ) -> Double? {
        let run = TrainingRun(
            shape: range.shape, batchSequences: range.batchSequences,
            sequenceLength: planner.question.laws.sequenceLength, flop: range.lowest)
        let search = FixedRunSearch(question: planner.question, run: run, idealized: .allRates, stop: stop)
        let bounds = FixedRunSearch.Bounds.fastest(deadline: time)
        var least: Double?
        while true {
            let limit = least.map { $0 * (1 - tolerance) } ?? .infinity
            let found = search.best(
                bounds, wanted: 1, cutoff: Rank(limit, .infinity, .infinity), goal: .any)
            guard let step = found.result.best.first?.rank.primary else { return least }
            least = step
        }
    }

    /// Relative precision of the wall.
    package static let tolerance = 1e-9
}
