import Testing
import Training

@Suite struct ActivationPeaksTests {
    @Test func memoryOfZeroBubbleSchedulesIsThatOfTheLiterature() throws {
        // p = 4, M = 12. H1 holds p, H2 2 p - 1, V 2 p half chunks, that is p (arXiv:2401.10241, section 2);
        // DualPipe p + 1 (arXiv:2412.19437, section 3.2.1); DualPipeV 2 p + 1 half chunks, PP + 1 of PP = 2 p stages
        // (github.com/deepseek-ai/DualPipe, README).
        for (schedule, expected) in [
            (Schedule.zeroBubbleH1, 4), (.zeroBubbleH2, 7), (.zeroBubbleV, 8), (.dualPipe, 5),
            (.dualPipeV, 9),
        ] {
            let peaks = ActivationPeaks(
                of: try PipelineProgram(schedule, devices: 4, microbatches: 12))
            #expect(peaks.chunksTogether == [expected, expected, expected, expected])
        }
    }

    @Test func interleavingCostsTheFactorOfTheLiterature() throws {
        // p = 4, v = 3: first device p v + p - 1 = 15 chunks, that is 1 + (p - 1) / (p v) = 1.25 times 12.
        let peaks = ActivationPeaks(
            of: try PipelineProgram(.interleaved, chunks: 3, devices: 4, microbatches: 12))
        #expect(peaks.chunksTogether == [15, 13, 11, 9])
    }

    @Test func whatSchedulesSayTheyHoldIsCountedOut() throws {
        for program in Cases.programs {
            let (devices, microbatches) = (program.devices, program.microbatches)
            let peaks = ActivationPeaks(of: program)
            for device in 0..<devices {
                let counted = peaks.chunksTogether[device]
                let stated = program.shape.chunksInFlight(stage: device)
                switch program.shape.schedule {
                // An order for more microbatches, without those that are missing.
                case .zeroBubbleV where microbatches < 2 * devices - 1: #expect(counted <= stated)
                // Groups of p are stated; where p does not divide M, the order written here has others.
                case .interleaved where !microbatches.isMultiple(of: devices):
                    #expect(counted >= stated)
                default: #expect(counted == stated, "\(program.shape.name) \(devices) \(device)")
                }
            }
        }
    }
}
