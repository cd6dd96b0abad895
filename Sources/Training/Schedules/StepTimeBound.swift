public import Quantities

/// A time that no run of a schedule can go below, from the times of its chunks alone.
///
/// For every device k the sum of three times: the earliest that a microbatch reaches it; its work; and the
/// way of the last gradient from it to the start of the model. With one chunk a device, and for V, also from
/// the earliest that its first gradient is there, with the work that the order puts after that. Where the
/// backward pass is split, the work is what the order puts before the last input pass, and after each step of
/// the way back a device still has the weight passes that it put off:
///
///     H1, H2:  max over i <= k of  head_k + M (F_k + I_k) + max(0, M - 1 - lag_k) W_k
///                                  + I_(k-1) + ... + I_i + min(M, lag_i + 1) W_i
///
/// with lag_i = i for H1 and 2 i for H2. For GPipe it is the flow-shop formula, which is exact. Messages
/// count on the way to and from a device, and in its work where they hold it.
///
/// Never above the simulation but for rounding, whatever the times. Equal to it for equal chunks without
/// messages: GPipe and 1F1B always, interleaved if M >= p, H1 if M >= p, H2 and, for I >= F >= W, V if
/// M >= 2 p - 1.
/// - Source: own derivation; checked by `StepTimeBoundTests` on random times.
public struct StepTimeBound: Sendable {
    private let schedule: Schedule
    private let devices: Int
    private let microbatches: Int
    private let next: [Int?]
    private let starts: [Int]

    /// Prepares the bounds of a schedule; does not write its operations out.
    /// - Parameters:
    ///   - schedule: which.
    ///   - devices: p.
    ///   - microbatches: M.
    /// - Throws: `ScheduleError.count` where the schedule does not exist. Complexity: O(places).
    public init(_ schedule: Schedule, devices: Int, microbatches: Int) throws(ScheduleError) {
        try schedule.validate(devices: devices, microbatches: microbatches)
        self.schedule = schedule
        self.devices = devices
        self.microbatches = microbatches
        next = PipelineProgram.successors(schedule, devices: devices)
        starts = schedule.layout == .opposed ? [0, 2 * devices - 1] : [0]
    }

    /// The bound.
    /// - Parameter times: as many chunks as devices times chunks a device.
    /// - Returns: seconds of a step. Complexity: O(places).
    public func stepTime(_ times: PipelineTimes) -> Seconds {
        precondition(times.chunks.count == next.count, "one time a place")
        let paths = PathTimes(next: next, starts: starts, devices: devices, times: times)
        switch schedule {
        case .allForwardAllBackward: return Seconds(flush(times, paths))
        case .oneForwardOneBackward, .interleaved: return Seconds(whole(times, paths))
        case .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV:
            return Seconds(max(work(times, paths), split(times, paths)))
        case .dualPipe: return Seconds(work(times, paths))
        }
    }

    private func flush(_ times: PipelineTimes, _ paths: PathTimes) -> Double {
        var longest = (forward: 0.0, backward: 0.0)
        var sum = 0.0
        for (place, chunk) in times.chunks.enumerated() {
            longest.forward = max(longest.forward, chunk.forward.value + paths.holdForward[place])
            longest.backward = max(longest.backward, chunk.backward.value + paths.holdBackward[place])
            sum += chunk.total.value + 2 * paths.message[place]
        }
        return sum + Double(microbatches - 1) * (longest.forward + longest.backward)
    }

    /// Bound for whole backward passes: nothing follows on a device after its last gradient left.
    private func whole(_ times: PipelineTimes, _ paths: PathTimes) -> Double {
        (0..<devices).reduce(0) { bound, device in
            let work = deviceWork(device, times, paths)
            // The last gradient leaves from chunk 0; its message was counted as work if it held the device.
            let tail = paths.wholeTail[device] - paths.holdBackward[device]
            let early = paths.head[device] + work
            guard schedule == .oneForwardOneBackward else { return max(bound, early + tail) }
            let late = paths.firstGradient(at: device, times, tail: paths.wholeTail, .backward)
            let done = Double(min(microbatches, devices - device))
            let rest =
                work - done * paths.forward(device, times) - times.chunks[device].backward.value
            return max(bound, max(early, late + rest) + tail)
        }
    }

    /// Time that all passes of a device take, messages that hold it included.
    private func deviceWork(_ device: Int, _ times: PipelineTimes, _ paths: PathTimes) -> Double {
        var work = 0.0
        for place in stride(from: device, to: times.chunks.count, by: devices) {
            work += times.chunks[place].total.value + paths.holdForward[place] + paths.holdBackward[place]
        }
        return Double(microbatches) * work
    }

    /// Bound by the work of each device alone.
    private func work(_ times: PipelineTimes, _ paths: PathTimes) -> Double {
        let count = Double(schedule == .dualPipe ? microbatches / 2 : microbatches)
        return (0..<devices).reduce(0) { bound, device in
            var work = 0.0
            var head = Double.infinity
            for place in stride(from: device, to: times.chunks.count, by: devices) {
                work +=
                    count
                    * (times.chunks[place].total.value + paths.holdForward[place]
                        + paths.holdBackward[place])
                head = min(head, paths.head[place])
            }
            return max(bound, head + work - savedByPairs(device, times))
        }
    }

    private func savedByPairs(_ device: Int, _ times: PipelineTimes) -> Double {
        guard schedule == .dualPipe else { return 0 }
        let pairs = DualPipeOrder.Phases(device: device, devices: devices, microbatches: microbatches).pairs
        let (near, far) = device < devices / 2 ? (device, device + devices) : (device + devices, device)
        let (first, second) = (times.chunks[near], times.chunks[far])
        return (1 - times.pairFactor)
            * (Double(pairs.near) * (first.forward + second.backward).value
                + Double(pairs.far) * (second.forward + first.backward).value)
    }

    /// Weight passes of chunk 0 and chunk 1 that a device's order has after its last input pass.
    private func lateWeights(_ device: Int) -> (Int, Int) {
        switch schedule {
        case .zeroBubbleH1: (min(microbatches, device + 1), 0)
        case .zeroBubbleH2: (min(microbatches, 2 * device + 1), 0)
        default: (device + 1, device)
        }
    }

    /// Forward passes of chunk 0 and chunk 1 that a device's order has before its first input pass.
    private func earlyForwards(_ device: Int) -> (Int, Int) {
        switch schedule {
        case .zeroBubbleH1: (min(microbatches, devices - device), 0)
        case .zeroBubbleH2: (min(microbatches, 2 * (devices - device) - 1), 0)
        default: (2 * devices - device - 1, device + 1)
        }
    }

    private func split(_ times: PipelineTimes, _ paths: PathTimes) -> Double {
        // With fewer microbatches the V order has lost passes at either end.
        guard schedule != .zeroBubbleV || microbatches >= 2 * devices - 1 else { return 0 }
        let last = times.chunks.count - devices
        var latest = 0.0
        var bound = 0.0
        for device in (0..<devices).reversed() {
            let (late, early) = (lateWeights(device), earlyForwards(device))
            let work = deviceWork(device, times, paths)
            var after = Double(late.0) * times.chunks[device].backwardWeight.value
            var done = Double(early.0) * paths.forward(device, times)
            if last > 0 {
                after += Double(late.1) * times.chunks[device + last].backwardWeight.value
                done += Double(early.1) * paths.forward(device + last, times)
            }
            let first = paths.firstGradient(at: device + last, times, tail: paths.inputTail, .backwardInput)
            let rest = work - done - times.chunks[device + last].backwardInput.value
            let before = max(paths.head[device] + work, first + rest) - after - paths.holdBackward[device]
            latest = max(latest, before + paths.inputTail[device])
            bound = max(bound, latest - paths.inputTail[device] + after)
        }
        return bound
    }
}
