import Charts
import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training

@testable import Reports

@Suite struct PlanFigureTests {
    private static func plan(
        gpus: Int, flop: Double, settings: ModelSettings = ModelSettings(), count: Int = 6
    ) throws -> [PricedPlan] {
        let machine = try HardwareLookup.entry("h100-sxm", overrides: []).machine
        let question = PlanningQuestion(
            machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop), laws: WorkloadLaws(),
            settings: settings, preset: .published, wanted: count)
        return try Planner(question).answer().plans
    }

    private static let settings: [ModelSettings] = [
        ModelSettings(), ModelSettings(dataTraffic: .overlapped, accounting: .corrected),
        ModelSettings(tensorTraffic: .exposed, pipelineTraffic: .exposed, recomputation: .full),
    ]

    @Test("The parts of a step add up to its time, those of memory to the need", arguments: settings.indices)
    func sums(index: Int) throws {
        for (gpus, flop) in [(64, 1e22), (4096, 1e25), (1 << 20, 1e27), (1 << 26, 1e30)] {
            for plan in try Self.plan(gpus: gpus, flop: flop, settings: Self.settings[index]) {
                let waterfall = PlanWaterfall(plan)
                let step = waterfall.stepParts.reduce(0) { $0 + $1.value }
                #expect(abs(step / plan.price.step - 1) < 1e-12)
                let memory = waterfall.memoryParts.reduce(0) { $0 + $1.value } * Double(plan.gpus)
                #expect(abs(memory / plan.memory.value - 1) < 1e-12)
                #expect(waterfall.stepParts.allSatisfy { $0.value >= 0 })
            }
        }
    }

    @Test("The played schedule takes what the model says: 1F1B as a whole, zero bubble on each stage")
    func timeline() throws {
        for plan in try Self.plan(gpus: 4096, flop: 1e25, count: 200) {
            guard let timeline = PlanTimeline(plan) else { continue }
            let played =
                plan.plan.schedule == .zeroBubble
                ? timeline.simulation.longestSpan : timeline.simulation.stepTime
            #expect(abs(played / timeline.modelTime - 1) < 1e-9, "\(plan.plan)")
        }
    }

    @Test("A summed-up timeline shows the time in passes of the devices it shows")
    func summary() throws {
        let plan = try #require(try Self.plan(gpus: 4096, flop: 1e25, count: 1).first)
        let timeline = try #require(PlanTimeline(plan))
        let devices = PipelineTimeline.spread(timeline.simulation.devices.count, 5)
        #expect(devices.first == 0 && devices.last == timeline.simulation.devices.count - 1)
        let chart = PipelineTimeline(timeline.simulation).summary(
            .init("x"), rowName: "stage", rows: 5, period: timeline.period)
        let unit = TimeUnit.fitting(timeline.simulation.stepTime.value).count
        let drawn = chart.blocks.reduce(0) {
            $0 + $1.length / unit * ($1.lane.upperBound - $1.lane.lowerBound)
        }
        let busy = devices.reduce(0) { $0 + timeline.simulation.devices[$1].busy.value }
        #expect(abs(drawn / busy - 1) < 0.005)
    }

    @Test("A trace of some devices keeps their numbers")
    func spread() {
        #expect(PipelineTimeline.spread(3, 16) == [0, 1, 2])
        #expect(PipelineTimeline.spread(100, 3) == [0, 49, 99])
        #expect(PipelineTimeline.spread(5, 1) == [0])
    }
}
