import Quantities
import TestSupport
import Training

/// Pipelines to be tried.
enum Cases {
    /// Every schedule on pipelines of 1 to 6 devices and 1 to 14 microbatches where it exists.
    static let programs: [PipelineProgram] = {
        var programs: [PipelineProgram] = []
        for schedule in schedules {
            for devices in 1...6 {
                for microbatches in 1...14 {
                    if let program = try? PipelineProgram(
                        schedule, devices: devices, microbatches: microbatches)
                    {
                        programs.append(program)
                    }
                }
            }
        }
        return programs
    }()

    /// One of each, interleaved with 1 to 4 chunks.
    static let schedules: [Schedule] = [
        .allForwardAllBackward, .oneForwardOneBackward, .interleaved(chunks: 1), .interleaved(chunks: 2),
        .interleaved(chunks: 3), .interleaved(chunks: 4), .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV,
        .dualPipe,
    ]

    /// Equal times of one chunk, in whole seconds so that sums are exact.
    static func equal(
        _ program: PipelineProgram, _ forward: Double, _ input: Double, _ weight: Double,
        pairFactor: Double = 1
    ) throws -> PipelineTimes {
        try PipelineTimes(
            equal: chunk(forward, input, weight), schedule: program.schedule, devices: program.devices,
            pairFactor: pairFactor)
    }

    static func chunk(_ forward: Double, _ input: Double, _ weight: Double, transfer: Double = 0)
        -> ChunkTime
    {
        ChunkTime(
            forward: Seconds(forward), backwardInput: Seconds(input), backwardWeight: Seconds(weight),
            transfer: Seconds(transfer))
    }

    /// Random whole times of every place, messages included.
    static func random(
        _ program: PipelineProgram, _ transfer: PipelineTimes.Transfer, using random: inout SplitMix64
    ) throws -> PipelineTimes {
        var chunks: [ChunkTime] = []
        for _ in 0..<program.places {
            chunks.append(
                chunk(
                    random.whole(in: 0...20), random.whole(in: 0...20), random.whole(in: 0...20),
                    transfer: random.whole(in: 0...9)))
        }
        return try PipelineTimes(
            chunks: chunks, transfer: transfer, pairFactor: Double.random(in: 0.5...1, using: &random))
    }
}
