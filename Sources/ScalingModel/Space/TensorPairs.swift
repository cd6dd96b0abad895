/// The legal pairs of tensor degrees in the order of their products, so that a range of accelerators is a
/// range of pairs.
struct TensorPairs {
    /// Two tensor degrees.
    struct Pair {
        /// TPm, as an index.
        let model: Int32
        /// TPf, as an index.
        let feedForward: Int32
        /// TPm·TPf.
        let product: Int
        /// Least traffic of one accelerator over all splits.
        let floor: TrafficTime
        /// What both leave outside each level at least, multiplied.
        let outside: LevelVector
    }

    /// All pairs, ascending by product, then by TPm.
    let pairs: [Pair]
    /// Their products.
    private let products: [Int]
    /// Position of a pair by its two indices; −1 where it is not legal.
    private let positions: [Int32]
    private let columns: Int

    /// Lists the pairs.
    /// - Parameters:
    ///   - model: TPm.
    ///   - feedForward: TPf.
    ///   - floors: bound their traffic.
    ///   - admits: whether two degrees go together.
    init(model: SplitTable, feedForward: SplitTable, floors: TrafficFloors, admits: (Int, Int) -> Bool) {
        let outside = feedForward.degrees.indices.map(feedForward.leastOutside)
        var found: [Pair] = []
        for (first, one) in model.degrees.enumerated() {
            let own = model.leastOutside(first)
            for (second, other) in feedForward.degrees.enumerated() where admits(one, other) {
                let (product, overflow) = one.multipliedReportingOverflow(by: other)
                if overflow || product > DataMovementSpace.mostGPUs { break }
                found.append(
                    Pair(
                        model: Int32(first), feedForward: Int32(second), product: product,
                        floor: floors.tensor(model: own, feedForward: outside[second]),
                        outside: own * outside[second]))
            }
        }
        found.sort { ($0.product, $0.model) < ($1.product, $1.model) }
        columns = feedForward.degrees.count
        var positions = Array(repeating: Int32(-1), count: model.degrees.count * columns)
        for (index, pair) in found.enumerated() {
            positions[Int(pair.model) * columns + Int(pair.feedForward)] = Int32(index)
        }
        pairs = found
        products = found.map(\.product)
        self.positions = positions
    }

    /// The position of a pair of degrees, given by their indices; nil where it is not legal.
    func position(_ model: Int, _ feedForward: Int) -> Int? {
        let position = positions[model * columns + feedForward]
        return position < 0 ? nil : Int(position)
    }

    /// The pairs that bring other degrees into a range of accelerators.
    /// - Parameters:
    ///   - others: product of the other degrees.
    ///   - lowest: fewest accelerators.
    ///   - highest: most accelerators.
    /// - Returns: positions in ``pairs``.
    @inline(__always)
    func range(others: Int, lowest: Int, highest: Int) -> Range<Int> {
        let end = first(above: highest / others)
        return min(end, first(above: (lowest - 1) / others))..<end
    }

    /// The position of the first pair whose product is above a number.
    @inline(__always)
    private func first(above product: Int) -> Int {
        var (low, high) = (0, products.count)
        while low < high {
            let middle = (low + high) / 2
            if products[middle] > product { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
