import Quantities
import Testing
import Training

@Suite struct ActivationPeaksTests {
    @Test func memoryOfZeroBubbleSchedulesIsThatOfTheLiterature() throws {
        // p = 4, M = 12. H1 holds p, H2 2 p - 1, V 2 p half chunks, that is p (arXiv:2401.10241, section 2);
        // DualPipe p + 1 (arXiv:2412.19437, section 3.2.1).
        for (schedule, expected) in [
            (Schedule.zeroBubbleH1, 4), (.zeroBubbleH2, 7), (.zeroBubbleV, 8), (.dualPipe, 5),
        ] {
            let peaks = ActivationPeaks(
                of: try PipelineProgram(schedule, devices: 4, microbatches: 12))
            #expect(peaks.chunksTogether == [expected, expected, expected, expected])
        }
    }

    @Test func interleavingCostsTheFactorOfTheLiterature() throws {
        // p = 4, v = 3: first device p v + p - 1 = 15 chunks, that is 1 + (p - 1) / (p v) = 1.25 times 12.
        let peaks = ActivationPeaks(
            of: try PipelineProgram(.interleaved(chunks: 3), devices: 4, microbatches: 12))
        #expect(peaks.chunksTogether == [15, 13, 11, 9])
    }

    @Test func bytesFollowTheOrder() throws {
        // H1, p = 2, M = 2, device 1: F0 I0 F1 I1 W0 W1 with 10 bytes, 3 after I: 10, 3, 13, 6: 13.
        // Device 0: F0 F1 I0 W0 I1 W1: 20.
        let program = try PipelineProgram(.zeroBubbleH1, devices: 2, microbatches: 2)
        let bytes = ActivationBytes(afterForward: Bytes(10), afterInput: Bytes(3))
        #expect(ActivationPeaks.bytes(of: program, [bytes, bytes]) == [Bytes(20), Bytes(13)])
    }

    @Test func chunksAreWeighedApart() throws {
        // V on one device: F0 F0' I0' W0' I0 W0: 100 and 1 together.
        let program = try PipelineProgram(.zeroBubbleV, devices: 1, microbatches: 1)
        let peak = ActivationPeaks.bytes(
            of: program,
            [
                ActivationBytes(afterForward: Bytes(100), afterInput: .zero),
                ActivationBytes(afterForward: Bytes(1), afterInput: .zero),
            ])
        #expect(peak == [Bytes(101)])
        #expect(ActivationPeaks(of: program).microbatches == [1, 1])
    }
}
