import Optimization
import Quantities
import ScalingModel
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
    /// Coefficient of the batch law, or the batch itself where it is given.
    case batch
    /// Longest run.
    case runTime
    /// Accelerators given.
    case gpus
    /// Training compute.
    case flop

    /// The knobs of a machine, one for each number that the model reads and that is neither 0 nor infinite.
    /// - Parameter machine: any.
    /// - Returns: rates, capacities and latencies, from the matrix engine outwards.
    public static func all(of machine: Accelerator) -> [Knob] {
        let chip: [Knob] = [.l2Bandwidth, .l2Capacity, .clock, .registers]
        let network = machine.network.indices.flatMap { level -> [Knob] in
            [.networkBandwidth(level: level), .networkLatency(level: level)]
        }
        let all: [Knob] =
            [.peak, .sustainedFraction, .kernelLatency, .memoryBandwidth, .memoryCapacity] + chip + network
        return all.filter { $0.value(on: machine).map { $0 > 0 && $0.isFinite } ?? false }
    }

    /// The knobs of a question beside its machine: batch, and what of GPUs, compute and time is given.
    public static func all(of question: PlanningQuestion) -> [Knob] {
        switch question.given {
        case .gpusAndFlop: [.batch, .gpus, .flop]
        case .flopAndTime: [.batch, .flop, .runTime]
        case .gpusAndTime: [.batch, .gpus, .runTime]
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
        case .everyNetworkBandwidth, .everyNetworkLatency, .batch, .runTime, .gpus, .flop: nil
        }
    }
}
