import Files
import Quantities
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

@Suite struct ShapeFloorTests {
    @Test(
        "No plan of a shape is below the floor of its shape, neither in time nor in accelerators",
        arguments: ["h100-sxm", "v100-sxm", "gtx-580"])
    func floor(name: String) throws {
        let machine = try HardwareCatalogue.entry(name).machine
        for (width, layers) in [(1024, 1), (4096, 96), (16384, 7), (65536, 1024)] {
            var laws = WorkloadLaws()
            laws.fixedWidth = width
            laws.fixedLayers = layers
            for flop in [1e22, 1e25, 1e28] {
                for gpus in [8, 4096, 1_000_000] {
                    let question = PlanningQuestion(
                        machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop), laws: laws)
                    guard let plan = try Planner(question).answer().best else { continue }
                    let floor = ShapeFloor(question)
                    #expect(floor.seconds(plan.run, gpus: plan.gpus) <= plan.total.value)
                    #expect(floor.fewestGPUs(plan.run, seconds: plan.total.value) <= Double(plan.gpus))
                    #expect(floor.holdingGPUs(plan.run.shape) <= Double(plan.gpus))
                }
            }
        }
    }
}
