import Quantities
import TestSupport
import Testing
import Training

@Suite struct SimulationTests {
    @Test func everyPassWaitsForItsInputAndItsDevice() throws {
        var random = SplitMix64(seed: 1)
        var workspace = SimulationWorkspace()
        for program in Cases.programs {
            for transfer in PipelineTimes.Transfer.allCases {
                let times = try Cases.random(program, transfer, using: &random)
                let result = workspace.simulation(of: program, times: times, recording: .operations)
                check(result, program, times)
                #expect(workspace.stepTime(of: program, times: times) == result.stepTime)
            }
        }
    }

    /// Checks order and input of every operation from the definition, with look-up by name.
    private func check(_ result: Simulation, _ program: PipelineProgram, _ times: PipelineTimes) {
        var ends: [[Int]: Double] = [:]
        for timed in result.operations where timed.operation.kind != .backwardWeight {
            let place = program.place(chunk: timed.operation.chunk, device: timed.device)
            let isForward = timed.operation.kind == .forward ? 1 : 0
            ends[[isForward, place, timed.operation.microbatch]] = timed.end.value
        }
        func message(_ place: Int, _ other: Int) -> Double {
            (other - place) % program.devices == 0 ? 0 : times.chunks[place].transfer.value
        }
        var late = 0
        for device in 0..<program.devices {
            var free = 0.0
            for timed in result.operations[program.offsets[device]..<program.offsets[device + 1]] {
                let place = program.place(chunk: timed.operation.chunk, device: device)
                let microbatch = timed.operation.microbatch
                var ready = free
                switch timed.operation.kind {
                case .forward:
                    if let previous = program.previous[place] {
                        ready = (ends[[1, previous, microbatch]] ?? .infinity) + message(previous, place)
                    }
                case .backward, .backwardInput:
                    ready = ends[[1, place, microbatch]] ?? .infinity
                    if let next = program.next[place] {
                        ready = (ends[[0, next, microbatch]] ?? .infinity) + message(place, next)
                    }
                case .backwardWeight: ready = ends[[0, place, microbatch]] ?? .infinity
                }
                if timed.start.value < ready - 1e-9 { late += 1 }
                if timed.operation.pairing != .second, timed.start.value < free - 1e-9 { late += 1 }
                free = timed.end.value
            }
        }
        #expect(late == 0, "\(program.shape.name) \(program.devices) \(program.microbatches)")
        for device in result.devices.indices {
            #expect(result.idle(device: device).value > -1e-9)
            #expect(result.devices[device].exposedTransfer.value >= 0)
        }
    }

    @Test func largePipelinesComeToAnEnd() throws {
        var workspace = SimulationWorkspace()
        var played = 0
        for (schedule, chunks) in Cases.schedules {
            for devices in [7, 8, 11, 16, 32] {
                for microbatches in [1, 5, 9, 16, 31, 33, 64, 100] {
                    guard
                        let program = try? PipelineProgram(
                            schedule, chunks: chunks, devices: devices, microbatches: microbatches)
                    else { continue }
                    let result = workspace.simulation(of: program, times: try Cases.equal(program, 1, 1, 1))
                    #expect(result.devices.allSatisfy { $0.busy <= result.stepTime })
                    played += 1
                }
            }
        }
        // Nine schedules on 5 x 8 pipelines; DualPipe on 8, 16 and 32 devices with 16, 64, 100; 64, 100; 64, 100.
        // DualPipeV from 2 p microbatches: 5, 5, 4, 3 and 2 of them.
        #expect(played == 9 * 40 + 7 + 19)
    }

    @Test func messagesAreChargedAsStated() throws {
        // Two devices, one microbatch: F0 2, message 3, F0 4, B0 5 + 1, message 3, B0 6 + 2: 26 either way.
        var workspace = SimulationWorkspace()
        let program = try PipelineProgram(.oneForwardOneBackward, devices: 2, microbatches: 1)
        let chunks = [Cases.chunk(2, 6, 2, transfer: 3), Cases.chunk(4, 5, 1, transfer: 100)]
        for transfer in PipelineTimes.Transfer.allCases {
            let times = try PipelineTimes(chunks: chunks, transfer: transfer)
            let result = workspace.simulation(of: program, times: times)
            #expect(result.stepTime == Seconds(26))
            #expect(result.devices[0].busy == Seconds(10))
            // Overlapped, device 0 waits 3 for the gradient's message; blocking, it is held 3 by its own.
            #expect(result.devices[0].exposedTransfer == Seconds(3))
            #expect(result.idle(device: 0) == Seconds(13))
        }
    }

    @Test func blockingMessagesAreLongerPassesOfTheSender() throws {
        var random = SplitMix64(seed: 2)
        var workspace = SimulationWorkspace()
        for program in Cases.programs where program.shape.schedule.placement == .loop && program.devices > 1 {
            let times = try Cases.random(program, .blocking, using: &random)
            let folded = try PipelineTimes(
                chunks: times.chunks.enumerated().map { place, chunk in
                    let out = program.next[place] == nil ? .zero : chunk.transfer
                    let back = program.previous[place].map { times.chunks[$0].transfer } ?? .zero
                    return ChunkTime(
                        forward: chunk.forward + out, backwardInput: chunk.backwardInput + back,
                        backwardWeight: chunk.backwardWeight)
                })
            let held = workspace.stepTime(of: program, times: times)
            #expect(held == workspace.stepTime(of: program, times: folded))
        }
    }

    @Test func aWorkspaceGivesTheSameWhateverItDidBefore() throws {
        var random = SplitMix64(seed: 3)
        var used = SimulationWorkspace()
        for program in Cases.programs.reversed() {
            let times = try Cases.random(program, .overlapped, using: &random)
            var fresh = SimulationWorkspace()
            #expect(used.stepTime(of: program, times: times) == fresh.stepTime(of: program, times: times))
        }
    }

    @Test func bubblesOfZeroBubbleSchedulesAreThoseOfTheLiterature() throws {
        // arXiv:2401.10241, section 2: (p - 1)(F + I - W) and (p - 1)(F + I - 2 W), no bubble
        // for V at F = I = W.
        var workspace = SimulationWorkspace()
        let cases: [(Schedule, Double, Double, Double, Double)] = [
            (.zeroBubbleH1, 10, 11, 7, 3 * (10 + 11 - 7)), (.zeroBubbleH2, 10, 11, 7, 3 * (10 + 11 - 14)),
            (.zeroBubbleH2, 5, 5, 5, 0), (.zeroBubbleV, 5, 5, 5, 0),
            (.oneForwardOneBackward, 10, 11, 7, 3 * (10 + 11 + 7)),
        ]
        for (schedule, forward, input, weight, bubble) in cases {
            let program = try PipelineProgram(schedule, devices: 4, microbatches: 9)
            let result = workspace.simulation(
                of: program, times: try Cases.equal(program, forward, input, weight))
            #expect(result.longestSpan - result.devices[0].busy == Seconds(bubble))
        }
    }

    @Test func spansOfHandMadeZeroBubbleSchedulesAreThePapersForShortWeightPasses() throws {
        var random = SplitMix64(seed: 10)
        var workspace = SimulationWorkspace()
        for program in Cases.programs {
            let lag: Double
            switch program.shape.schedule {
            case .zeroBubbleH1 where program.microbatches >= program.devices: lag = 1
            case .zeroBubbleH2 where program.microbatches >= 2 * program.devices - 1: lag = 2
            default: continue
            }
            let input = random.whole(in: 1...20)
            let forward = random.whole(in: 1...20)
            // At most F, and a bubble of F + I - W or F + I - 2 W that is not negative.
            let weight = random.whole(in: 0...Int(min(forward, (forward + input) / 2)))
            let result = workspace.simulation(
                of: program, times: try Cases.equal(program, forward, input, weight))
            let bubble = Double(program.devices - 1) * (forward + input - lag * weight)
            #expect(
                result.longestSpan - result.devices[0].busy == Seconds(bubble),
                "\(program.shape.name) \(program.devices) \(program.microbatches)")
        }
    }

    @Test func overlappedPairsGainWhatTheirFactorSays() throws {
        // arXiv:2412.19437, section 3.2.1, p = 4: (FB + B - 3 W) with FB = 0.75 x 3, B = 2, W = 1: 1.25.
        // Cut in half it is the same on two devices.
        var workspace = SimulationWorkspace()
        for (schedule, devices) in [(Schedule.dualPipe, 4), (.dualPipeV, 2)] {
            let program = try PipelineProgram(schedule, devices: devices, microbatches: 8)
            let result = workspace.simulation(
                of: program, times: try Cases.equal(program, 1, 1, 1, pairFactor: 0.75))
            #expect(result.longestSpan - result.devices[0].busy == Seconds(1.25))
        }
    }

    @Test func theBubbleFractionIsIdleOverAll() throws {
        // 1F1B: (p - 1) / (M + p - 1) = 3 / 11; interleaved by 3, (p - 1) / (v M + p - 1) = 3 / 27.
        var workspace = SimulationWorkspace()
        for (schedule, chunks, expected) in [
            (Schedule.oneForwardOneBackward, 1, 3.0 / 11), (.interleaved, 3, 3.0 / 27),
        ] {
            let program = try PipelineProgram(schedule, chunks: chunks, devices: 4, microbatches: 8)
            let result = workspace.simulation(of: program, times: try Cases.equal(program, 1, 1, 1))
            #expect(abs(result.bubbleFraction - expected) < 1e-12)
        }
    }
}
