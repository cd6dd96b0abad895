/// The order of interleaved 1F1B: microbatches go through the chunks of a device group by group.
///
/// Groups have p microbatches (arXiv:2104.04473, section 2.2.2). If p does not divide M, the M / p groups
/// (rounded down, at least one) are made as equal as can be, the larger ones first, so that none has fewer
/// than p: a group of fewer than p - 1 makes device 0 wait for itself. The forward passes ahead on device i
/// are 2 (p - 1 - i) + (v - 1) g with g the largest group, at most all M v. Fewer than p microbatches
/// make one group and all forward passes come first.
struct InterleavedOrder {
    /// Operations of one direction, as (chunk, microbatch), chunks from the front.
    private let turns: [(chunk: Int, microbatch: Int)]
    private let chunks: Int
    private let devices: Int
    private let largestGroup: Int
    private let microbatches: Int

    /// Prepares the turns that all devices share.
    init(chunks: Int, devices: Int, microbatches: Int) {
        let groups = max(1, microbatches / devices)
        let (size, larger) = microbatches.quotientAndRemainder(dividingBy: groups)
        var turns: [(chunk: Int, microbatch: Int)] = []
        turns.reserveCapacity(chunks * microbatches)
        var start = 0
        for group in 0..<groups {
            let end = start + size + (group < larger ? 1 : 0)
            for chunk in 0..<chunks {
                for microbatch in start..<end { turns.append((chunk, microbatch)) }
            }
            start = end
        }
        self.turns = turns
        self.chunks = chunks
        self.devices = devices
        self.microbatches = microbatches
        largestGroup = size + (larger > 0 ? 1 : 0)
    }

    /// Forward passes before the first backward one, that of the first pair included.
    static func lead(device: Int, devices: Int, microbatches: Int, chunks: Int) -> Int {
        guard microbatches >= devices else { return microbatches * chunks }
        let groups = microbatches / devices
        let largest = (microbatches + groups - 1) / groups
        return min(microbatches * chunks, 2 * (devices - 1 - device) + (chunks - 1) * largest + 1)
    }

    /// Appends the operations of a device in order.
    func append(device: Int, to order: inout [Operation]) {
        let lead = Self.lead(
            device: device, devices: devices, microbatches: microbatches, chunks: chunks)
        for turn in turns[..<lead] {
            order.append(Operation(.forward, chunk: turn.chunk, microbatch: turn.microbatch))
        }
        for (index, turn) in turns.enumerated() {
            order.append(Operation(.backward, chunk: chunks - 1 - turn.chunk, microbatch: turn.microbatch))
            guard lead + index < turns.count else { continue }
            let next = turns[lead + index]
            order.append(Operation(.forward, chunk: next.chunk, microbatch: next.microbatch))
        }
    }
}
