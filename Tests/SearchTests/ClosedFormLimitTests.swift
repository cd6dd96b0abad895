import CostModel
import Foundation
import Hardware
import Quantities
import Scenario
import Testing
import Workload

@testable import Search

/// The closed forms beside the searched landmarks of every machine of the catalogue.
@Suite struct ClosedFormLimitTests {
    /// How far a closed form may lie from the search, either way, as the documents say.
    static let factor = 10.0
    /// The default batch law grows as C^(1/6), the depth law as C^(0.3751/(2·1.3751)).
    static let exponent = 1.0 / 6 - 0.3751 / (2 * 1.3751)

    @Test(
        "Each machine's limits lie within the stated factor of its searched landmarks",
        arguments: HardwareCatalogue.names)
    func machines(name: String) throws {
        let machine = try HardwareCatalogue.entry(name).machine
        let sweep = try FrontierSweep(
            template: PlanningQuestion(
                machine: machine, given: .flopAndTime(flop: 1e24, time: .months(3)), preset: .published),
            points: .compute(from: 1e22, to: 1e36, count: 2), time: .months(3))
        let frontier = try ScalingFrontier(sweep: sweep, points: [])
        let wall = try #require(frontier.latencyWall)
        let latency = ClosedForms.latencyLimit(
            exponentDifference: Self.exponent, latency: ClosedForms.unitLatency(of: machine)
        ).value
        #expect(abs(log10(latency / wall)) < 1, "latency \(latency), wall \(wall)")
        let end = frontier.endOfLinearScaling?.flop ?? 0
        let last = frontier.lastReturn?.flop ?? end
        let critical = ClosedForms.criticalCompute(machine: machine, exponentDifference: Self.exponent).value
        print("LIMIT \(name) critical \(critical) end \(end) last \(last) wall \(wall) latency \(latency)")
        let limit = min(critical, latency)
        #expect(
            limit >= end / Self.factor && limit <= last * Self.factor, "\(limit) beside \(end) to \(last)")
    }
}
