import Files
import Foundation
import Quantities
import Testing
import Training
@testable import Planning

@testable import Optimization
@testable import ScalingModel

/// The closed forms beside the searched landmarks of every machine of the catalogue.
@Suite struct ClosedFormLimitTests {
    /// How far a closed form may lie from the search, either way, as the documents say.
    static let factor = 10.0
    /// The default batch law grows as C^(1/6), the depth law as C^(0.3751/(2·1.3751)).
    static let exponent = 1.0 / 6 - 0.3751 / (2 * 1.3751)

    /// Machines off by more: the published space cannot fill their domains, their hosts and memory bind first, or the levels
    /// outside, of which the closed forms know none.
    static let outside: Set<String> = [
        "gb200-nvl72", "gb200-nvl72-superpod", "gb300-nvl72", "h100-meta-24k", "h100-pcie-80gb",
        "tpu-v5p-sites", "h100-sxm-infinite-network-low-latency",
        "h20-sxm-96gb", "tpu-v4", "tpu-v5p", "tpu7x", "tpu-v6e",
    ]

    @Test(
        "Each machine's limits lie within the stated factor of its searched landmarks",
        arguments: HardwareCatalogue.names.filter { !outside.contains($0) })
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
        let limit = min(critical, latency)
        #expect(
            limit >= end / Self.factor && limit <= last * Self.factor, "\(limit) beside \(end) to \(last)")
    }

    @Test("The check that refuses closed forms is their distance from the searched end")
    func refusals() throws {
        var refused: [String] = []
        for name in HardwareCatalogue.names {
            let check = try ClosedFormCheck(machine: try HardwareCatalogue.entry(name).machine)
            if !check.holds { refused.append(name) }
            guard let searched = check.searched else { continue }
            let isNear =
                check.formula >= searched.lowerBound / Self.factor
                && check.formula <= searched.upperBound * Self.factor
            #expect(check.holds == isNear)
        }
        #expect(refused.contains("tpu-v4") && refused.contains("tpu-v5p"))
        #expect(
            !refused.contains { ["v100-sxm", "a100-sxm", "h100-sxm", "h100-sxm-low-latency"].contains($0) })
    }
}
