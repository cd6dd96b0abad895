import Quantities
import Training

extension Accelerator {
    /// Dense peak at which the products of weights run: what utilization is measured against, everywhere.
    ///
    /// A format that the machine does not have runs at the next wider one it has: fp4 as fp8, fp8 as 16 bits.
    /// fp32 without a rate of its own runs at half of the 16-bit rate.
    /// - Parameter precision: of the run.
    /// - Returns: FLOP/s of one accelerator.
    public func peak(of precision: TrainingPrecision) -> FlopPerSecond {
        func named(_ name: String) -> FlopPerSecond? { compute.peakByPrecision[name] }
        let half = compute.peak
        return switch precision.matrix {
        case .bf16, .fp16: half
        case .fp32: named("fp32") ?? half / 2
        case .fp8: named("fp8") ?? half
        case .fp4: named("fp4") ?? named("fp8") ?? half
        }
    }

    /// Whether the machine has the format of a run's products.
    /// - Parameter precision: of the run.
    /// - Returns: false where ``peak(of:)`` takes the next wider one.
    public func hasFormat(of precision: TrainingPrecision) -> Bool {
        switch precision.matrix {
        case .bf16, .fp16, .fp32: true
        case .fp8: compute.peakByPrecision["fp8"] != nil
        case .fp4: compute.peakByPrecision["fp4"] != nil
        }
    }
}

extension TransformerStepModel {
    /// Share of the peak that the model's own arithmetic makes up (MFU).
    ///
    ///     FLOP of a step / (time · accelerators used · peak)
    /// - Parameters:
    ///   - layout: gives the batch and the accelerators.
    ///   - step: its time.
    ///   - counting: keys that a query is counted with.
    /// - Returns: a share, 0...1.
    public func modelUtilization(
        _ layout: TrainingLayout, step: Seconds, counting: AttentionCounting = .full
    ) -> Double {
        utilization(layout, step, of: job.modelFlop(counting: counting))
    }

    /// The same with what is computed a second time (HFU).
    public func hardwareUtilization(
        _ layout: TrainingLayout, step: Seconds, counting: AttentionCounting = .full
    ) -> Double {
        let recomputed = layout.recomputedWork(
            for: job.model, selective: job.conduct.selective)
        return utilization(
            layout, step, of: job.hardwareFlop(counting: counting, recomputed: recomputed))
    }

    /// Share of the peak that long products of weights sustain on the machine, its power limit counted.
    public var sustainedFraction: Double {
        rates.weights.peak * rates.weights.fraction / machine.peak(of: job.precision).value
    }

    private func utilization(_ layout: TrainingLayout, _ step: Seconds, of sequence: Flop) -> Double {
        let peak = machine.peak(of: job.precision).value
        return sequence.value * Double(layout.globalBatch) / (step.value * Double(layout.gpus) * peak)
    }
}
