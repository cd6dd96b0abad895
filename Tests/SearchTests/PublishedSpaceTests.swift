import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training

@Suite struct PublishedSpaceTests {
    @Test("Domains that powers of two never fill are refused in the published space, not called infeasible")
    func oddDomains() throws {
        let machine = try HardwareCatalogue.entry("gb200-nvl72").machine
        func question(_ given: Given, _ sparsity: SparsityLaw = .dense) -> PlanningQuestion {
            PlanningQuestion(
                machine: machine, given: given, laws: WorkloadLaws(sparsity: sparsity), preset: .published)
        }
        #expect(throws: PlanningError.self) {
            try Planner(question(.flopAndTime(flop: 1e26, time: Calendar.month * 3))).answer()
        }
        #expect(throws: PlanningError.self) {
            try Planner(question(.gpusAndFlop(gpus: 7200, flop: 1e26))).answer()
        }
        // A part of one domain, and experts that make up for what is odd, are possible.
        #expect(try Planner(question(.gpusAndFlop(gpus: 64, flop: 1e22))).answer().best != nil)
        #expect(
            try Planner(question(.gpusAndFlop(gpus: 7200, flop: 1e25), .fixed(9))).answer().best != nil)
    }
}
