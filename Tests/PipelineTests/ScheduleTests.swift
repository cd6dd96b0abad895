import Quantities
import TestSupport
import Testing
import Training

@Suite struct ScheduleTests {
    @Test func everyScheduleRunsEveryPassOnce() {
        #expect(Cases.programs.count > 600)
        for program in Cases.programs {
            for device in 0..<program.devices {
                var seen: Set<[Int]> = []
                for operation in program.order(of: device) {
                    #expect(program.microbatches(of: operation.chunk).contains(operation.microbatch))
                    let kinds: [Operation.Kind] =
                        operation.kind == .backward ? [.backwardInput, .backwardWeight] : [operation.kind]
                    for kind in kinds {
                        #expect(
                            seen.insert([Int(kind.rawValue), operation.chunk, operation.microbatch]).inserted)
                    }
                }
                let passes = (0..<program.shape.chunks).reduce(0) {
                    $0 + program.microbatches(of: $1).count
                }
                #expect(seen.count == 3 * passes)
            }
        }
    }

    @Test func interleavedWithOneChunkIsOneForwardOneBackward() throws {
        for devices in 1...5 {
            // 1F1B runs p - i forward passes ahead, interleaved 2 (p - 1 - i) + 1, so only the last agrees.
            let plain = try PipelineProgram(.oneForwardOneBackward, devices: devices, microbatches: 12)
            let dealt = try PipelineProgram(.interleaved, chunks: 1, devices: devices, microbatches: 12)
            #expect(Array(plain.order(of: devices - 1)) == Array(dealt.order(of: devices - 1)))
        }
    }

    @Test func ordersOfTheLiteratureAreReproduced() throws {
        func text(
            _ schedule: Schedule, _ devices: Int, _ microbatches: Int, _ device: Int
        ) throws -> String {
            try PipelineProgram(schedule, devices: devices, microbatches: microbatches).order(of: device)
                .map { $0.chunk == 0 ? $0.name : "\($0.name)'" }.joined(separator: " ")
        }
        #expect(try text(.oneForwardOneBackward, 4, 4, 2) == "F0 F1 B0 F2 B1 F3 B2 B3")
        // The first and last device of arXiv:2401.10241, figure 3 above, for four microbatches.
        #expect(try text(.zeroBubbleH1, 4, 4, 0) == "F0 F1 F2 F3 I0 W0 I1 W1 I2 W2 I3 W3")
        #expect(try text(.zeroBubbleH1, 4, 4, 3) == "F0 I0 F1 I1 F2 I2 F3 I3 W0 W1 W2 W3")
        // arXiv:2104.04473, figure 4 below: two chunks on two devices, four microbatches.
        #expect(
            try text(.interleaved, 2, 4, 1)
                == "F0 F1 F0' B0' F1' B1' F2 B0 F3 B1 F2' B2' F3' B3' B2 B3")
        // Two devices: no distance beyond, a main phase of 4 / 2 - 2 + 1 = 1, and W once at the end.
        #expect(try text(.dualPipe, 2, 4, 0) == "F0 F2' F1 B2' F3' B0 B3' I1 W1")
        // The phases of github.com/deepseek-ai/DualPipe, dualpipev.py, on the first of two ranks, four microbatches.
        #expect(
            try text(.dualPipeV, 2, 4, 0)
                == "F0 F1 F2 F0' I0' W0' F1' F3 B1' F2' B0 B2' F3' B1 B3' I2 W2 I3 W3")
    }

    @Test func impossibleCountsAreRefused() {
        #expect(throws: ScheduleError.self) {
            try PipelineProgram(.oneForwardOneBackward, devices: 0, microbatches: 1)
        }
        #expect(throws: ScheduleError.self) {
            try PipelineProgram(.interleaved, chunks: 0, devices: 2, microbatches: 1)
        }
        #expect(throws: ScheduleError.self) {
            try PipelineProgram(.zeroBubbleV, chunks: 3, devices: 2, microbatches: 4)
        }
        #expect(throws: ScheduleError.self) { try PipelineProgram(.dualPipe, devices: 3, microbatches: 12) }
        let refusal = #expect(throws: ScheduleError.self) {
            try PipelineShape(.dualPipe, devices: 4, microbatches: 6)
        }
        #expect(
            refusal?.description
                == "microbatches of dualpipe is 6; accepted: an even number of at least 8, twice the devices")
        #expect(throws: ScheduleError.self) { try PipelineTimes(chunks: [Cases.chunk(1, -1, 1)]) }
        #expect(throws: ScheduleError.self) { try PipelineTimes(chunks: [], pairFactor: 0.4) }
    }
}
