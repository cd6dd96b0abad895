import Pipeline
import Quantities
import TestSupport
import Testing

@Suite struct StepTimeBoundTests {
    @Test func itIsNeverAboveTheSimulation() throws {
        var random = SplitMix64(seed: 4)
        var workspace = SimulationWorkspace()
        for program in Cases.programs {
            let bound = try StepTimeBound(
                program.schedule, devices: program.devices, microbatches: program.microbatches)
            for transfer in PipelineTimes.Transfer.allCases {
                let times = try Cases.random(program, transfer, using: &random)
                let simulated = workspace.stepTime(of: program, times: times)
                #expect(
                    bound.stepTime(times).value <= simulated.value * (1 + 1e-12),
                    "\(program.schedule.name) \(program.devices) \(program.microbatches) \(transfer)")
            }
        }
    }

    @Test func itIsExactForEqualChunksWhereStated() throws {
        var random = SplitMix64(seed: 5)
        var workspace = SimulationWorkspace()
        for program in Cases.programs {
            let (devices, microbatches) = (program.devices, program.microbatches)
            switch program.schedule {
            case .zeroBubbleV, .dualPipe: continue
            case .interleaved, .zeroBubbleH1: if microbatches < devices { continue }
            case .zeroBubbleH2: if microbatches < 2 * devices - 1 { continue }
            case .allForwardAllBackward, .oneForwardOneBackward: break
            }
            let times = try Cases.equal(
                program, random.whole(in: 1...30), random.whole(in: 1...30), random.whole(in: 1...30))
            let bound = try StepTimeBound(program.schedule, devices: devices, microbatches: microbatches)
            let simulated = workspace.stepTime(of: program, times: times)
            #expect(
                bound.stepTime(times) == simulated, "\(program.schedule.name) \(devices) \(microbatches)")
        }
    }

    @Test func itIsExactForAnyTimesOfGPipe() throws {
        var random = SplitMix64(seed: 6)
        var workspace = SimulationWorkspace()
        for program in Cases.programs where program.schedule == .allForwardAllBackward {
            let bound = try StepTimeBound(
                program.schedule, devices: program.devices, microbatches: program.microbatches)
            for transfer in PipelineTimes.Transfer.allCases {
                let times = try Cases.random(program, transfer, using: &random)
                #expect(bound.stepTime(times) == workspace.stepTime(of: program, times: times))
            }
        }
    }

    @Test func itIsTheSlowLastStageOfAnUnevenPipeline() throws {
        // t = 3, 3, 5 with F = 1, 1, 2, 1F1B, M = 4: 1 + 1 forward, 4 x 5, 2 + 2 backward: 26.
        let times = try PipelineTimes(
            chunks: [Cases.chunk(1, 1, 1), Cases.chunk(1, 1, 1), Cases.chunk(2, 2, 1)])
        let bound = try StepTimeBound(.oneForwardOneBackward, devices: 3, microbatches: 4)
        #expect(bound.stepTime(times) == Seconds(26))
        let program = try PipelineProgram(.oneForwardOneBackward, devices: 3, microbatches: 4)
        var workspace = SimulationWorkspace()
        #expect(workspace.stepTime(of: program, times: times) == Seconds(26))
    }
}
