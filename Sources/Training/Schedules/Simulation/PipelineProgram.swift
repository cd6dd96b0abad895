/// A schedule written out: for every device the list of its operations in order.
///
/// *Places* number the chunks of the devices: place = chunk x devices + device. A microbatch goes through
/// places along `next`; its gradient comes back along `previous`.
public struct PipelineProgram: Hashable, Sendable {
    /// The schedule with stages, chunks and microbatches.
    public let shape: PipelineShape
    /// The operations of all devices one after the other; those of one device are `order(of:)`.
    public let operations: [Operation]
    /// First operation of every device, and the end: `devices + 1` entries.
    public let offsets: [Int]
    /// The place a microbatch goes to from each place; nil at the end of the model.
    public let next: [Int?]
    /// The place a microbatch comes from; nil at the start of the model.
    public let previous: [Int?]

    /// Writes a schedule out.
    /// - Parameter shape: the schedule on a pipeline that exists. Complexity: O(operations).
    public init(_ shape: PipelineShape) {
        self.shape = shape
        var orders = StageOrders(shape)
        shape.schedule.rules.write(shape, to: &orders)
        operations = orders.operations
        offsets = orders.offsets
        let next = shape.schedule.placement.successors(devices: shape.devices, chunks: shape.chunks)
        var previous = [Int?](repeating: nil, count: next.count)
        for (place, successor) in next.enumerated() {
            if let successor { previous[successor] = place }
        }
        self.next = next
        self.previous = previous
    }

    /// Writes a schedule out.
    /// - Parameters:
    ///   - schedule: which.
    ///   - chunks: chunks a device; nil for as many as the schedule has at least.
    ///   - devices: p, at least 1.
    ///   - microbatches: M, at least 1.
    /// - Throws: `ScheduleError.count` where the schedule does not exist. Complexity: O(operations).
    public init(
        _ schedule: Schedule, chunks: Int? = nil, devices: Int, microbatches: Int
    ) throws(ScheduleError) {
        self.init(
            try PipelineShape(schedule, chunks: chunks, devices: devices, microbatches: microbatches))
    }

    /// Number of devices, p.
    public var devices: Int { shape.devices }

    /// Microbatches of the step, M; those of both directions where there are two.
    public var microbatches: Int { shape.microbatches }

    /// Number of places: devices times chunks.
    public var places: Int { next.count }

    /// The operations of a device, in order.
    /// - Parameter device: from 0.
    /// - Returns: every operation once.
    public func order(of device: Int) -> ArraySlice<Operation> {
        operations[offsets[device]..<offsets[device + 1]]
    }

    /// The place of a chunk of a device.
    /// - Parameters:
    ///   - chunk: from 0.
    ///   - device: from 0.
    /// - Returns: chunk x devices + device.
    public func place(chunk: Int, device: Int) -> Int { chunk * devices + device }

    /// The microbatches that pass a chunk: all, or half of them in each of two directions.
    /// - Parameter chunk: from 0.
    /// - Returns: their numbers.
    public func microbatches(of chunk: Int) -> Range<Int> {
        shape.schedule.placement.microbatches(of: chunk, in: microbatches)
    }
}

/// The operations of all stages as they are written, one stage after the other.
struct StageOrders {
    private(set) var operations: [Operation] = []
    private(set) var offsets = [0]
    private let stages: Int

    init(_ shape: PipelineShape) {
        stages = shape.devices
        operations.reserveCapacity(3 * shape.microbatches * shape.devices * shape.chunks)
    }

    /// Writes every stage in turn.
    /// - Parameter append: appends the operations of a stage.
    mutating func write(_ append: (_ stage: Int, _ order: inout [Operation]) -> Void) {
        for stage in 0..<stages {
            append(stage, &operations)
            offsets.append(operations.count)
        }
    }
}
