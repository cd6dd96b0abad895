/// 1F1B over several chunks a stage, dealt in turn: microbatches go through the chunks of a stage group by group.
///
/// Groups have p microbatches (arXiv:2104.04473, section 2.2.2). If p does not divide M, the M / p groups
/// (rounded down, at least one) are made as equal as can be, the larger ones first, so that none has fewer
/// than p: a group of fewer than p - 1 makes stage 0 wait for itself. The forward passes ahead on stage i
/// are 2 (p - 1 - i) + (v - 1) g with g the largest group, at most all M v. Fewer than p microbatches
/// make one group and all forward passes come first.
enum Interleaved: ScheduleRules {
    static var chunkRange: ClosedRange<Int> { 2...Int(Int32.max) }
    static var unequalStages: UnequalStages { .layersOfOneKind }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1 / Double(chunks) }

    /// Fewer microbatches than stages leave each further chunk waiting.
    static func chunksWaiting(_ shape: PipelineShape) -> Int {
        max(0, shape.devices - shape.microbatches) * (shape.chunks - 1)
    }

    /// With groups of p: frameworks interleave only where p divides M, and then none is larger.
    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int {
        let most =
            2 * (shape.devices - 1 - stage) + (shape.chunks - 1) * min(shape.devices, shape.microbatches) + 1
        return min(most, shape.microbatches * shape.chunks)
    }

    static func write(_ shape: PipelineShape, to orders: inout StageOrders) {
        let turns = turns(shape)
        orders.write { device, order in
            let lead = lead(shape, device: device)
            for turn in turns[..<lead] {
                order.append(Operation(.forward, chunk: turn.chunk, microbatch: turn.microbatch))
            }
            for (index, turn) in turns.enumerated() {
                order.append(
                    Operation(
                        .backward, chunk: shape.chunks - 1 - turn.chunk, microbatch: turn.microbatch))
                guard lead + index < turns.count else { continue }
                let next = turns[lead + index]
                order.append(Operation(.forward, chunk: next.chunk, microbatch: next.microbatch))
            }
        }
    }

    /// Operations of one direction, as (chunk, microbatch), chunks from the front; the same for all stages.
    private static func turns(_ shape: PipelineShape) -> [(chunk: Int, microbatch: Int)] {
        let groups = max(1, shape.microbatches / shape.devices)
        let (size, larger) = shape.microbatches.quotientAndRemainder(dividingBy: groups)
        var turns: [(chunk: Int, microbatch: Int)] = []
        turns.reserveCapacity(shape.chunks * shape.microbatches)
        var start = 0
        for group in 0..<groups {
            let end = start + size + (group < larger ? 1 : 0)
            for chunk in 0..<shape.chunks {
                for microbatch in start..<end { turns.append((chunk, microbatch)) }
            }
            start = end
        }
        return turns
    }

    /// Forward passes before the first backward one, that of the first pair included.
    private static func lead(_ shape: PipelineShape, device: Int) -> Int {
        let (devices, microbatches) = (shape.devices, shape.microbatches)
        guard microbatches >= devices else { return microbatches * shape.chunks }
        let groups = microbatches / devices
        let largest = (microbatches + groups - 1) / groups
        return min(
            microbatches * shape.chunks, 2 * (devices - 1 - device) + (shape.chunks - 1) * largest + 1)
    }
}
