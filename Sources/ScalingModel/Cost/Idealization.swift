import Quantities
import Training

extension Accelerator {
    /// The machine with some of its on-chip terms free; network terms are switched in ``StepModel``.
    func with(idealized terms: IdealizedTerms) -> Accelerator {
        var machine = self
        let infinite = Double.infinity
        if terms.contains(.arithmetic) { machine.compute.peak = FlopPerSecond(infinite) }
        if terms.contains(.memoryBandwidth) { machine.memory.bandwidth = BytesPerSecond(infinite) }
        if terms.contains(.l2) { machine.chip?.l2Bandwidth = BytesPerSecond(infinite) }
        if terms.contains(.shared) { machine.chip?.clock = Hertz(infinite) }
        if terms.contains(.kernelLatency) { machine.compute.kernelLatency = .zero }
        return machine
    }
}
