import Quantities
import Training

/// A number of a machine that the steps of transformers depend on.
public struct StepNumber: Hashable, Sendable {
    /// Which number.
    enum Kind: Hashable, Sendable {
        case peak
        case memoryBandwidth
        case memoryCapacity
        case networkBandwidth(level: Int)
        case innerLatency
        case outerLatency
    }

    let kind: Kind

    /// The numbers of a machine, from the matrix engine outwards.
    public static func all(of machine: Accelerator) -> [StepNumber] {
        let links = machine.network.indices.map { Kind.networkBandwidth(level: $0) }
        let latencies: [Kind] = machine.network.count > 1 ? [.innerLatency, .outerLatency] : [.innerLatency]
        return ([.peak, .memoryBandwidth, .memoryCapacity] + links + latencies).map { StepNumber(kind: $0) }
    }

    /// The number that a key names.
    /// - Throws: ``ExplainError`` that lists the keys where none is meant.
    public static func named(_ key: String, on machine: Accelerator) throws(ExplainError) -> StepNumber {
        let known = all(of: machine)
        guard let number = known.first(where: { $0.key == key.lowercased() }) else {
            throw ExplainError(
                "'\(key)' is no number of a transformer's machine; write one of "
                    + known.map(\.key).joined(separator: ", "))
        }
        return number
    }

    /// Its key: that of hardware files, where one number stands there.
    public var key: String {
        switch kind {
        case .peak: "compute.peak"
        case .memoryBandwidth: "hbm.bandwidth"
        case .memoryCapacity: "hbm.capacity"
        case .networkBandwidth(let level): "network.\(level).bandwidth"
        case .innerLatency: "calibration.inner_step_latency"
        case .outerLatency: "calibration.outer_step_latency"
        }
    }

    /// The number in words.
    /// - Parameter machine: names the network levels.
    /// - Returns: lower-case words, save for names.
    public func words(on machine: Accelerator) -> String {
        switch kind {
        case .peak: return "peak rates"
        case .memoryBandwidth: return "memory bandwidth"
        case .memoryCapacity: return "memory capacity"
        case .networkBandwidth(let level):
            return (machine.network.indices.contains(level) ? machine.network[level].name : "level \(level)")
                + " bandwidth"
        case .innerLatency: return "latency inside nodes"
        case .outerLatency: return "latency between nodes"
        }
    }

    /// A machine with this number multiplied; peaks of all precisions together.
    /// - Parameters:
    ///   - machine: any; one without calibration gets the assumed one.
    ///   - factor: above zero.
    /// - Returns: the machine.
    public func scaled(_ machine: Accelerator, by factor: Double) -> Accelerator {
        var machine = machine
        var calibration = machine.calibration ?? .assumed
        switch kind {
        case .peak:
            machine.compute.peak = machine.compute.peak * factor
            machine.compute.peakByPrecision = machine.compute.peakByPrecision.mapValues { $0 * factor }
        case .memoryBandwidth: machine.memory.bandwidth = machine.memory.bandwidth * factor
        case .memoryCapacity: machine.memory.capacity = machine.memory.capacity * factor
        case .networkBandwidth(let level):
            guard machine.network.indices.contains(level) else { break }
            machine.network[level].bidirectionalBandwidth =
                machine.network[level].bidirectionalBandwidth * factor
        case .innerLatency: calibration.innerStepLatency = calibration.innerStepLatency * factor
        case .outerLatency: calibration.outerStepLatency = calibration.outerStepLatency * factor
        }
        if kind == .innerLatency || kind == .outerLatency { machine.calibration = calibration }
        return machine
    }
}
