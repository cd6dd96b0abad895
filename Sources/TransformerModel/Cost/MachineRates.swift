import Quantities
import Training

/// Rates of a machine as kernels and collectives see them, in bytes, FLOP and seconds.
struct MachineRates: Sendable {
    /// One class of matrix products.
    struct Matrix: Sendable {
        /// Peak under the power limit, FLOP/s.
        var peak: Double
        /// Share of it that long products reach.
        var fraction: Double
        /// Bytes of an operand's element.
        var bytes: Double
        /// Bytes per element that quantizing moves.
        var quantization: Double
    }

    /// Products of weights.
    let weights: Matrix
    /// Products of activations, and logits: always at the precision of activations.
    let activations: Matrix
    /// Bytes a second of streaming kernels.
    let memory: Double
    /// Bytes a second one way of each network level, innermost first.
    let links: [Double]
    /// What each network level is.
    let kinds: [NetworkLevel.Kind]
    /// Seconds a ring step of each inner level, and a doubling of each outer one.
    let latencies: [Double]
    /// Seconds a doubling of ranks that exchange tokens, by the level that it crosses: on all levels what was fitted to
    /// steps of inner ones, but for the level's own message.
    let exchangeLatencies: [Double]
    /// Seconds that a message of each level takes longer than those that steps were fitted with.
    let excesses: [Double]
    /// Multiprocessors, for lost waves.
    let multiprocessors: Double
    let architecture: Architecture?
    /// The way to the host.
    let host: HostLink
    /// Bytes of a gradient as it travels, and of a weight as it is gathered.
    let gradientTraffic: Double
    let weightTraffic: Double

    init(
        machine: Accelerator, precision: TrainingPrecision, conduct: SoftwareConduct, constants: StepConstants
    ) {
        let known = machine.calibration ?? .assumed
        let power = known.powerShare.power(constants.powerExponent)
        let peak = machine.peak(of: precision).value * power
        activations = Matrix(
            peak: machine.compute.peak.value * power, fraction: known.matrixFraction.bits16, bytes: 2,
            quantization: 0)
        switch precision.matrix {
        case .bf16, .fp16: weights = activations
        case .fp32:
            weights = Matrix(
                peak: peak, fraction: known.matrixFraction.bits16, bytes: 4,
                quantization: 0)
        case .fp8(let recipe):
            let scaled = recipe == .rowwise || recipe == .blockwise || recipe == .microscaling
            weights = Matrix(
                peak: peak, fraction: known.matrixFraction.bits8, bytes: 1,
                quantization: constants.quantizationBytes + (scaled ? constants.blockScalingBytes : 0))
        case .fp4(let recipe):
            let scaled = recipe == .microscaling
            weights = Matrix(
                peak: peak, fraction: known.matrixFraction.bits4, bytes: 0.5,
                quantization: constants.quantizationBytes + (scaled ? constants.blockScalingBytes : 0))
        }
        memory = machine.memory.bandwidth.value * known.memoryFraction
        kinds = machine.levelKinds
        links = zip(machine.network, kinds).map { level, kind in
            level.oneWayBandwidth.value
                * (kind == .inner ? known.innerNetworkFraction : known.outerNetworkFraction)
        }
        latencies = zip(machine.network, kinds).map {
            known.stepLatency(of: $0.latency, kind: $1).value
        }
        exchangeLatencies = machine.network.map { known.stepLatency(of: $0.latency, kind: .inner).value }
        excesses = machine.network.map { max(0, Calibration.excess(of: $0.latency).value) }
        multiprocessors = machine.multiprocessors
        architecture = machine.architecture
        host = machine.host ?? .assumed
        let isHalf = precision.matrix == .fp16
        gradientTraffic = isHalf ? 2 : conduct.gradientTraffic.bytes
        let narrow: Bool =
            switch precision.matrix {
            case .fp8, .fp4: true
            default: false
            }
        weightTraffic = conduct.gatheredWeights == .products && narrow ? 1 : 2
    }
}

extension Accelerator {
    /// Multiprocessors or compute units; where unknown, one for each 2.9 TFLOP/s of the 16-bit peak, as on
    /// A100.
    var multiprocessors: Double {
        if let chip { return Double(chip.multiprocessors) }
        if let units = compute.units { return Double(units) }
        return compute.peak.value / 2.9e12
    }
}
