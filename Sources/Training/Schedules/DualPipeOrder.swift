/// The order of DualPipe: half of the microbatches from each end, in eight phases.
///
/// With h = p / 2 and r the distance of a device from its nearer end, its *near* chunk takes the microbatches
/// that enter at that end and its *far* chunk the others. The phases, with their lengths, are: near forward,
/// 2 (h - 1 - r); near and far forward, r + 1; far input and weight gradient and far forward, h - 1 - r; the
/// main phase of two overlapped pairs, M / 2 - p + r + 1; far backward and an overlapped pair, h - 1 - r; far
/// and near backward, r + 1, weight gradients put off in its second half; a weight and a near input gradient,
/// h - 1 - r; weight gradients, r + 1. Source: arXiv:2412.19437, figure 5; lengths from its authors'
/// implementation, github.com/deepseek-ai/DualPipe.
///
/// Microbatches 0 to M / 2 - 1 run down the devices, the others up.
struct DualPipeOrder {
    let devices: Int
    let microbatches: Int

    /// Lengths of the phases of a device.
    struct Phases {
        let distance: Int
        let beyond: Int
        let main: Int

        init(device: Int, devices: Int, microbatches: Int) {
            distance = min(device, devices - 1 - device)
            beyond = devices / 2 - distance - 1
            main = microbatches / 2 - devices + distance + 1
        }

        /// Overlapped pairs of near forward with far backward, and of far forward with near backward.
        var pairs: (near: Int, far: Int) { (main - (beyond == 0 ? 1 : 0), main + beyond) }
    }

    /// Appends the operations of a device in order.
    func append(device: Int, to order: inout [Operation]) {
        let phases = Phases(device: device, devices: devices, microbatches: microbatches)
        let chunk = device < devices / 2 ? 0 : 1
        var pen = DualPipePen(half: microbatches / 2, near: chunk)
        for _ in 0..<(2 * phases.beyond) { pen.forward(.near, to: &order) }
        for _ in 0...phases.distance {
            pen.forward(.near, to: &order)
            pen.forward(.far, to: &order)
        }
        for _ in 0..<phases.beyond {
            pen.input(.far, to: &order)
            pen.weight(to: &order)
            pen.forward(.far, to: &order)
        }
        for round in 0..<phases.main {
            if round == 0, phases.beyond == 0 {
                pen.forward(.near, to: &order)
                pen.backward(.far, to: &order)
            } else {
                pen.pair(.near, to: &order)
            }
            pen.pair(.far, to: &order)
        }
        for _ in 0..<phases.beyond {
            pen.backward(.far, to: &order)
            pen.pair(.far, to: &order)
        }
        appendDrain(phases, &pen, to: &order)
    }

    private func appendDrain(_ phases: Phases, _ pen: inout DualPipePen, to order: inout [Operation]) {
        let length = phases.distance + 1
        // Of the 2 (r + 1) passes, far and near in turn, the last r + 1 leave their weight gradients.
        for pass in 0..<(2 * length) {
            let side: DualPipePen.Side = pass.isMultiple(of: 2) ? .far : .near
            if pass < length { pen.backward(side, to: &order) } else { pen.input(side, to: &order) }
        }
        for _ in 0..<phases.beyond {
            pen.weight(to: &order)
            pen.input(.near, to: &order)
        }
        for _ in 0..<length { pen.weight(to: &order) }
    }
}

/// Writes operations with the next microbatch of each side.
struct DualPipePen {
    enum Side: Int {
        case near
        case far

        var other: Side { self == .near ? .far : .near }
    }

    private let half: Int
    private let near: Int
    private var forwards = [0, 0]
    private var backwards = [0, 0]
    private var waiting: [(chunk: Int, microbatch: Int)] = []
    private var written = 0

    init(half: Int, near: Int) {
        self.half = half
        self.near = near
    }

    private func chunk(_ side: Side) -> Int { side == .near ? near : 1 - near }

    mutating func forward(
        _ side: Side, pairing: Operation.Pairing = .alone, to order: inout [Operation]
    ) {
        let chunk = chunk(side)
        order.append(
            Operation(.forward, chunk: chunk, microbatch: forwards[chunk] + chunk * half, pairing: pairing))
        forwards[chunk] += 1
    }

    mutating func backward(
        _ side: Side, pairing: Operation.Pairing = .alone, to order: inout [Operation]
    ) {
        let chunk = chunk(side)
        order.append(
            Operation(.backward, chunk: chunk, microbatch: backwards[chunk] + chunk * half, pairing: pairing))
        backwards[chunk] += 1
    }

    mutating func input(_ side: Side, to order: inout [Operation]) {
        let chunk = chunk(side)
        let microbatch = backwards[chunk] + chunk * half
        order.append(Operation(.backwardInput, chunk: chunk, microbatch: microbatch))
        waiting.append((chunk, microbatch))
        backwards[chunk] += 1
    }

    /// The weight gradient that waits longest.
    mutating func weight(to order: inout [Operation]) {
        guard written < waiting.count else { return }
        let (chunk, microbatch) = waiting[written]
        order.append(Operation(.backwardWeight, chunk: chunk, microbatch: microbatch))
        written += 1
    }

    /// Forward of one side together with a whole backward of the other.
    mutating func pair(_ side: Side, to order: inout [Operation]) {
        forward(side, pairing: .first, to: &order)
        backward(side.other, pairing: .second, to: &order)
    }
}
