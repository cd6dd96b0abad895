import Training

/// How many microbatches a schedule holds at its fullest.
///
/// A microbatch is in flight on a chunk from the start of its forward pass to the end of its last backward
/// pass. The order alone decides this, not the times.
struct ActivationPeaks: Hashable, Sendable {
    /// Most microbatches in flight, by place (chunk x devices + device), each chunk at its own fullest.
    let microbatches: [Int]
    /// Most (chunk, microbatch) pairs in flight on each device, all chunks together.
    let chunksTogether: [Int]

    /// Counts.
    /// - Parameter program: the schedule, written out. Complexity: O(operations).
    init(of program: PipelineProgram) {
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
}
