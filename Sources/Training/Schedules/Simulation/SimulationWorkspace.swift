public import Quantities

/// Plays steps of pipelines, keeping its memory from one to the next.
///
/// An operation starts when its device is done with those before it in the schedule's list and its input is
/// there; an overlapped pair when both inputs are. The result depends on nothing else, so it is the same
/// whatever the order in which devices are looked at. O(operations): each is tried once, or twice after a
/// wait.
/// - Source: checked by `SimulationTests` against closed forms of the literature and by hand.
public struct SimulationWorkspace: Sendable {
    /// When the gradient or output of (kind, place, microbatch) is there; NaN before.
    private var ends: [Double] = []
    private var position: [Int] = []
    private var free: [Double] = []
    /// Entry of `ends` that a device waits for; -1 for none.
    private var waiting: [Int] = []
    private var ready: [Int] = []
    private var busy: [Double] = []
    private var exposed: [Double] = []
    private var first: [Double] = []

    /// Whether start and end of every operation are kept.
    public enum Recording: Sendable {
        /// No.
        case totals
        /// Yes.
        case operations
    }

    /// A workspace without memory yet.
    public init() {}

    /// Time of a step; nothing is allocated if a step as large was played before.
    /// - Parameters:
    ///   - program: the schedule, written out.
    ///   - times: as many chunks as the program has places.
    /// - Returns: seconds from the first start to the last end.
    public mutating func stepTime(of program: PipelineProgram, times: PipelineTimes) -> Seconds {
        var none: [TimedOperation] = []
        play(program, times, .totals, into: &none)
        return Seconds(free.reduce(0, max))
    }

    /// Plays a step.
    /// - Parameters:
    ///   - program: the schedule, written out.
    ///   - times: as many chunks as the program has places.
    ///   - recording: whether start and end of every operation are kept.
    /// - Returns: times and uses of all devices.
    public mutating func simulation(
        of program: PipelineProgram, times: PipelineTimes, recording: Recording = .totals
    ) -> Simulation {
        var operations: [TimedOperation] = []
        if recording == .operations {
            operations = program.operations.map {
                TimedOperation(device: 0, operation: $0, start: .zero, end: .zero)
            }
        }
        play(program, times, recording, into: &operations)
        let uses = (0..<program.devices).map { device in
            DeviceUse(
                busy: Seconds(busy[device]), exposedTransfer: Seconds(exposed[device]),
                start: Seconds(first[device]), end: Seconds(free[device]))
        }
        return Simulation(
            stepTime: Seconds(free.reduce(0, max)), devices: uses, operations: operations)
    }

    private mutating func play(
        _ program: PipelineProgram, _ times: PipelineTimes, _ recording: Recording,
        into trace: inout [TimedOperation]
    ) {
        precondition(times.chunks.count == program.places, "one time a place")
        reset(program)
        var done = 0
        while let device = ready.popLast() {
            done += advance(device, program, times, recording, into: &trace)
        }
        precondition(done == program.operations.count, "every operation has its input in time")
    }

    private mutating func reset(_ program: PipelineProgram) {
        let (devices, slots) = (program.devices, 2 * program.places * program.microbatches)
        Self.fill(&ends, .nan, slots)
        Self.fill(&position, 0, devices)
        Self.fill(&free, 0, devices)
        Self.fill(&waiting, -1, devices)
        Self.fill(&busy, 0, devices)
        Self.fill(&exposed, 0, devices)
        Self.fill(&first, .nan, devices)
        ready.removeAll(keepingCapacity: true)
        for device in (0..<devices).reversed() { ready.append(device) }
    }

    private static func fill<Element>(_ array: inout [Element], _ value: Element, _ count: Int) {
        array.removeAll(keepingCapacity: true)
        array.append(contentsOf: repeatElement(value, count: count))
    }

    /// Runs the operations of a device until one lacks its input.
    /// - Returns: how many.
    private mutating func advance(
        _ device: Int, _ program: PipelineProgram, _ times: PipelineTimes, _ recording: Recording,
        into trace: inout [TimedOperation]
    ) -> Int {
        let start = program.offsets[device] + position[device]
        let end = program.offsets[device + 1]
        var index = start
        while index < end {
            let count = program.operations[index].pairing == .first ? 2 : 1
            var arrival = Input(sent: 0, there: 0)
            var duration = 0.0
            for operation in program.operations[index..<index + count] {
                guard let input = input(of: operation, device, program, times) else {
                    position[device] = index - program.offsets[device]
                    return index - start
                }
                arrival = Input(sent: max(arrival.sent, input.sent), there: max(arrival.there, input.there))
                duration += times.chunks[operation.chunk * program.devices + device].time(of: operation.kind)
            }
            if count == 2 { duration *= times.pairFactor }
            let begin = max(free[device], arrival.there)
            if first[device].isNaN {
                first[device] = begin
            } else {
                exposed[device] += begin - max(free[device], arrival.sent)
            }
            busy[device] += duration
            free[device] = begin + duration
            for place in index..<index + count {
                let operation = program.operations[place]
                if recording == .operations {
                    trace[place] = TimedOperation(
                        device: device, operation: operation, start: Seconds(begin),
                        end: Seconds(begin + duration))
                }
                finish(operation, device, program, times)
            }
            index += count
        }
        position[device] = index - program.offsets[device]
        return index - start
    }

    private struct Input {
        /// When the sender was done.
        let sent: Double
        /// When it arrives.
        let there: Double
    }

    /// When an operation has its input; nil if that is not made yet, and then the device waits for it.
    private mutating func input(
        of operation: Operation, _ device: Int, _ program: PipelineProgram, _ times: PipelineTimes
    ) -> Input? {
        let place = operation.chunk * program.devices + device
        let source: Int
        let link: Int
        switch operation.kind {
        case .backwardWeight: return Input(sent: 0, there: 0)
        case .forward:
            guard let previous = program.previous[place] else { return Input(sent: 0, there: 0) }
            (source, link) = (previous, previous)
        case .backward, .backwardInput:
            guard let next = program.next[place] else { return Input(sent: 0, there: 0) }
            (source, link) = (next + program.places, place)
        }
        let slot = source * program.microbatches + operation.microbatch
        let sent = ends[slot]
        guard !sent.isNaN else {
            waiting[device] = slot
            return nil
        }
        guard times.transfer == .overlapped else { return Input(sent: sent, there: sent) }
        return Input(sent: sent, there: sent + message(link, program, times))
    }

    /// Notes what an operation made, lets a blocking message through, and wakes the device that waits for it.
    private mutating func finish(
        _ operation: Operation, _ device: Int, _ program: PipelineProgram, _ times: PipelineTimes
    ) {
        let place = operation.chunk * program.devices + device
        let receiver: Int?
        let link: Int
        let slot: Int
        switch operation.kind {
        case .backwardWeight: return
        case .forward: (receiver, link, slot) = (program.next[place], place, place)
        case .backward, .backwardInput:
            let previous = program.previous[place]
            (receiver, link, slot) = (previous, previous ?? place, place + program.places)
        }
        guard let receiver else { return }
        if times.transfer == .blocking {
            let hold = message(link, program, times)
            free[device] += hold
            exposed[device] += hold
        }
        let made = slot * program.microbatches + operation.microbatch
        ends[made] = free[device]
        let target = receiver % program.devices
        if waiting[target] == made {
            waiting[target] = -1
            ready.append(target)
        }
    }

    /// Time of the message between a place and the next; none on one device.
    private func message(_ link: Int, _ program: PipelineProgram, _ times: PipelineTimes) -> Double {
        guard let next = program.next[link], (next - link) % program.devices != 0 else { return 0 }
        return times.chunks[link].transfer.value
    }
}
