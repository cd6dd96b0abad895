import Quantities
import TestSupport
import Testing
import Training

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
            case .dualPipe: continue
            case .interleaved, .zeroBubbleH1: if microbatches < devices { continue }
            case .zeroBubbleH2, .zeroBubbleV: if microbatches < 2 * devices - 1 { continue }
            case .allForwardAllBackward, .oneForwardOneBackward: break
            }
            var passes = (0..<3).map { _ in random.whole(in: 1...30) }
            if program.schedule == .zeroBubbleV { passes = [1, 0, 2].map { passes.sorted(by: >)[$0] } }
            let times = try Cases.equal(program, passes[0], passes[1], passes[2])
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

    @Test func itIsExactForUnevenOneForwardOneBackwardWhereProved() throws {
        var random = SplitMix64(seed: 8)
        var workspace = SimulationWorkspace()
        for round in 0..<400 {
            let (devices, microbatches) = (Int(random.whole(in: 1...8)), Int(random.whole(in: 1...24)))
            let longest = random.whole(in: 20...40)
            // Even rounds: equal totals, any split. Odd rounds: backward twice forward, the last stage
            // slowest.
            let chunks = (0..<devices).map { device in
                let forward = random.whole(in: 0...20)
                if round.isMultiple(of: 2) { return Cases.chunk(forward, longest - forward, 0) }
                let slow = device == devices - 1 ? longest : forward
                return Cases.chunk(slow, slow, slow)
            }
            let times = try PipelineTimes(chunks: chunks)
            let program = try PipelineProgram(
                .oneForwardOneBackward, devices: devices, microbatches: microbatches)
            let bound = try StepTimeBound(
                .oneForwardOneBackward, devices: devices, microbatches: microbatches)
            #expect(bound.stepTime(times) == workspace.stepTime(of: program, times: times))
        }
    }

    @Test(arguments: [
        (Schedule.allForwardAllBackward, 1e-12), (.oneForwardOneBackward, 0.06),
        (.interleaved(chunks: 2), 0.08), (.zeroBubbleH1, 0.02), (.zeroBubbleH2, 0.01), (.zeroBubbleV, 0.05),
        (.dualPipe, 0.1),
    ])
    func itIsNearForStagesThatDifferMildly(schedule: Schedule, farthest: Double) throws {
        // Chunks of 80 to 120 % of the mean, F : I : W about 10 : 11 : 8, M from 2 p to 8 p.
        var random = SplitMix64(seed: 9)
        var workspace = SimulationWorkspace()
        var worst = 0.0
        for _ in 0..<300 {
            let devices = 2 * Int(random.whole(in: 1...4))
            let microbatches = devices * Int(random.whole(in: 2...8))
            let program = try PipelineProgram(schedule, devices: devices, microbatches: microbatches)
            let times = try PipelineTimes(
                chunks: (0..<program.places).map { _ in
                    let size = random.whole(in: 80...120)
                    return Cases.chunk(10 * size, 11 * size, 8 * size)
                })
            let bound = try StepTimeBound(schedule, devices: devices, microbatches: microbatches)
            let gap = 1 - bound.stepTime(times) / workspace.stepTime(of: program, times: times)
            worst = max(worst, gap)
        }
        #expect(worst <= farthest)
    }
}
