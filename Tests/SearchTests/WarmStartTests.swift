import Files
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
@testable import Planning

@Suite struct WarmStartTests {
    @Test(
        "A search that starts from the rank of any plan of its space finds the same plan, and no more leaves")
    func cutoffs() throws {
        for seed in 0..<400 {
            let instance = try RandomInstance(seed: UInt64(seed))
            var cold = instance.space()
            let expected = BranchAndBound.search(&cold, wanted: 20)
            let size = expected.account.spaceSize
            for start in [expected.best.first, expected.best.last].compactMap({ $0 }) {
                var warm = instance.space()
                let result = BranchAndBound.search(&warm, cutoff: start.rank)
                #expect(result.best.first?.rank == expected.best.first?.rank, "seed \(seed)")
                #expect(
                    result.best.first?.candidate.plan == expected.best.first?.candidate.plan, "seed \(seed)")
                #expect(result.account.open == 0 && result.account.spaceSize == size, "seed \(seed)")
            }
        }
    }

    /// Sweeps with shapes and batches that many cells share.
    static let sweeps: [SweepPoints] = [
        .grid(gpus: [96, 8, 100, 64, 1000, 4096], from: 1e21, to: 1e25, count: 24),
        .compute(from: 1e22, to: 2e22, count: 12), .compute(from: 1e27, to: 3e31, count: 10),
    ]

    @Test("Cells answered together equal cells answered alone", arguments: sweeps)
    func together(points: SweepPoints) async throws {
        for (name, preset) in [("h100-sxm", SpacePreset.full), ("v100-sxm", .published)] {
            let machine = try HardwareCatalogue.entry(name).machine
            for objective in [Objective.gpus, .utilization] {
                let sweep = try FrontierSweep(
                    template: PlanningQuestion(
                        machine: machine, given: .flopAndTime(flop: 1e24, time: Calendar.month),
                        preset: preset,
                        objective: objective),
                    points: points, time: Calendar.month * 3)
                var found: [Int: FrontierPoint] = [:]
                for try await point in sweep.stream(threads: 2) { found[point.cell.index] = point }
                #expect(found.count == sweep.cells.count)
                for cell in sweep.cells {
                    let alone = try sweep.answer(cell)
                    let point = try #require(found[cell.index])
                    #expect(point.plan?.plan == alone.plan?.plan)
                    #expect(point.plan?.price == alone.plan?.price)
                    #expect(point.plan?.binding == alone.plan?.binding)
                    #expect(
                        point.plan?.run == alone.plan?.run && point.plan?.gpusGiven == alone.plan?.gpusGiven)
                    #expect(point.reason == alone.reason)
                    #expect(point.certificate.isOptimal == alone.certificate.isOptimal)
                    #expect(point.certificate.account.spaceSize == alone.certificate.account.spaceSize)
                }
            }
        }
    }
}
