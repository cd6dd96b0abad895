/// A schedule written out: for every device the list of its operations in order.
///
/// *Places* number the chunks of the devices: place = chunk x devices + device. A microbatch goes through
/// places along `next`; its gradient comes back along `previous`.
public struct PipelineProgram: Hashable, Sendable {
    /// The schedule.
    public let schedule: Schedule
    /// Number of devices, p.
    public let devices: Int
    /// Microbatches of the step, M; those of both directions for `dualPipe`.
    public let microbatches: Int
    /// The operations of all devices one after the other; those of one device are `orders[device]`.
    public let operations: [Operation]
    /// First operation of every device, and the end: `devices + 1` entries.
    public let offsets: [Int]
    /// The place a microbatch goes to from each place; nil at the end of the model.
    public let next: [Int?]
    /// The place a microbatch comes from; nil at the start of the model.
    public let previous: [Int?]

    /// Writes a schedule out.
    /// - Parameters:
    ///   - schedule: which.
    ///   - devices: p, at least 1.
    ///   - microbatches: M, at least 1.
    /// - Throws: `ScheduleError.count` where the schedule does not exist. Complexity: O(operations).
    public init(_ schedule: Schedule, devices: Int, microbatches: Int) throws(ScheduleError) {
        try schedule.validate(devices: devices, microbatches: microbatches)
        self.schedule = schedule
        self.devices = devices
        self.microbatches = microbatches
        var operations: [Operation] = []
        operations.reserveCapacity(3 * microbatches * devices * schedule.chunks)
        var offsets = [0]
        let interleaved = InterleavedOrder(
            chunks: schedule.chunks, devices: devices, microbatches: microbatches)
        for device in 0..<devices {
            switch schedule {
            case .interleaved: interleaved.append(device: device, to: &operations)
            case .zeroBubbleV:
                ZeroBubbleVOrder(devices: devices, microbatches: microbatches)
                    .append(device: device, to: &operations)
            case .dualPipe:
                DualPipeOrder(devices: devices, microbatches: microbatches)
                    .append(device: device, to: &operations)
            case .allForwardAllBackward, .oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleH2:
                SingleChunkOrder(schedule, device: device, of: devices, microbatches: microbatches)?
                    .append(to: &operations)
            }
            offsets.append(operations.count)
        }
        self.operations = operations
        self.offsets = offsets
        let next = Self.successors(schedule, devices: devices)
        var previous = [Int?](repeating: nil, count: next.count)
        for (place, successor) in next.enumerated() {
            if let successor { previous[successor] = place }
        }
        self.next = next
        self.previous = previous
    }

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

    /// The microbatches that pass a chunk: all, or half of them in each direction for `dualPipe`.
    /// - Parameter chunk: from 0.
    /// - Returns: their numbers.
    public func microbatches(of chunk: Int) -> Range<Int> {
        guard schedule.layout == .opposed else { return 0..<microbatches }
        return chunk == 0 ? 0..<(microbatches / 2) : (microbatches / 2)..<microbatches
    }

    /// The place after each, for a schedule's layout.
    static func successors(_ schedule: Schedule, devices: Int) -> [Int?] {
        (0..<(devices * schedule.chunks)).map { place in
            let (chunk, device) = place.quotientAndRemainder(dividingBy: devices)
            switch (schedule.layout, chunk) {
            case (.loop, _): return place + 1 < devices * schedule.chunks ? place + 1 : nil
            case (.turn, 0): return device + 1 < devices ? place + 1 : place + devices
            case (.opposed, 0): return device + 1 < devices ? place + 1 : nil
            case (.turn, _), (.opposed, _): return device > 0 ? place - 1 : nil
            }
        }
    }
}
