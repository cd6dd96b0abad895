import Foundation

/// The grid of hardware-friendly widths from which a law shape is chosen.
///
/// Widths are k·2^i with odd k ≤ 15 and i ≥ 7. An amount of compute takes the width whose law compute is
/// nearest to it in the logarithm, the smaller on a tie; so each width owns an interval of compute whose ends
/// are the geometric means with its neighbours'.
public struct WidthGrid: Sendable {
    /// One width of the grid with what the laws give it.
    public struct Entry: Sendable {
        /// The law shape.
        public let shape: LayerStack
        /// The law compute of the shape in FLOP.
        public let lawFlop: Double
    }

    /// Entries, ascending in width and in law compute.
    public let entries: [Entry]
    private let mostTokens: Double

    /// Builds the grid for some laws.
    /// - Parameter laws: a fixed width leaves one entry.
    /// - Throws: ``WorkloadError`` when a law gives an unusable shape.
    public init(laws: WorkloadLaws) throws(WorkloadError) {
        let widths =
            laws.fixedWidth.map { [$0] }
            ?? RoundNumber.friendly(in: 128...(15 << 20), leastExponent: 7)
        var entries: [Entry] = []
        for width in widths {
            let shape = try laws.shape(width: width)
            let flop = laws.lawFlop(of: shape)
            // A law that is flat over two widths leaves the smaller one.
            if let last = entries.last, flop <= last.lawFlop { continue }
            entries.append(Entry(shape: shape, lawFlop: flop))
        }
        self.entries = entries
        mostTokens = laws.mostTokens ?? .infinity
    }

    /// A grid of one shape, whatever the compute.
    /// - Parameters:
    ///   - shape: the shape.
    ///   - laws: give its law compute and the limit of tokens.
    public init(only shape: LayerStack, laws: WorkloadLaws) {
        entries = [Entry(shape: shape, lawFlop: laws.lawFlop(of: shape))]
        mostTokens = laws.mostTokens ?? .infinity
    }

    /// The most compute that some shape of the grid takes without passing the limit of tokens; infinite for
    /// none.
    public var mostFlop: Double { mostTokens * (entries.last?.shape.flopPerToken ?? 0) }

    /// The shape for an amount of compute.
    /// - Parameter flop: training compute, above zero.
    /// - Returns: the law shape.
    public func shape(flop: Double) -> LayerStack { entries[index(flop: flop)].shape }

    /// The index in ``entries`` of the shape for an amount of compute.
    ///
    /// The nearest in the logarithm, or the next wider one whose tokens do not pass the limit; the widest
    /// where all do. Both conditions move one way with the compute, so the index never falls.
    /// - Parameter flop: training compute, above zero.
    /// - Returns: an index.
    public func index(flop: Double) -> Int {
        var index = nearestIndex(flop: flop)
        while index + 1 < entries.count, flop / entries[index].shape.flopPerToken > mostTokens { index += 1 }
        return index
    }

    private func nearestIndex(flop: Double) -> Int {
        // Nearest in log by binary search; `nearer` decides between neighbours exactly as stated above.
        var low = 0
        var high = entries.count - 1
        while low < high {
            let middle = (low + high) / 2
            if takesUpper(flop, lower: middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether the compute is nearer to entry `lower + 1` than to entry `lower`.
    private func takesUpper(_ flop: Double, lower: Int) -> Bool {
        let logFlop = log(flop)
        return abs(log(entries[lower + 1].lawFlop) - logFlop) < abs(log(entries[lower].lawFlop) - logFlop)
    }
}

/// A range of compute over which shape and batch do not change.
///
/// Inside it only the number of steps follows the compute, so the step time found once serves the whole
/// range.
public struct ConstantRange: Hashable, Sendable {
    /// The model.
    public let shape: LayerStack
    /// Global batch in sequences.
    public let batchSequences: Int
    /// Least compute of the range.
    public let lowest: Double
    /// Greatest compute of the range.
    public let highest: Double
}

extension WidthGrid {
    /// Splits a range of compute where the width or the batch jumps.
    ///
    /// Ends are adjacent doubles found by bisection on the laws themselves, so that the two sides of a jump
    /// are exactly those that ``shape(flop:)`` and the batch law give.
    /// - Parameters:
    ///   - range: compute in FLOP, above zero and finite.
    ///   - laws: the same laws that built the grid.
    /// - Returns: ranges, ascending, that together cover `range`.
    public func constantRanges(in range: ClosedRange<Double>, laws: WorkloadLaws) -> [ConstantRange] {
        var ranges: [ConstantRange] = []
        var lowest = range.lowerBound
        while lowest <= range.upperBound {
            let entry = index(flop: lowest)
            let shape = entries[entry].shape
            let batch = laws.batchSequences(flop: lowest, shape: shape)
            let highest = lastDouble(from: lowest, through: range.upperBound) { flop in
                index(flop: flop) == entry && laws.batchSequences(flop: flop, shape: shape) == batch
            }
            ranges.append(
                ConstantRange(shape: shape, batchSequences: batch, lowest: lowest, highest: highest))
            lowest = highest.nextUp
        }
        return ranges
    }

    /// The greatest double of the range up to which a monotone condition, true at the start, holds.
    private func lastDouble(
        from start: Double, through end: Double, while holds: (Double) -> Bool
    ) -> Double {
        if holds(end) { return end }
        // The bit patterns of positive doubles order like their values, so bisecting them is exact.
        var low = start.bitPattern
        var high = end.bitPattern
        // Gallop first: the batch is constant only locally, and a far point may share its value by chance.
        var probe = start
        while true {
            let next = min(end, probe * 1.01)
            if !holds(next) {
                low = probe.bitPattern
                high = next.bitPattern
                break
            }
            probe = next
            if probe == end { return end }
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if holds(Double(bitPattern: middle)) { low = middle } else { high = middle }
        }
        return Double(bitPattern: low)
    }
}
