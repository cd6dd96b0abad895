import Quantities

/// A machine as the planner sees it: one kind of accelerator and the network between many of them.
public struct Accelerator: Hashable, Sendable {
    /// Catalogue name, for instance `h100-sxm`.
    public var name: String
    /// Name for people.
    public var title: String
    /// What one "GPU" of a plan is on this machine: GPU, GCD, chip, card.
    public var unit: String
    /// Its generation, where known.
    public var architecture: Architecture?
    /// The matrix engine.
    public var compute: Compute
    /// High-bandwidth memory.
    public var memory: DeviceMemory
    /// On-chip levels; nil prices a matrix product as a roofline over memory alone.
    public var chip: Chip?
    /// Network levels, innermost first.
    ///
    /// The last one is unbounded; at least one, at most ``maximumNetworkLevels``.
    public var network: [NetworkLevel]
    /// The way to the host's memory, where known.
    public var host: HostLink?
    /// Power of one unit, where known.
    public var power: Watts?
    /// Price of one unit, where known.
    public var price: Dollars?
    /// What the machine reaches of its datasheet in training, where known.
    public var calibration: Calibration?

    /// Network levels that a machine may have: chip pair, package, node, rack, pod, hall, site and the rest.
    public static let maximumNetworkLevels = 8

    /// Makes a machine; ``validate()`` says what is legal.
    public init(
        name: String, title: String, unit: String = "GPU", architecture: Architecture? = nil,
        compute: Compute, memory: DeviceMemory, chip: Chip? = nil, network: [NetworkLevel],
        host: HostLink? = nil, power: Watts? = nil, price: Dollars? = nil, calibration: Calibration? = nil
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.architecture = architecture
        self.compute = compute
        self.memory = memory
        self.chip = chip
        self.network = network
        self.host = host
        self.power = power
        self.price = price
        self.calibration = calibration
    }

    /// Sizes of the bounded network levels, innermost first.
    public var domainSizes: [Int] { network.compactMap(\.size) }

    /// What each network level is: as it says, else the innermost is inner and all others are outer.
    ///
    /// So a level that is added outside leaves those that are there as they were.
    public var levelKinds: [NetworkLevel.Kind] {
        network.enumerated().map { $1.kind ?? ($0 == 0 ? .inner : .outer) }
    }
}

/// The matrix engine at one precision.
public struct Compute: Hashable, Sendable {
    /// Precision of `peak`, for instance `bf16`.
    public var precision: String
    /// Bytes of one number at that precision.
    public var wordBytes: Double
    /// Dense peak at the maximum clock: no structured sparsity counted.
    public var peak: FlopPerSecond
    /// Share of the peak rate that long matrix products sustain, 0...1 and above 0.
    public var sustainedFraction: Double
    /// Fixed latency of one matrix product.
    public var kernelLatency: Seconds
    /// Dense peaks at other precisions.
    public var peakByPrecision: [String: FlopPerSecond]
    /// Multiprocessors or compute units, where known and no `Chip` says so.
    public var units: Int?

    /// Makes an engine.
    public init(
        precision: String, wordBytes: Double, peak: FlopPerSecond, sustainedFraction: Double,
        kernelLatency: Seconds, peakByPrecision: [String: FlopPerSecond] = [:], units: Int? = nil
    ) {
        self.precision = precision
        self.wordBytes = wordBytes
        self.peak = peak
        self.sustainedFraction = sustainedFraction
        self.kernelLatency = kernelLatency
        self.peakByPrecision = peakByPrecision
        self.units = units
    }

    /// Sustained rate: the peak times the sustained fraction.
    public var sustained: FlopPerSecond { peak * sustainedFraction }
}

/// High-bandwidth memory of one accelerator.
public struct DeviceMemory: Hashable, Sendable {
    /// Bytes as labelled.
    public var capacity: Bytes
    /// Bytes a second, reads and writes together.
    public var bandwidth: BytesPerSecond
    /// What a process can use over the label; above 1 where the label's GB are GiB.
    public var usableFraction: Double

    /// Makes a memory.
    public init(capacity: Bytes, bandwidth: BytesPerSecond, usableFraction: Double = 1) {
        self.capacity = capacity
        self.bandwidth = bandwidth
        self.usableFraction = usableFraction
    }

    /// Bytes that a process can use.
    public var usable: Bytes { capacity * usableFraction }
}

/// On-chip levels between memory and the matrix engine (arXiv:2411.01137).
public struct Chip: Hashable, Sendable {
    /// Streaming multiprocessors.
    public var multiprocessors: Int
    /// Maximum clock.
    public var clock: Hertz
    /// Processing blocks of a multiprocessor, each with its own registers.
    public var blocksPerMultiprocessor: Int
    /// Register file of one processing block.
    public var registersPerBlock: Bytes
    /// Share of registers and of the L2 cache that a kernel can fill with tiles, 0...1.
    public var usableFraction: Double
    /// L2 cache.
    public var l2Capacity: Bytes
    /// L2 bandwidth.
    public var l2Bandwidth: BytesPerSecond
    /// Whether multiprocessors read each other's shared memory directly.
    public var sharedMemory: SharedMemoryReach

    /// Who can read the shared memory of a multiprocessor.
    public enum SharedMemoryReach: String, Hashable, Sendable, Codable {
        /// Only the multiprocessor itself.
        case ownMultiprocessor
        /// Every multiprocessor (distributed shared memory).
        case wholeChip
    }

    /// Makes a chip.
    public init(
        multiprocessors: Int, clock: Hertz, blocksPerMultiprocessor: Int, registersPerBlock: Bytes,
        usableFraction: Double, l2Capacity: Bytes, l2Bandwidth: BytesPerSecond,
        sharedMemory: SharedMemoryReach
    ) {
        self.multiprocessors = multiprocessors
        self.clock = clock
        self.blocksPerMultiprocessor = blocksPerMultiprocessor
        self.registersPerBlock = registersPerBlock
        self.usableFraction = usableFraction
        self.l2Capacity = l2Capacity
        self.l2Bandwidth = l2Bandwidth
        self.sharedMemory = sharedMemory
    }
}

/// One level of the network, seen from one accelerator.
public struct NetworkLevel: Hashable, Sendable {
    /// Name for people: NVLink, InfiniBand.
    public var name: String
    /// Domains of the level below (accelerators for the innermost) in one domain of this level; nil for the
    /// last level, which takes the rest.
    public var size: Int?
    /// Bandwidth per accelerator, *both directions added*; one direction gets half of it.
    public var bidirectionalBandwidth: BytesPerSecond
    /// Latency of one message step.
    public var latency: Seconds
    /// Which numbers of the calibration hold here; nil takes what is usual, see ``Accelerator/levelKinds``.
    public var kind: Kind?

    /// What a level is to collectives.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Switched or wired directly, as inside a node: a ring takes steps.
        case inner
        /// Adapters and a fabric of switches, or anything beyond it: members are doubled.
        case outer
    }

    /// Makes a level.
    public init(
        name: String, size: Int?, bidirectionalBandwidth: BytesPerSecond, latency: Seconds, kind: Kind? = nil
    ) {
        self.name = name
        self.size = size
        self.bidirectionalBandwidth = bidirectionalBandwidth
        self.latency = latency
        self.kind = kind
    }

    /// Bandwidth per accelerator in one direction: half of the bidirectional figure.
    public var oneWayBandwidth: BytesPerSecond { bidirectionalBandwidth / 2 }
}
