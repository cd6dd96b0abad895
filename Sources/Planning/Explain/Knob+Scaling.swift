import Quantities
import Training

extension Knob {
    /// The machine with this number multiplied, peaks of all precisions together; other knobs leave it as it is.
    ///
    /// Nothing is checked: a fraction may pass 1, as a derivative needs.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - machine: any.
    /// - Returns: the machine.
    public func scaled(by factor: Double, on machine: Accelerator) -> Accelerator {
        var machine = machine
        switch self {
        case .peak:
            machine.compute.peak = machine.compute.peak * factor
            machine.compute.peakByPrecision = machine.compute.peakByPrecision.mapValues { $0 * factor }
        case .sustainedFraction: machine.compute.sustainedFraction *= factor
        case .kernelLatency: machine.compute.kernelLatency = machine.compute.kernelLatency * factor
        case .memoryBandwidth: machine.memory.bandwidth = machine.memory.bandwidth * factor
        case .memoryCapacity: machine.memory.capacity = machine.memory.capacity * factor
        case .l2Bandwidth:
            if let rate = machine.chip?.l2Bandwidth { machine.chip?.l2Bandwidth = rate * factor }
        case .l2Capacity: if let size = machine.chip?.l2Capacity { machine.chip?.l2Capacity = size * factor }
        case .clock: if let clock = machine.chip?.clock { machine.chip?.clock = clock * factor }
        case .registers:
            if let size = machine.chip?.registersPerBlock { machine.chip?.registersPerBlock = size * factor }
        case .networkBandwidth(let level):
            guard machine.network.indices.contains(level) else { break }
            machine.network[level].bidirectionalBandwidth =
                machine.network[level].bidirectionalBandwidth * factor
        case .networkLatency(let level):
            guard machine.network.indices.contains(level) else { break }
            machine.network[level].latency = machine.network[level].latency * factor
        case .everyNetworkBandwidth:
            for level in machine.network.indices {
                machine = Knob.networkBandwidth(level: level).scaled(by: factor, on: machine)
            }
        case .everyNetworkLatency:
            for level in machine.network.indices {
                machine = Knob.networkLatency(level: level).scaled(by: factor, on: machine)
            }
        case .innerStepLatency, .outerStepLatency:
            var calibration = machine.calibration ?? .assumed
            if self == .innerStepLatency {
                calibration.innerStepLatency = calibration.innerStepLatency * factor
            } else {
                calibration.outerStepLatency = calibration.outerStepLatency * factor
            }
            machine.calibration = calibration
        case .batch, .runTime, .gpus, .flop: break
        }
        return machine
    }

    /// The nearest factor that leaves a number that can be: a sustained fraction stops at 1.
    func possible(_ factor: Double, on machine: Accelerator) -> Double {
        self == .sustainedFraction ? min(factor, 1 / machine.compute.sustainedFraction) : factor
    }

    /// A whole number multiplied and rounded; nil where it leaves what can be asked.
    /// - Parameters:
    ///   - count: at least 1.
    ///   - factor: above zero.
    ///   - most: the largest that can be asked.
    /// - Returns: the number and the factor applied.
    static func scaled(_ count: Int, by factor: Double, most: Double) -> (count: Int, factor: Double)? {
        let scaled = (Double(count) * factor).rounded()
        guard scaled >= 1, scaled <= most else { return nil }
        return (Int(scaled), scaled / Double(count))
    }
}
