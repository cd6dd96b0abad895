import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training
@testable import Planning

@Suite struct TimeCurveTests {
    private func sweep(_ objective: Objective, flop: Double = 1e27, count: Int = 9) throws -> FrontierSweep {
        try FrontierSweep(
            template: PlanningQuestion(
                machine: try HardwareCatalogue.entry("h100-sxm").machine,
                given: .flopAndTime(flop: flop, time: .months(3)), preset: .published, objective: objective),
            points: .times(flop: flop, from: .days(1), to: .months(24), count: count), time: .months(24))
    }

    @Test(
        "More time never takes more GPUs, and allows at least the utilization", arguments: [1e25, 1e27, 1e29])
    func monotone(flop: Double) throws {
        for objective in [Objective.gpus, .utilization] {
            let points = try sweep(objective, flop: flop).answers().sorted { $0.cell.index < $1.cell.index }
            let plans = points.compactMap(\.plan)
            #expect(!plans.isEmpty)
            // No plan only where less time is allowed than where there is one.
            #expect(points.suffix(plans.count).allSatisfy { $0.plan != nil })
            for (one, next) in zip(plans, plans.dropFirst()) {
                if objective == .gpus { #expect(one.gpus >= next.gpus) }
                if objective == .utilization { #expect(one.utilization <= next.utilization) }
            }
            for point in points {
                guard let plan = point.plan, let time = point.cell.time else { continue }
                #expect(plan.total <= time)
            }
        }
    }

    @Test("Each point is the answer to its own question, whatever its neighbours")
    func alone() throws {
        let sweep = try sweep(.gpus)
        for point in try sweep.answers() {
            let time = try #require(point.cell.time)
            var question = sweep.template
            question.given = .flopAndTime(flop: 1e27, time: time)
            #expect(try Planner(question).answer().best?.plan == point.plan?.plan)
        }
    }
}
