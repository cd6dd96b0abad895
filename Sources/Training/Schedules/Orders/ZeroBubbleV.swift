/// Two chunks a stage laid out as a V (ZB-V of arXiv:2401.10241, V-ZB of arXiv:2405.15362), without bubbles for equal
/// times of forward, input and weight passes.
///
/// Stage i holds chunks i and 2 p - 1 - i. Ahead: 2 (p - i) - 1 forward passes down, i pairs up and down,
/// p - i rounds of forward and backward up; then rounds of down and up, each with its backward; then the input
/// passes left, with the weight passes put off to fill the end (arXiv:2401.10241, ZB-V). Fewer
/// than 2 p - 1 microbatches take the order of 2 p - 1 without the passes of those that are missing, which
/// keeps every dependency; what is in flight may then be less than counted.
enum ZeroBubbleV: ScheduleRules {
    static var chunkRange: ClosedRange<Int> { 2...2 }
    static var placement: ChunkPlacement { .turn }
    static var unequalStages: UnequalStages { .layersOfOneKind }
    static var isBackwardWhole: Bool { false }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1.0 / 6 }

    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int {
        min(2 * shape.microbatches, 2 * shape.devices)
    }

    static func write(_ shape: PipelineShape, to orders: inout StageOrders) {
        orders.write { device, order in append(shape, device: device, to: &order) }
    }

    private static func append(_ shape: PipelineShape, device: Int, to order: inout [Operation]) {
        let (devices, microbatches) = (shape.devices, shape.microbatches)
        let padded = max(microbatches, 2 * devices - 1)
        var counts = Counts()
        func add(_ kind: Operation.Kind, _ chunk: Int) {
            let microbatch = counts.next(kind, chunk)
            guard microbatch < microbatches else { return }
            order.append(Operation(kind, chunk: chunk, microbatch: microbatch))
        }
        func addBackward(_ chunk: Int) {
            add(.backwardInput, chunk)
            add(.backwardWeight, chunk)
        }
        for _ in 0..<(2 * (devices - device) - 1) { add(.forward, 0) }
        for _ in 0..<device {
            add(.forward, 1)
            add(.forward, 0)
        }
        for _ in device..<devices {
            add(.forward, 1)
            addBackward(1)
        }
        while counts.forward[1] < padded {
            if counts.forward[0] < padded { add(.forward, 0) }
            addBackward(0)
            add(.forward, 1)
            addBackward(1)
        }
        for _ in 0..<device {
            add(.backwardInput, 0)
            add(.backwardInput, 1)
        }
        for _ in device..<devices { addBackward(0) }
        while counts.weight[1] < padded { add(.backwardWeight, 1) }
        while counts.weight[0] < padded { add(.backwardWeight, 0) }
    }

    /// How many passes of each kind and chunk came so far.
    private struct Counts {
        var forward = [0, 0]
        var input = [0, 0]
        var weight = [0, 0]

        mutating func next(_ kind: Operation.Kind, _ chunk: Int) -> Int {
            switch kind {
            case .forward:
                defer { forward[chunk] += 1 }
                return forward[chunk]
            case .backward, .backwardInput:
                defer { input[chunk] += 1 }
                return input[chunk]
            case .backwardWeight:
                defer { weight[chunk] += 1 }
                return weight[chunk]
            }
        }
    }
}
