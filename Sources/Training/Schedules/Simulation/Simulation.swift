public import Quantities

/// An operation with its times.
public struct TimedOperation: Hashable, Sendable {
    /// On which device, from 0.
    public let device: Int
    /// What.
    public let operation: Operation
    /// When it starts, from the start of the step.
    public let start: Seconds
    /// When it ends; a message that holds its sender comes after that.
    public let end: Seconds
}

/// How a device spends a step.
public struct DeviceUse: Hashable, Sendable {
    /// Time in passes.
    public let busy: Seconds
    /// Time in which only messages keep it from working: holding it as a sender, or late as inputs.
    public let exposedTransfer: Seconds
    /// When its first pass starts.
    public let start: Seconds
    /// When it is done.
    public let end: Seconds

    /// Time between its first start and its end.
    public var span: Seconds { end - start }
}

/// A step of a pipeline, played.
public struct Simulation: Hashable, Sendable {
    /// From the first start to the last end.
    public let stepTime: Seconds
    /// How every device spends it.
    public let devices: [DeviceUse]
    /// Every operation in the order of devices, and of each device's list; empty unless recorded.
    public let operations: [TimedOperation]

    /// Time a device does nothing and no message is to blame.
    /// - Parameter device: from 0.
    /// - Returns: seconds, not negative but for rounding.
    public func idle(device: Int) -> Seconds {
        stepTime - devices[device].busy - devices[device].exposedTransfer
    }

    /// Part of devices x step time that is not spent in passes, 0 to 1.
    public var bubbleFraction: Double {
        guard stepTime > .zero else { return 0 }
        let busy = devices.reduce(Seconds.zero) { $0 + $1.busy }
        return 1 - busy / stepTime / Double(devices.count)
    }

    /// The longest time from a device's first start to its end.
    ///
    /// The time of a step in a row of steps if no device waits for the others before its optimizer step, as
    /// with the later validation of arXiv:2401.10241, section 4; a zero-bubble schedule is without bubbles
    /// only in this measure.
    public var longestSpan: Seconds { devices.map(\.span).max() ?? .zero }
}
