/// What the data-movement model assumes of a training step beyond the plan itself.
public struct ModelSettings: Hashable, Sendable {
    /// Tensor-parallel traffic.
    public var tensorTraffic: Overlap
    /// Pipeline and expert traffic.
    public var pipelineTraffic: Overlap
    /// Data-parallel traffic.
    public var dataTraffic: Overlap
    /// Recomputation of activations.
    public var recomputation: Recomputation
    /// Which reading of the source is priced.
    public var accounting: Accounting

    /// The published setting unless changed: tensor, pipeline and expert traffic overlapped, data traffic not.
    public init(
        tensorTraffic: Overlap = .overlapped, pipelineTraffic: Overlap = .overlapped,
        dataTraffic: Overlap = .exposed, recomputation: Recomputation = .none,
        accounting: Accounting = .published
    ) {
        self.tensorTraffic = tensorTraffic
        self.pipelineTraffic = pipelineTraffic
        self.dataTraffic = dataTraffic
        self.recomputation = recomputation
        self.accounting = accounting
    }
}

/// Whether traffic hides behind arithmetic.
public enum Overlap: String, Hashable, Sendable, Codable, CaseIterable {
    /// Runs beside arithmetic; only what exceeds it costs time.
    case overlapped
    /// Adds to the step.
    case exposed
}

/// Which activations the backward pass computes again.
public enum Recomputation: String, Hashable, Sendable, Codable, CaseIterable {
    /// None: all are kept.
    case none
    /// All: arithmetic grows to 4/3, tensor, pipeline and expert traffic to 3/2.
    case full
}

/// Two readings of the source, kept apart by name.
public enum Accounting: String, Hashable, Sendable, Codable, CaseIterable {
    /// As published: zero-bubble schedules hide all pipeline latency, and memory counts activations only
    /// under recomputation, with PP (1F1B) or 2·PP − 1 (zero bubble) microbatches alive.
    case published
    /// Zero bubble pays the latency that exceeds arithmetic; memory always counts activations, at most M
    /// microbatches alive, and interleaving keeps (PP − 1)/v more microbatches (v > 1).
    case corrected
}

/// Terms that can be switched off one at a time to see what binds.
public struct IdealizedTerms: OptionSet, Hashable, Sendable {
    /// Bits of the set.
    public let rawValue: Int
    /// Makes a set from bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Infinite matrix-engine rate.
    public static let arithmetic = Self(rawValue: 1 << 0)
    /// Infinite memory bandwidth.
    public static let memoryBandwidth = Self(rawValue: 1 << 1)
    /// Infinite L2 bandwidth.
    public static let l2 = Self(rawValue: 1 << 2)
    /// Infinite shared-memory bandwidth.
    public static let shared = Self(rawValue: 1 << 3)
    /// No fixed latency of a matrix product.
    public static let kernelLatency = Self(rawValue: 1 << 4)
    /// No tensor-parallel bandwidth time.
    public static let tensor = Self(rawValue: 1 << 5)
    /// No pipeline and expert bandwidth time.
    public static let pipelineExpert = Self(rawValue: 1 << 6)
    /// No data-parallel bandwidth time.
    public static let data = Self(rawValue: 1 << 7)
    /// No network latency.
    public static let networkLatency = Self(rawValue: 1 << 8)
    /// No pipeline bubble.
    public static let bubble = Self(rawValue: 1 << 9)

    /// Every bandwidth and rate infinite; latencies and bubble stay.
    public static let allRates: Self = [
        .arithmetic, .memoryBandwidth, .l2, .shared, .tensor, .pipelineExpert, .data,
    ]

    /// The single terms in the order in which ties between them are resolved, with their names in tables.
    public static let named: [(term: Self, name: String)] = [
        (.arithmetic, "arithmetic"), (.memoryBandwidth, "hbm"), (.l2, "l2"), (.shared, "shared"),
        (.kernelLatency, "kernel_latency"), (.tensor, "tensor"), (.pipelineExpert, "pipeline_expert"),
        (.data, "data"), (.networkLatency, "network_latency"), (.bubble, "bubble"),
    ]
}
