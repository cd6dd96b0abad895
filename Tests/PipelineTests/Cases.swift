import Quantities
import TestSupport
import Training

/// Pipelines to be tried.
enum Cases {
    /// Every schedule on pipelines of 1 to 6 devices and 1 to 14 microbatches where it exists.
    static let programs: [PipelineProgram] = {
        var programs: [PipelineProgram] = []
        for (schedule, chunks) in schedules {
            for devices in 1...6 {
                for microbatches in 1...14 {
                    if let program = try? PipelineProgram(
                        schedule, chunks: chunks, devices: devices, microbatches: microbatches)
                    {
                        programs.append(program)
                    }
                }
            }
        }
        return programs
    }()

    /// One of each, those of any number of chunks with 1 to 4.
    static let schedules: [(schedule: Schedule, chunks: Int)] = Schedule.allCases.flatMap { schedule in
        let range = schedule.chunkRange
        return (range.count > 1 ? 1...4 : range).map { (schedule, $0) }
    }

    /// Equal times of one chunk, in whole seconds so that sums are exact.
    static func equal(
        _ program: PipelineProgram, _ forward: Double, _ input: Double, _ weight: Double,
        pairFactor: Double = 1
    ) throws -> PipelineTimes {
        try PipelineTimes(
            equal: chunk(forward, input, weight), shape: program.shape, pairFactor: pairFactor)
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
