/// The order of a stage that microbatches pass twice, in eight phases, with overlapped pairs of a forward pass on one
/// chunk and a backward pass on the other.
///
/// With h stages up to where the ways meet and r the distance of a stage from where its microbatches enter, its *near*
/// chunk takes those that come and its *far* chunk those that come from the other side. The phases, with their lengths,
/// are: near forward, 2 (h - 1 - r); near and far forward, r + 1; far input and weight gradient and far forward,
/// h - 1 - r; the main phase of two overlapped pairs, M - 2 h + r + 1 with M the microbatches of a chunk; far backward
/// and an overlapped pair, h - 1 - r; far and near backward, r + 1, weight gradients put off in its second half; a weight
/// and a near input gradient, h - 1 - r; weight gradients, r + 1. Source: arXiv:2412.19437, figure 5; lengths from its
/// authors' implementation, github.com/deepseek-ai/DualPipe.
struct TwoWayOrder {
    /// r, from 0.
    let distance: Int
    /// h.
    let length: Int
    /// Microbatches that pass a chunk, at least 2 h.
    let microbatches: Int
    /// The near chunk: 0 or 1.
    let near: Int
    /// Number of the first microbatch of chunk 1; chunk 0 begins with 0.
    let offset: Int

    /// Appends the operations in order.
    func append(to order: inout [Operation]) {
        var pen = Pen(near: near, offset: offset)
        write(&pen)
        order += pen.order
    }

    private func write(_ pen: inout Pen) {
        let beyond = length - 1 - distance
        for _ in 0..<(2 * beyond) { pen.forward(.near) }
        for _ in 0...distance {
            pen.forward(.near)
            pen.forward(.far)
        }
        for _ in 0..<beyond {
            pen.input(.far)
            pen.weight()
            pen.forward(.far)
        }
        for round in 0..<(microbatches - 2 * length + distance + 1) {
            if round == 0, beyond == 0 {
                // Where the ways meet, the first gradient leaves sooner without an overlap.
                pen.forward(.near)
                pen.backward(.far)
            } else {
                pen.pair(.near)
            }
            pen.pair(.far)
        }
        for _ in 0..<beyond {
            pen.backward(.far)
            pen.pair(.far)
        }
        // Of the 2 (r + 1) passes, far and near in turn, the last r + 1 leave their weight gradients.
        for pass in 0..<(2 * (distance + 1)) {
            let side: Pen.Side = pass.isMultiple(of: 2) ? .far : .near
            if pass <= distance { pen.backward(side) } else { pen.input(side) }
        }
        for _ in 0..<beyond {
            pen.weight()
            pen.input(.near)
        }
        for _ in 0...distance { pen.weight() }
    }

    /// Writes operations with the next microbatch of each side.
    private struct Pen {
        enum Side {
            case near
            case far

            var other: Side { self == .near ? .far : .near }
        }

        private let near: Int
        private(set) var order: [Operation] = []
        private var forwards: (Int, Int)
        private var backwards: (Int, Int)
        private var waiting: [(chunk: Int, microbatch: Int)] = []
        private var written = 0

        init(near: Int, offset: Int) {
            self.near = near
            forwards = (0, offset)
            backwards = (0, offset)
        }

        private func chunk(_ side: Side) -> Int { side == .near ? near : 1 - near }

        private static func next(_ counts: inout (Int, Int), _ chunk: Int) -> Int {
            if chunk == 0 {
                defer { counts.0 += 1 }
                return counts.0
            }
            defer { counts.1 += 1 }
            return counts.1
        }

        mutating func forward(_ side: Side, pairing: Operation.Pairing = .alone) {
            let chunk = chunk(side)
            let microbatch = Self.next(&forwards, chunk)
            order.append(Operation(.forward, chunk: chunk, microbatch: microbatch, pairing: pairing))
        }

        mutating func backward(_ side: Side, pairing: Operation.Pairing = .alone) {
            let chunk = chunk(side)
            let microbatch = Self.next(&backwards, chunk)
            order.append(Operation(.backward, chunk: chunk, microbatch: microbatch, pairing: pairing))
        }

        mutating func input(_ side: Side) {
            let chunk = chunk(side)
            let microbatch = Self.next(&backwards, chunk)
            order.append(Operation(.backwardInput, chunk: chunk, microbatch: microbatch))
            waiting.append((chunk, microbatch))
        }

        /// The weight gradient that waits longest.
        mutating func weight() {
            guard written < waiting.count else { return }
            let (chunk, microbatch) = waiting[written]
            order.append(Operation(.backwardWeight, chunk: chunk, microbatch: microbatch))
            written += 1
        }

        /// Forward of one side together with a whole backward of the other.
        mutating func pair(_ side: Side) {
            forward(side, pairing: .first)
            backward(side.other, pairing: .second)
        }
    }
}
