import Quantities

/// What every pass and message of a pipeline takes.
public struct PipelineTimes: Hashable, Sendable {
    /// What a message does to the device that sends it.
    public enum Transfer: String, Hashable, Sendable, Codable, CaseIterable {
        /// Goes on beside computation: only the receiver waits for it.
        case overlapped
        /// Holds its sender until it is through.
        case blocking
    }

    /// Times by place: chunk x devices + device.
    public let chunks: [ChunkTime]
    /// What messages do.
    public let transfer: Transfer
    /// Time of an overlapped forward and backward pair over the time of both one after the other, 0.5 to 1.
    ///
    /// Only schedules of two ways have such pairs. 1 gains nothing from them.
    public let pairFactor: Double

    /// Takes times that are checked.
    /// - Parameters:
    ///   - chunks: times by place: chunk x devices + device; all finite and not negative.
    ///   - transfer: what messages do.
    ///   - pairFactor: time of an overlapped pair over the sum of its parts, 0.5 to 1.
    /// - Throws: `ScheduleError.number` with the first number out of range.
    public init(
        chunks: [ChunkTime], transfer: Transfer = .overlapped, pairFactor: Double = 1
    ) throws(ScheduleError) {
        for (place, chunk) in chunks.enumerated() {
            for time in [chunk.forward, chunk.backwardInput, chunk.backwardWeight, chunk.transfer]
            where !(time.value.isFinite && time.value >= 0) {
                throw .number(
                    what: "a time of place \(place)", value: time.value, accepted: "finite, at least 0")
            }
        }
        guard pairFactor >= 0.5, pairFactor <= 1 else {
            throw .number(what: "the pair factor", value: pairFactor, accepted: "0.5 to 1")
        }
        self.chunks = chunks
        self.transfer = transfer
        self.pairFactor = pairFactor
    }

    /// Equal times on every place.
    /// - Parameters:
    ///   - chunk: the times of one chunk, not of all chunks of a device.
    ///   - shape: tells devices and their chunks.
    ///   - transfer: what messages do.
    ///   - pairFactor: time of an overlapped pair over the sum of its parts, 0.5 to 1.
    /// - Throws: `ScheduleError.number` with the first number out of range.
    public init(
        equal chunk: ChunkTime, shape: PipelineShape, transfer: Transfer = .overlapped, pairFactor: Double = 1
    ) throws(ScheduleError) {
        try self.init(
            chunks: Array(repeating: chunk, count: shape.devices * shape.chunks), transfer: transfer,
            pairFactor: pairFactor)
    }
}
