public import Quantities

/// Bytes that one microbatch leaves on one chunk.
public struct ActivationBytes: Hashable, Sendable, Codable {
    /// From the forward pass until the gradient of the inputs is there.
    public let afterForward: Bytes
    /// From then until the gradient of the weights is there, where the two are apart.
    public let afterInput: Bytes

    /// Makes a chunk's bytes.
    /// - Parameters:
    ///   - afterForward: from the forward pass until the gradient of the inputs is there.
    ///   - afterInput: from then until the gradient of the weights is there.
    public init(afterForward: Bytes, afterInput: Bytes) {
        self.afterForward = afterForward
        self.afterInput = afterInput
    }
}

/// How many microbatches a schedule holds at its fullest.
///
/// A microbatch is in flight on a chunk from the start of its forward pass to the end of its last backward
/// pass. The order alone decides this, not the times.
public struct ActivationPeaks: Hashable, Sendable {
    /// Most microbatches in flight, by place (chunk x devices + device), each chunk at its own fullest.
    public let microbatches: [Int]
    /// Most (chunk, microbatch) pairs in flight on each device, all chunks together.
    public let chunksTogether: [Int]

    /// Counts.
    /// - Parameter program: the schedule, written out. Complexity: O(operations).
    public init(of program: PipelineProgram) {
        var peaks = [Int](repeating: 0, count: program.places)
        var together = [Int](repeating: 0, count: program.devices)
        var now = peaks
        for device in 0..<program.devices {
            var sum = 0
            for operation in program.order(of: device) {
                let place = program.place(chunk: operation.chunk, device: device)
                switch operation.kind {
                case .forward: (now[place], sum) = (now[place] + 1, sum + 1)
                case .backwardInput: continue
                case .backward, .backwardWeight: (now[place], sum) = (now[place] - 1, sum - 1)
                }
                peaks[place] = max(peaks[place], now[place])
                together[device] = max(together[device], sum)
            }
        }
        microbatches = peaks
        chunksTogether = together
    }

    /// Most bytes of activations on every device.
    /// - Parameters:
    ///   - program: the schedule, written out.
    ///   - bytes: by place: chunk x devices + device.
    /// - Returns: by device. Complexity: O(operations).
    public static func bytes(of program: PipelineProgram, _ bytes: [ActivationBytes]) -> [Bytes] {
        precondition(bytes.count == program.places, "one size a place")
        return (0..<program.devices).map { device in
            var (now, peak) = (Bytes.zero, Bytes.zero)
            for operation in program.order(of: device) {
                let size = bytes[program.place(chunk: operation.chunk, device: device)]
                switch operation.kind {
                case .forward: now = now + size.afterForward
                case .backward: now = now - size.afterForward
                case .backwardInput: now = now - size.afterForward + size.afterInput
                case .backwardWeight: now = now - size.afterInput
                }
                peak = max(peak, now)
            }
            return peak
        }
    }
}
