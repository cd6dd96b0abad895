import Files
import Foundation
import GLPKSolver
import Quantities
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

/// The table of `docs/mixed-integer.md`, "Measured"; printed when `MESHWRIGHT_MEASURE` is set.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MESHWRIGHT_MEASURE"] != nil))
struct EngineMeasurements {
    @Test("Times of both engines on one machine")
    func times() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let small = WorkloadLaws(
            batch: .given(sequences: 24), sequenceLength: 128, fixedWidth: 768, fixedLayers: 6)
        let cases: [(String, Given, WorkloadLaws)] = [
            ("width 768, N 24", .gpusAndFlop(gpus: 24, flop: 1e18), small),
            ("width 768, 700 s", .flopAndTime(flop: 1e18, time: Seconds(700)), small),
            ("N 64, 1e22", .gpusAndFlop(gpus: 64, flop: 1e22), WorkloadLaws()),
            ("N 1024, 1e24", .gpusAndFlop(gpus: 1024, flop: 1e24), WorkloadLaws()),
            ("N 1024, 1e24, sparse", .gpusAndFlop(gpus: 1024, flop: 1e24), WorkloadLaws(sparsity: .sparse)),
            ("1e25, 3 months", .flopAndTime(flop: 1e25, time: Calendar.month * 3), WorkloadLaws()),
            ("N 16384, 1e26", .gpusAndFlop(gpus: 16384, flop: 1e26), WorkloadLaws()),
        ]
        for (name, given, laws) in cases {
            for engine in [Engine.enumerate, .mip] {
                var question = PlanningQuestion(
                    machine: machine, given: given, laws: laws, timeLimit: Seconds(15))
                question.engine = engine
                let start = ContinuousClock.now
                let answer = try Planner(question, solver: GLPKSolver()).answer()
                let took = ContinuousClock.now - start
                print("MEASURED", name, engine, took, answer.best?.total.value ?? -1, answer.certificate)
            }
        }
    }
}
