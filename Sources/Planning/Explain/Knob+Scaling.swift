import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

extension Knob {
    /// The machine with this number multiplied; other knobs leave it as it is.
    ///
    /// Nothing is checked: a fraction may pass 1, as a derivative needs.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - machine: any.
    /// - Returns: the machine.
    public func scaled(by factor: Double, on machine: Accelerator) -> Accelerator {
        var machine = machine
        switch self {
        case .peak: machine.compute.peak = machine.compute.peak * factor
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
        case .batch, .runTime, .gpus, .flop: break
        }
        return machine
    }

    /// The question with this number multiplied, kept within what can be asked.
    ///
    /// A sustained fraction stops at 1 and a number of accelerators is rounded, so the factor applied is
    /// returned with the question.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - question: any.
    /// - Returns: the question and the factor applied; nil where the question has no such number.
    public func scaled(by factor: Double, in question: PlanningQuestion) -> (
        question: PlanningQuestion, factor: Double
    )? {
        var changed = question
        var applied = factor
        switch (self, question.given) {
        case (.batch, _):
            guard let law = question.laws.batch.scaled(by: factor, laws: question.laws) else { return nil }
            changed.laws.batch = law.law
            applied = law.factor
        case (.runTime, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop, time: time * factor)
        case (.runTime, .gpusAndTime(let gpus, let time)):
            changed.given = .gpusAndTime(gpus: gpus, time: time * factor)
        case (.gpus, .gpusAndFlop(let gpus, let flop)):
            guard let count = Self.scaled(gpus, by: factor) else { return nil }
            changed.given = .gpusAndFlop(gpus: count, flop: flop)
            applied = Double(count) / Double(gpus)
        case (.gpus, .gpusAndTime(let gpus, let time)):
            guard let count = Self.scaled(gpus, by: factor) else { return nil }
            changed.given = .gpusAndTime(gpus: count, time: time)
            applied = Double(count) / Double(gpus)
        case (.flop, .gpusAndFlop(let gpus, let flop)):
            changed.given = .gpusAndFlop(gpus: gpus, flop: flop * factor)
        case (.flop, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop * factor, time: time)
        case (.runTime, _), (.gpus, _), (.flop, _): return nil
        default:
            if self == .sustainedFraction {
                applied = min(factor, 1 / question.machine.compute.sustainedFraction)
            }
            changed.machine = scaled(by: applied, on: question.machine)
        }
        return (changed, applied)
    }

    /// A whole number of accelerators; nil where it leaves what can be asked.
    private static func scaled(_ gpus: Int, by factor: Double) -> Int? {
        let count = (Double(gpus) * factor).rounded()
        return count >= 1 && count < 9e15 ? Int(count) : nil
    }
}

extension BatchLaw {
    /// The law with its batches multiplied, before any rounding.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - laws: give the length of a sequence.
    /// - Returns: the law and the factor applied, which rounding changes where the batch is given; nil where
    ///   nothing is left of the batch.
    func scaled(by factor: Double, laws: WorkloadLaws) -> (law: BatchLaw, factor: Double)? {
        switch self {
        // √E·(C/3e23)^(1/6)·2048² tokens, as a power of C.
        case .standard:
            let reference = pow(3e23, 1.0 / 6)
            return (.power(coefficient: factor * 2048 * 2048 / reference, exponent: 1.0 / 6), factor)
        case .deepSeek: return (.power(coefficient: factor * 0.2920, exponent: 0.3271), factor)
        case .power(let coefficient, let exponent):
            return (.power(coefficient: factor * coefficient, exponent: exponent), factor)
        case .constant: return Self.given((1 << 22) / laws.sequenceLength, factor)
        case .given(let sequences): return Self.given(sequences, factor)
        }
    }

    private static func given(_ sequences: Int, _ factor: Double) -> (law: BatchLaw, factor: Double)? {
        let count = (Double(sequences) * factor).rounded()
        guard count >= 1, count <= Double(1 << 40) else { return nil }
        return (.given(sequences: Int(count)), count / Double(sequences))
    }
}
