import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

/// Finds the places where scaling ends.
///
/// They are properties of the curve and not of the points it is drawn with: see ``RangeReach`` and, for free
/// shapes, ``LatticeReach``. Points that lie where a search looks are taken over, which saves that search.
struct LandmarkSearch<Question: SweepQuestion> {
    let sweep: Sweep<Question>
    let points: [SweepPoint<Question>]
    /// Range of compute of the curve; nil for published widths.
    let interval: ClosedRange<Double>?
    /// Once it is over, what is found is of no use.
    let clock: SearchClock

    init(sweep: Sweep<Question>, points: [SweepPoint<Question>], clock: SearchClock) {
        self.clock = clock
        self.sweep = sweep
        self.points = points
        if case .compute(let from, let to, _) = sweep.points { interval = from...to } else { interval = nil }
    }

    private var sustained: Double { sweep.template.sustainedFraction }
    private var linear: Double { sweep.thresholds.linearShare * sustained }

    private func reach() throws(PlanningError) -> any ComputeReach {
        let first = sweep.question(cell(interval?.lowerBound ?? ComputeRange.least))
        if let reach = try first.reach(time: sweep.time, clock: clock) { return reach }
        return LatticeReach { flop throws(PlanningError) in
            try point(flop: flop).plan.map { sweep.utilization($0) }
        }
    }

    /// Looks for the end of linear scaling on one thread and for that of feasible runs on another.
    /// - Parameters:
    ///   - all: whether to look beyond those two.
    ///   - threads: how many searches at once.
    /// - Returns: what was found.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func landmarks(all: Bool, threads: Int) throws(PlanningError) -> Landmarks<Question.Priced> {
        typealias Extent = LandmarkExtent<Question.Priced>
        typealias Found = (extent: Extent, lastReturn: Landmark<Question.Priced>?, wall: Double?)
        let found = Lanes.map([true, false], threads: threads) { isLinear -> Result<Found, PlanningError> in
            Result { () throws(PlanningError) in
                guard isLinear else { return (try feasibility(), nil, all ? try latencyWall() : nil) }
                let linear = try linearScaling()
                return (linear, all ? try lastReturn(after: linear) : nil, nil)
            }
        }
        let (linear, feasible) = (try found[0].get(), try found[1].get())
        return Landmarks(
            linear: linear.extent, lastReturn: linear.lastReturn, feasible: feasible.extent,
            latencyWall: feasible.wall)
    }

    // MARK: Linear scaling

    /// How far scaling is linear without a gap.
    func linearScaling() throws(PlanningError) -> LandmarkExtent<Question.Priced> {
        guard let interval else { return publishedEnd() }
        guard let flop = try reach().unbroken(in: interval, utilization: linear) else { return .nowhere }
        if flop >= interval.upperBound { return .throughout }
        return try landmark(flop: flop).map { .until($0) } ?? .nowhere
    }

    /// The last place where scaling is linear again after a loss; nil where it is never.
    /// - Parameter extent: from ``linearScaling()``.
    /// - Returns: the place with the curve's plan.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func lastReturn(
        after extent: LandmarkExtent<Question.Priced>
    ) throws(PlanningError) -> Landmark<Question.Priced>? {
        guard let interval else { return nil }
        if case .throughout = extent { return nil }
        let loss = extent.landmark?.flop ?? interval.lowerBound
        guard loss < interval.upperBound else { return nil }
        let last = try reach().farthest(in: loss.nextUp...interval.upperBound, utilization: linear)
        // An end is bisected, so a little past it is no return.
        guard let last, last > loss * LatticeReach.tolerance else { return nil }
        return try landmark(flop: last)
    }

    /// The first published width whose plan is not linear any more.
    private func publishedEnd() -> LandmarkExtent<Question.Priced> {
        let index = points.firstIndex { $0.plan.map { sweep.utilization($0) <= linear } ?? true }
        guard let index else { return .throughout }
        return points[index].plan.map { .until(Landmark(flop: $0.flop, plan: $0)) }
            ?? .nowhere
    }

    // MARK: Feasibility

    /// How far runs of the least utilization reach.
    func feasibility() throws(PlanningError) -> LandmarkExtent<Question.Priced> {
        let least = sweep.thresholds.leastUtilization
        guard let interval else {
            let plan = points.last { sweep.utilization(of: $0) >= least }?.plan
            return plan.map { .until(Landmark(flop: $0.flop, plan: $0)) } ?? .nowhere
        }
        guard let flop = try reach().farthest(in: interval, utilization: least) else { return .nowhere }
        if flop >= interval.upperBound { return .throughout }
        return try landmark(flop: flop).map { .until($0) } ?? .nowhere
    }

    /// The latency wall, where there is one to look for.
    func latencyWall() throws(PlanningError) -> Double? {
        let first = sweep.question(cell(interval?.lowerBound ?? ComputeRange.least))
        return try first.latencyWall(time: sweep.time, clock: clock)
    }

    // MARK: Points

    /// The curve's own plan at an amount of compute.
    private func landmark(flop: Double) throws(PlanningError) -> Landmark<Question.Priced>? {
        try point(flop: flop).plan.map { Landmark(flop: flop, plan: $0) }
    }

    private func cell(_ flop: Double) -> SweepCell {
        SweepCell(index: 0, gpus: nil, flop: flop, width: nil)
    }

    private func point(flop: Double) throws(PlanningError) -> SweepPoint<Question> {
        if let known = points.first(where: { $0.cell.flop == flop && $0.cell.width == nil }) { return known }
        return try sweep.answer(cell(flop), clock: clock)
    }
}

extension Sweep {
    /// ``utilization(_:)`` of a point's plan; negative where there is none.
    fileprivate func utilization(of point: SweepPoint<Question>) -> Double {
        point.plan.map(utilization) ?? -1
    }
}
