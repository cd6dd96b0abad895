import Quantities

/// What a machine reaches of its datasheet in training: a handful of physical numbers, none of them of one
/// model, paper or run.
///
/// Set by `calibration` in a hardware file, each number labelled there as measured, fitted or assumed; a
/// machine without them takes ``assumed``. How they were fitted: `docs/transformer-accuracy.md`.
public struct Calibration: Hashable, Sendable {
    /// Share of the dense peak that long matrix products reach, by operands of 16, 8 and 4 bits; above 0, at
    /// most 1.
    public var matrixFraction: MatrixFraction
    /// Share of the memory bandwidth that streaming kernels reach, above 0, at most 1.
    public var memoryFraction: Double
    /// Share of the one-way bandwidth that collectives reach on inner network levels, above 0, at most 1.
    public var innerNetworkFraction: Double
    /// The same on outer levels.
    public var outerNetworkFraction: Double
    /// Time that a ring on an inner level takes for each step besides its bytes, where a message has
    /// ``messageLatency``.
    public var innerStepLatency: Seconds
    /// Time that each doubling of the members on an outer level adds, where a message has ``messageLatency``.
    public var outerStepLatency: Seconds
    /// Sustained power over the power at which the architecture reaches its matrix fraction.
    public var powerShare: Double

    /// Makes a calibration.
    public init(
        matrixFraction: MatrixFraction, memoryFraction: Double, innerNetworkFraction: Double,
        outerNetworkFraction: Double, innerStepLatency: Seconds, outerStepLatency: Seconds,
        powerShare: Double
    ) {
        self.matrixFraction = matrixFraction
        self.memoryFraction = memoryFraction
        self.innerNetworkFraction = innerNetworkFraction
        self.outerNetworkFraction = outerNetworkFraction
        self.innerStepLatency = innerStepLatency
        self.outerStepLatency = outerStepLatency
        self.powerShare = powerShare
    }

    /// Latency of a message on the levels of the machines that step latencies were fitted on: 1.125 µs everywhere
    /// (arXiv:2411.01137, constants of its published tables).
    public static let messageLatency = Seconds(1.125e-6)

    /// Time of a step on a network level: what was fitted, and by how much a message there takes longer than
    /// ``messageLatency``, or shorter; never below zero.
    /// - Parameters:
    ///   - latency: of a message on the level.
    ///   - kind: of the level.
    /// - Returns: seconds.
    public func stepLatency(of latency: Seconds, kind: NetworkLevel.Kind) -> Seconds {
        let fitted = kind == .inner ? innerStepLatency : outerStepLatency
        return max(.zero, fitted + Self.excess(of: latency))
    }

    /// By how much a message of a level takes longer than ``messageLatency``; negative where it is quicker.
    public static func excess(of latency: Seconds) -> Seconds { latency - messageLatency }

    /// What is taken for a machine that nobody has measured: round values of the middle of those fitted.
    public static let assumed = Calibration(
        matrixFraction: MatrixFraction(bits16: 0.70, bits8: 0.60, bits4: 0.42), memoryFraction: 0.85,
        innerNetworkFraction: 0.90, outerNetworkFraction: 0.70, innerStepLatency: Seconds(4e-6),
        outerStepLatency: Seconds(15e-6), powerShare: 1)
}

/// Shares of the dense peak by width of the operands.
public struct MatrixFraction: Hashable, Sendable {
    /// bf16 and fp16, and 32-bit formats too.
    public var bits16: Double
    /// fp8.
    public var bits8: Double
    /// fp4.
    public var bits4: Double

    /// Makes the shares.
    public init(bits16: Double, bits8: Double, bits4: Double) {
        self.bits16 = bits16
        self.bits8 = bits8
        self.bits4 = bits4
    }
}
