import CostModel
import Foundation
import Quantities
import Workload

/// Finds the places where scaling ends, between the points of a frontier.
struct LandmarkSearch {
    let sweep: FrontierSweep
    let points: [FrontierPoint]

    private var isPublished: Bool { sweep.points == .publishedWidths }
    private var isFree: Bool { sweep.template.shape != .law }

    private func isLinear(_ plan: PricedPlan) -> Bool {
        sweep.utilization(plan) > ScalingFrontier.linearShare
            * plan.model.machine.compute.sustainedFraction
    }

    /// The first point that is no longer linear, refined by bisection in log C down to 0.1 %.
    ///
    /// Published widths are not refined: there the end is the first such width.
    func endOfLinearScaling() throws(PlanningError) -> ScalingFrontier.Landmark? {
        guard let index = points.firstIndex(where: { $0.plan.map { !isLinear($0) } ?? true }) else {
            return nil
        }
        if isPublished {
            return points[index].plan.map { ScalingFrontier.Landmark(flop: $0.run.flop, plan: $0) }
        }
        var upper = points[index].plan
        guard index > 0 else {
            return upper.map { ScalingFrontier.Landmark(flop: points[index].cell.flop, plan: $0) }
        }
        var low = points[index - 1].cell.flop
        var high = points[index].cell.flop
        while high / low > 1.001 {
            let middle = (low * high).squareRoot()
            let plan = try point(flop: middle).plan
            if let plan, isLinear(plan) {
                low = middle
            } else {
                high = middle
                upper = plan
            }
        }
        return upper.map { ScalingFrontier.Landmark(flop: high, plan: $0) }
    }

    /// The largest run up to the last point.
    ///
    /// Ranges of constant shape and batch are searched downwards from there, because feasibility is not
    /// monotone in the compute where the laws round; for published widths it is the last width served.
    func largestRun() throws(PlanningError) -> ScalingFrontier.Landmark? {
        guard let last = points.lastIndex(where: { $0.plan != nil }), let plan = points[last].plan else {
            return nil
        }
        if isPublished { return ScalingFrontier.Landmark(flop: plan.run.flop, plan: plan) }
        if isFree { return try largestFreeRun(after: last, plan: plan) }
        guard last + 1 < points.count, let end = points.last else { return nil }
        let planner = try Planner(sweep.question(points[last].cell))
        let descent = RangeDescent(
            planner: planner, gpus: 1...DataMovementSpace.mostGPUs, cluster: nil, time: sweep.time.value,
            stop: { false })
        let found = descent.largest(in: points[last].cell.flop...end.cell.flop)
        // The fastest plan there need not be the smallest: ask again for the fewest accelerators.
        let flop = found.plans.first?.run.flop ?? plan.run.flop
        return try point(flop: flop).plan.map { ScalingFrontier.Landmark(flop: flop, plan: $0) }
    }

    /// The largest effective compute between the last point that some shape serves and the next one, by
    /// bisection in log C down to 1 %.
    private func largestFreeRun(
        after last: Int, plan: PricedPlan
    ) throws(PlanningError) -> ScalingFrontier.Landmark? {
        guard last + 1 < points.count else { return nil }
        var found = ScalingFrontier.Landmark(flop: points[last].cell.flop, plan: plan)
        var high = points[last + 1].cell.flop
        while high / found.flop > 1.01 {
            let middle = (found.flop * high).squareRoot()
            if let plan = try point(flop: middle).plan {
                found = ScalingFrontier.Landmark(flop: middle, plan: plan)
            } else {
                high = middle
            }
        }
        return found
    }

    /// The latency wall, looked for from the last feasible point up to a factor of 1000; not for a free
    /// shape, which evades it by more parameters and less data.
    func latencyWall() throws(PlanningError) -> Double? {
        if isFree { return nil }
        guard let last = points.last(where: { $0.plan != nil }) ?? points.first else { return nil }
        var cell = last.cell
        cell = FrontierSweep.Cell(index: cell.index, gpus: nil, flop: cell.flop, width: nil)
        let planner = try Planner(sweep.question(cell))
        return LatencyWall.least(
            planner: planner, range: cell.flop...max(cell.flop, min(ComputeRange.most, cell.flop * 1000)),
            time: sweep.time.value,
            stop: { false })
    }

    private func point(flop: Double) throws(PlanningError) -> FrontierPoint {
        try sweep.answer(FrontierSweep.Cell(index: 0, gpus: nil, flop: flop, width: nil))
    }
}
