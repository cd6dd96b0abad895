import Quantities
import Training

/// One number of a question that may be scaled to see what it is worth.
public enum Knob: Hashable, Sendable {
    /// Dense peak rate of the matrix engine.
    case peak
    /// Share of the peak that long products sustain.
    case sustainedFraction
    /// Fixed latency of a matrix product.
    case kernelLatency
    /// Memory bandwidth.
    case memoryBandwidth
    /// Memory capacity.
    case memoryCapacity
    /// L2 bandwidth.
    case l2Bandwidth
    /// L2 capacity.
    case l2Capacity
    /// Clock of the multiprocessors, which in the model sets the rate of shared memory alone.
    case clock
    /// Registers of a processing block.
    case registers
    /// Bandwidth of one network level, innermost 0.
    case networkBandwidth(level: Int)
    /// Latency of one network level, innermost 0.
    case networkLatency(level: Int)
    /// Bandwidth of all network levels together.
    case everyNetworkBandwidth
    /// Latency of all network levels together.
    case everyNetworkLatency
    /// Latency of a collective's step inside nodes, as the calibration has it.
    case innerStepLatency
    /// Latency of a collective's step between nodes, as the calibration has it.
    case outerStepLatency
    /// Coefficient of the batch law, or the batch itself where it is given.
    case batch
    /// Longest run.
    case runTime
    /// Accelerators given.
    case gpus
    /// Training compute.
    case flop

    /// Those of some numbers that a machine has and that are neither 0 nor infinite.
    static func known(_ numbers: [Knob], on machine: Accelerator) -> [Knob] {
        numbers.filter { $0.value(on: machine).map { $0 > 0 && $0.isFinite } ?? false }
    }

    /// Whether the number is one of the machine.
    public var isOfMachine: Bool {
        switch self {
        case .batch, .runTime, .gpus, .flop: false
        default: true
        }
    }

    /// Key of the number, as in hardware files; `network.*` for all levels together.
    public var key: String {
        switch self {
        case .peak: "compute.peak"
        case .sustainedFraction: "compute.sustained_fraction"
        case .kernelLatency: "compute.kernel_latency"
        case .memoryBandwidth: "hbm.bandwidth"
        case .memoryCapacity: "hbm.capacity"
        case .l2Bandwidth: "chip.l2_bandwidth"
        case .l2Capacity: "chip.l2_capacity"
        case .clock: "chip.clock"
        case .registers: "chip.registers_per_block"
        case .networkBandwidth(let level): "network.\(level).bandwidth"
        case .networkLatency(let level): "network.\(level).latency"
        case .everyNetworkBandwidth: "network.*.bandwidth"
        case .everyNetworkLatency: "network.*.latency"
        case .innerStepLatency: "calibration.inner_step_latency"
        case .outerStepLatency: "calibration.outer_step_latency"
        case .batch: "batch"
        case .runTime: "time"
        case .gpus: "gpus"
        case .flop: "flop"
        }
    }

    /// The number in words, for instance `NVLink latency`.
    /// - Parameter machine: names the network levels.
    /// - Returns: lower-case words, save for names.
    public func words(on machine: Accelerator) -> String {
        func name(_ level: Int) -> String {
            machine.network.indices.contains(level) ? machine.network[level].name : "level \(level)"
        }
        return switch self {
        case .peak: "peak rate"
        case .sustainedFraction: "sustained fraction"
        case .kernelLatency: "kernel latency"
        case .memoryBandwidth: "memory bandwidth"
        case .memoryCapacity: "memory capacity"
        case .l2Bandwidth: "L2 bandwidth"
        case .l2Capacity: "L2 capacity"
        case .clock: "clock (shared memory)"
        case .registers: "registers"
        case .networkBandwidth(let level): "\(name(level)) bandwidth"
        case .networkLatency(let level): "\(name(level)) latency"
        case .everyNetworkBandwidth: "all network bandwidths"
        case .everyNetworkLatency: "all network latencies"
        case .innerStepLatency: "latency inside nodes"
        case .outerStepLatency: "latency between nodes"
        case .batch: "batch size"
        case .runTime: "time allowed"
        case .gpus: "\(machine.unit)s given"
        case .flop: "training compute"
        }
    }

    /// The number on a machine, in base units; nil where the machine has no such number.
    public func value(on machine: Accelerator) -> Double? {
        switch self {
        case .peak: machine.compute.peak.value
        case .sustainedFraction: machine.compute.sustainedFraction
        case .kernelLatency: machine.compute.kernelLatency.value
        case .memoryBandwidth: machine.memory.bandwidth.value
        case .memoryCapacity: machine.memory.capacity.value
        case .l2Bandwidth: machine.chip?.l2Bandwidth.value
        case .l2Capacity: machine.chip?.l2Capacity.value
        case .clock: machine.chip?.clock.value
        case .registers: machine.chip?.registersPerBlock.value
        case .networkBandwidth(let level):
            machine.network.indices.contains(level)
                ? machine.network[level].bidirectionalBandwidth.value : nil
        case .networkLatency(let level):
            machine.network.indices.contains(level) ? machine.network[level].latency.value : nil
        case .innerStepLatency: (machine.calibration ?? .assumed).innerStepLatency.value
        case .outerStepLatency: (machine.calibration ?? .assumed).outerStepLatency.value
        case .everyNetworkBandwidth, .everyNetworkLatency, .batch, .runTime, .gpus, .flop: nil
        }
    }
}
