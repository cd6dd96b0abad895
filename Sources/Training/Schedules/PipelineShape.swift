/// A schedule on a pipeline: over how many stages and chunks, with how many microbatches.
public struct PipelineShape: Hashable, Sendable {
    /// Which schedule.
    public let schedule: Schedule
    /// Chunks of layers on a stage, v; for two directions the second belongs to the second copy of the model.
    public let chunks: Int
    /// Stages, one a device, p.
    public let devices: Int
    /// Microbatches of the step, M; those of both directions where there are two.
    public let microbatches: Int

    /// Takes a pipeline that exists.
    /// - Parameters:
    ///   - schedule: which.
    ///   - chunks: chunks a stage; nil for as many as the schedule has at least. One chunk interleaved is accepted.
    ///   - devices: stages, at least 1.
    ///   - microbatches: at least 1; see ``ScheduleNeeds``.
    /// - Throws: `ScheduleError.count` with the first count out of range.
    public init(
        _ schedule: Schedule, chunks: Int? = nil, devices: Int, microbatches: Int
    ) throws(ScheduleError) {
        self.schedule = schedule
        self.chunks = chunks ?? schedule.chunkRange.lowerBound
        self.devices = devices
        self.microbatches = microbatches
        try validate()
    }

    /// The pipeline of a layout, as it is.
    /// - Parameter layout: assumed legal.
    public init(_ layout: TrainingLayout) {
        schedule = layout.schedule
        chunks = layout.chunks
        devices = layout.pipeline
        microbatches = layout.microbatches
    }

    /// Short name in lower case, as in the literature: `1f1b`, `interleaved-2`.
    public var name: String {
        schedule.chunkRange.count > 1 ? "\(schedule.rawValue)-\(chunks)" : schedule.rawValue
    }

    /// Most (chunk, microbatch) pairs in flight on a stage, all its chunks together.
    ///
    /// A microbatch is in flight on a chunk from the start of its forward pass to the end of its last backward pass.
    /// `ActivationPeaksTests` counts it out of the order of the passes, and says where it is another number.
    /// - Parameter stage: from 0.
    /// - Returns: a count; each is of one chunk, that is of 1 / v of a stage's layers.
    public func chunksInFlight(stage: Int) -> Int { schedule.rules.chunksInFlight(self, stage: stage) }

    /// The same in whole stages: microbatches whose activations a stage holds at its fullest.
    /// - Parameter stage: from 0.
    /// - Returns: a count; half a stage's layers count half.
    public func microbatchesInFlight(stage: Int) -> Double {
        Double(chunksInFlight(stage: stage)) / Double(chunks)
    }

    /// Times of a chunk of the slowest stage that a step waits besides its bubble, for want of microbatches.
    public var chunksWaiting: Int { schedule.rules.chunksWaiting(self) }

    /// Forward passes of a stage before its first backward pass.
    /// - Parameter stage: from 0.
    /// - Returns: a count; nil where stages have several chunks.
    public func forwardsAhead(stage: Int) -> Int? { schedule.rules.order(self, stage: stage)?.lead }

    private func validate() throws(ScheduleError) {
        guard devices >= 1 else { throw .count(what: "devices", value: devices, accepted: "1 or more") }
        guard microbatches >= 1 else {
            throw .count(what: "microbatches", value: microbatches, accepted: "1 or more")
        }
        let range = schedule.chunkRange
        guard chunks >= 1, range.contains(chunks) || range.count > 1 else {
            throw .count(
                what: "chunks", value: chunks,
                accepted: range.count > 1 ? "1 or more" : "\(range.lowerBound) for \(schedule.rawValue)")
        }
        let needs = schedule.needs
        guard needs.accepts(stages: devices) else {
            throw .count(
                what: "devices of \(schedule.rawValue)", value: devices, accepted: "an even number")
        }
        guard needs.accepts(stages: devices, microbatches: microbatches) else {
            let number = needs.microbatchPairs == .needed ? "an even number of at least" : "at least"
            let times = needs.microbatchesPerStage == 2 ? "twice" : "\(needs.microbatchesPerStage) times"
            throw .count(
                what: "microbatches of \(schedule.rawValue)", value: microbatches,
                accepted: "\(number) \(needs.microbatchesPerStage * devices), \(times) the devices")
        }
    }
}
