import Optimization
import Quantities
import Training

/// The reach of runs whose shape and batch follow the laws, found range by range.
///
/// A compute is *served* if some plan finishes it in time at the utilization wanted. Where the laws leave
/// shape and batch alone, a plan has one step time and one utilization whatever the compute; a larger compute
/// only takes more steps and loses plans to the deadline. So the served part of each range is its beginning,
/// and one number, its end, says it all. No points are sampled, hence none can be missed.
public struct RangeReach {
    let planner: Planner
    /// Longest run in seconds.
    let time: Double
    let clock: SearchClock
    private let floor: ShapeFloor

    /// Relative width to which an end inside a range is bisected: 0.1 %.
    package static let tolerance = 1.001

    package init(planner: Planner, time: Double, clock: SearchClock) {
        self.planner = planner
        self.clock = clock
        self.time = time
        floor = ShapeFloor(planner.question)
    }

    /// The end of the stretch that begins with the interval and has no gap, FLOP; nil where its beginning is not served.
    public func unbroken(in interval: ClosedRange<Double>, utilization: Double) -> Double? {
        var reached: Double?
        for range in ranges(interval) {
            guard !clock.isOver, let end = end(of: range, utilization: utilization, order: .highestFirst)
            else { break }
            reached = end
            if end < range.highest { break }
        }
        return reached
    }

    /// The largest compute of the interval that is served, FLOP; nil where nothing is.
    public func farthest(in interval: ClosedRange<Double>, utilization: Double) -> Double? {
        for range in ranges(interval).reversed() where !clock.isOver {
            if let end = end(of: range, utilization: utilization, order: .lowestFirst) { return end }
        }
        return nil
    }

    private func ranges(_ interval: ClosedRange<Double>) -> [ConstantRange] {
        let most = min(interval.upperBound, planner.grid.mostFlop)
        guard interval.lowerBound <= most else { return [] }
        return planner.grid.constantRanges(
            in: interval.lowerBound...most, laws: planner.question.laws)
    }

    /// Which end of a range is tried first; it changes how many searches are needed and nothing else.
    private enum Order { case highestFirst, lowestFirst }

    /// The end of the served part of a range; nil where nothing of it is served.
    private func end(of range: ConstantRange, utilization: Double, order: Order) -> Double? {
        var low: Double?
        if order == .lowestFirst {
            guard let served = served(range, from: range.lowest, utilization) else { return nil }
            if served >= range.highest { return range.highest }
            low = served
        }
        if served(range, from: range.highest, utilization) != nil { return range.highest }
        guard var reached = low ?? served(range, from: range.lowest, utilization) else { return nil }
        var high = range.highest
        while high / reached > Self.tolerance, !clock.isOver {
            let middle = (reached * high).squareRoot()
            if let served = served(range, from: middle, utilization) {
                reached = served
            } else {
                high = middle
            }
        }
        return reached
    }

    /// The compute up to which some plan serves that serves a compute; nil where none does.
    ///
    /// A plan of step s on n accelerators has the utilization wanted if n·s is at most κ, the accelerator-seconds
    /// that a step has then. With n ≤ κ/τ, τ being the longest step in time, that is so of every plan in time:
    /// those few are looked at first. Others need s below τ, and s is at least the kernel latencies Λ of
    /// ``ShapeFloor``, so n ≤ κ/Λ bounds the rest.
    private func served(_ range: ConstantRange, from flop: Double, _ utilization: Double) -> Double? {
        let question = planner.question
        let run = TrainingRun(
            shape: range.shape, batchSequences: range.batchSequences,
            sequenceLength: question.laws.sequenceLength, flop: flop)
        let latency = floor.latency(layers: run.shape.layers, steps: 1)
        let most = question.machine.compute.sustained.value * (1 - latency * run.steps / time)
        // Seconds ≥ A/n + Λ, so accelerator-seconds ≥ A·T/(T − Λ): no plan in time uses more of the peak.
        guard utilization <= most / question.machine.compute.peak.value * (1 + 1e-9) else { return nil }
        let search = FixedRunSearch(question: question, run: run, stop: { clock.isOver })
        let seconds = search.model.utilization(step: 1, gpus: 1) / max(utilization, .leastNormalMagnitude)
        let possible = planner.gpuRange(run: run, time: time)
        let few = Self.count(seconds / (time / run.steps), in: possible)
        let many = Self.count(seconds / latency, in: possible)
        for gpus in few < many ? [few, many] : [many] where gpus >= possible.lowerBound {
            let bounds = FixedRunSearch.Bounds(
                objective: .utilization, gpus: possible.lowerBound...gpus, cluster: nil, deadline: time)
            let found = search.best(
                bounds, wanted: 1, cutoff: Rank(seconds, .infinity, .infinity), goal: .any)
            guard let step = found.result.best.first?.candidate.price.step else { continue }
            return max(flop, run.flop * (time / run.steps / step) * (1 - 1e-12))
        }
        return nil
    }

    /// A real number of accelerators, rounded down into a range; 0 where it lies below.
    private static func count(_ gpus: Double, in range: ClosedRange<Int>) -> Int {
        guard gpus >= Double(range.lowerBound) else { return 0 }
        return gpus < Double(range.upperBound) ? Int(gpus) : range.upperBound
    }
}
