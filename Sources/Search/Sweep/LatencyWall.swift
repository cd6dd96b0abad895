import CostModel
import Workload

/// The latency wall: the largest compute that some plan finishes in time when every bandwidth and rate is
/// infinite.
///
/// Nothing larger can be done on the machine, whatever is bought of it.
enum LatencyWall {
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
    static func highest(planner: Planner, time: Double, stop: @escaping @Sendable () -> Bool) -> Double? {
        let laws = planner.question.laws
        let most = min(ComputeRange.most, planner.grid.mostFlop)
        guard most >= ComputeRange.least else { return nil }
        let floor = ShapeFloor(planner.question)
        let ranges = planner.grid.constantRanges(in: ComputeRange.least...most, laws: laws)
        let last = ranges.last { range in
            let run = TrainingRun(
                shape: range.shape, batchSequences: range.batchSequences,
                sequenceLength: laws.sequenceLength, flop: range.lowest)
            return floor.latency(layers: run.shape.layers, steps: run.steps) <= time
        }
        guard let last else { return nil }
        let descent = RangeDescent(
            planner: planner, gpus: 1...DataMovementSpace.mostGPUs, cluster: nil, time: time,
            idealized: .allRates, stop: stop)
        let found = descent.largest(in: ComputeRange.least...last.highest)
        guard !found.stopped, let wall = found.plans.first?.run.flop, wall < most else { return nil }
        return wall
    }
}
