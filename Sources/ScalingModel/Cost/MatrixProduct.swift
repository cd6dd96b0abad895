import Quantities
import Training

/// Which of a layer's products a matrix product is; a weight gradient is accumulated, the others only written.
public enum ProductKind: Hashable, Sendable {
    /// Forward product or activation gradient.
    case activation
    /// Weight gradient: reads and writes the weight-shaped result.
    case weightGradient
}

/// Time of one matrix product on one accelerator, over the whole memory hierarchy.
///
/// An m×n weight matrix meets t tokens. Each interface between adjacent levels (memory and L2, L2 and
/// multiprocessors, multiprocessors and registers) carries the traffic of the best tiling of the weights; the
/// slowest of the interfaces and the arithmetic decides. Source: Erdil, Schneider-Joseph 2024,
/// arXiv:2411.01137; pinned by `golden-matmul.csv` to 1e-12.
///
/// A machine without on-chip data is priced as a roofline over memory alone: operands and result move once.
public struct MatrixProductModel: Sendable {
    /// Bytes of one word.
    let wordBytes: Double
    /// Fixed latency in seconds.
    let latency: Double
    /// Sustained FLOP per second.
    let sustained: Double
    /// Memory bytes per second.
    let memoryRate: Double
    let chip: ChipRates?

    /// What the on-chip formulas need, ready for the inner loop.
    struct ChipRates: Sendable {
        let multiprocessors: Double
        /// Usable registers of one processing block, bytes.
        let usableRegisters: Double
        let blocks: Double
        let usableL2: Double
        let l2Rate: Double
        let sharedRate: Double
        let sharedMemory: Chip.SharedMemoryReach
    }

    /// Prepares a machine's numbers.
    public init(machine: Accelerator) {
        wordBytes = machine.compute.wordBytes
        latency = machine.compute.kernelLatency.value
        sustained = machine.compute.sustained.value
        memoryRate = machine.memory.bandwidth.value
        chip = machine.chip.map { chip in
            let sustainedClock = machine.compute.sustainedFraction * chip.clock.value
            return ChipRates(
                multiprocessors: Double(chip.multiprocessors),
                usableRegisters: chip.usableFraction * chip.registersPerBlock.value,
                blocks: Double(chip.blocksPerMultiprocessor),
                usableL2: chip.usableFraction * chip.l2Capacity.value,
                l2Rate: chip.l2Bandwidth.value,
                // 32 banks of 4 bytes a clock in every multiprocessor.
                sharedRate: 32 * 4 * Double(chip.multiprocessors) * sustainedClock,
                sharedMemory: chip.sharedMemory)
        }
    }

    /// The resource that decides a product's time, or each one's share of it.
    public struct Terms: Hashable, Sendable {
        /// Matrix engine, seconds.
        public var arithmetic: Double
        /// Memory, seconds.
        public var memory: Double
        /// L2 cache, seconds; 0 without on-chip data.
        public var l2: Double
        /// Shared memory, seconds; 0 without on-chip data.
        public var shared: Double
        /// Fixed latency, seconds.
        public var latency: Double

        /// The slowest resource and the latency.
        public var total: Double { max(memory, l2, shared, arithmetic) + latency }
    }

    /// Time of a product in seconds.
    /// - Parameters:
    ///   - rows: output rows m of the weight matrix, at least 1.
    ///   - columns: contracted columns n of the weight matrix, at least 1.
    ///   - tokens: t, at least 1.
    ///   - kind: which product it is.
    /// - Returns: seconds, latency included.
    public func seconds(rows: Int, columns: Int, tokens: Int, kind: ProductKind) -> Double {
        terms(rows: rows, columns: columns, tokens: tokens, kind: kind).total
    }

    /// Time of a product by resource; the same arithmetic as ``seconds(rows:columns:tokens:kind:)``.
    public func terms(rows: Int, columns: Int, tokens: Int, kind: ProductKind) -> Terms {
        let m = Double(rows)
        let n = Double(columns)
        let t = Double(tokens)
        let weightBytes = m * n * wordBytes
        let leftBytes = m * t * wordBytes
        let rightBytes = n * t * wordBytes
        guard let chip else {
            let resultPasses: Double = kind == .weightGradient ? 2 : 1
            return Terms(
                arithmetic: 2 * m * n * t / sustained,
                memory: (resultPasses * weightBytes + leftBytes + rightBytes) / memoryRate, l2: 0, shared: 0,
                latency: latency)
        }
        let traffic = Traffic(
            m: m, n: n, wordBytes: wordBytes, weightBytes: weightBytes, leftBytes: leftBytes,
            rightBytes: rightBytes, kind: kind)
        let processor = chip.usableRegisters * chip.blocks
        let fromMemory = traffic.private(capacity: max(chip.usableL2, processor), instances: 1)
        let fromL2 =
            switch chip.sharedMemory {
            case .ownMultiprocessor: traffic.private(capacity: processor, instances: chip.multiprocessors)
            case .wholeChip: traffic.pooled(capacity: processor, instances: chip.multiprocessors)
            }
        let fromShared = traffic.private(
            capacity: chip.usableRegisters, instances: chip.blocks * chip.multiprocessors)
        let memoryBytes = fromMemory.between
        let l2Bytes = memoryBytes + fromL2.between
        let sharedBytes = fromL2.between + fromL2.distributed + fromShared.between
        let flop = 2 * Self.padded(rows) * Self.padded(columns) * Self.padded(tokens)
        return Terms(
            arithmetic: flop / sustained, memory: memoryBytes / memoryRate, l2: l2Bytes / chip.l2Rate,
            shared: sharedBytes / chip.sharedRate, latency: latency)
    }

    /// A dimension rounded up to the matrix engine's fragment of 8.
    private static func padded(_ dimension: Int) -> Double { Double((dimension + 7) / 8 * 8) }

    /// Seconds below which no product of this size can be, whatever its tiling: unpadded arithmetic only.
    public func arithmeticFloor(flop: Double) -> Double { flop / sustained }
}

/// Traffic of one product between two adjacent memory levels (arXiv:2411.01137, appendix on tilings).
private struct Traffic {
    let m: Double
    let n: Double
    let wordBytes: Double
    let weightBytes: Double
    let leftBytes: Double
    let rightBytes: Double
    let kind: ProductKind

    struct Moved {
        /// Bytes across the interface.
        var between: Double
        /// Bytes that lower instances pass to each other.
        var distributed: Double
    }

    /// How often the weight matrix is cut along each side so that a tile fits the capacity.
    private func tiling(capacity: Double) -> (rows: Double, columns: Double) {
        let words = m * n
        let tiles = (words * wordBytes / capacity).rounded(.up)
        let wordsPerTile = words / tiles
        let tileRows = max(min(m, wordsPerTile.squareRoot()), wordsPerTile / n)
        let tileColumns = wordsPerTile / tileRows
        return (m / tileRows, n / tileColumns)
    }

    /// Each lower instance holds its own tiles.
    func `private`(capacity: Double, instances: Double) -> Moved {
        moved(outer: tiling(capacity: capacity), inner: (1, 1), pool: capacity * instances)
    }

    /// The lower instances share one pool and hand tiles to each other.
    func pooled(capacity: Double, instances: Double) -> Moved {
        let pool = capacity * instances
        return moved(outer: tiling(capacity: pool), inner: tiling(capacity: capacity), pool: pool)
    }

    private func moved(
        outer: (rows: Double, columns: Double), inner: (rows: Double, columns: Double), pool: Double
    ) -> Moved {
        // Weights and their gradients stay resident when both fit.
        let fits = 2 * weightBytes <= pool
        var between = outer.rows * rightBytes
        var distributed = inner.rows > 1 ? inner.rows * rightBytes : 0
        switch kind {
        case .weightGradient:
            if !fits { between += 2 * weightBytes }
            between += outer.columns * leftBytes
            if inner.columns > 1 { distributed += inner.columns * leftBytes }
        case .activation:
            if !fits { between += weightBytes }
            between += (2 * outer.columns - 1) * leftBytes
            distributed += 2 * (inner.columns - 1) * leftBytes
        }
        return Moved(between: between, distributed: distributed)
    }
}
