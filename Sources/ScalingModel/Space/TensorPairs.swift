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

    /// Pairs of one product.
    struct Group {
        /// Positions in ``TensorPairs/pairs``.
        let pairs: Range<Int>
        /// TPm·TPf of each.
        let product: Int
        /// Least traffic of one accelerator over all of them and their splits.
        let floor: TrafficTime
        /// What each leaves outside each level at least.
        let outside: LevelVector
    }

    /// All pairs, ascending by product, then by TPm.
    let pairs: [Pair]
    /// The pairs of each product, ascending.
    let groups: [Group]
    /// For each pair its group.
    private let groupOfPair: [Int32]
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
        var groups: [Group] = []
        var groupOfPair: [Int32] = []
        for (index, pair) in found.enumerated() {
            if let last = groups.last, last.product == pair.product {
                groups[groups.count - 1] = Group(
                    pairs: last.pairs.lowerBound..<index + 1, product: last.product,
                    floor: TrafficTime(
                        bandwidth: min(last.floor.bandwidth, pair.floor.bandwidth),
                        latency: min(last.floor.latency, pair.floor.latency)),
                    outside: pointwiseMin(last.outside, pair.outside))
            } else {
                groups.append(
                    Group(
                        pairs: index..<index + 1, product: pair.product, floor: pair.floor,
                        outside: pair.outside))
            }
            groupOfPair.append(Int32(groups.count - 1))
        }
        self.groups = groups
        self.groupOfPair = groupOfPair
        products = found.map(\.product)
        self.positions = positions
    }

    /// The position of a pair of degrees, given by their indices; nil where it is not legal.
    func position(_ model: Int, _ feedForward: Int) -> Int? {
        let position = positions[model * columns + feedForward]
        return position < 0 ? nil : Int(position)
    }

    /// The groups of a range of pairs that holds whole groups.
    @inline(__always)
    func groups(of pairs: Range<Int>) -> Range<Int> {
        pairs.isEmpty
            ? 0..<0 : Int(groupOfPair[pairs.lowerBound])..<Int(groupOfPair[pairs.upperBound - 1]) + 1
    }

    /// The group of a pair.
    func group(of pair: Int) -> Int { Int(groupOfPair[pair]) }

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
