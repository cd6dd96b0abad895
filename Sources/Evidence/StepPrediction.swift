import Quantities
import TransformerCost
import Workload

/// A row with its prediction.
public struct StepPrediction: Sendable {
    /// The row's name, or its number in the table.
    public let id: String
    /// The group it belongs to.
    public let group: String
    /// What the prediction was made from.
    public let inputs: StepInputs
    /// Time by part.
    public let step: StepBreakdown
    /// Memory by component.
    public let memory: MemoryFootprint
    /// Whether the memory suffices.
    public let fits: Bool

    /// Predicts time and memory.
    /// - Parameters:
    ///   - id: the row's name.
    ///   - group: empty where there is none.
    ///   - inputs: what a row stands for.
    ///   - constants: of the step model.
    public init(id: String, group: String, inputs: StepInputs, constants: StepConstants = .fitted) {
        self.id = id
        self.group = group
        self.inputs = inputs
        let model = TransformerStepModel(
            job: inputs.job, machine: inputs.machine, constants: constants)
        step = model.step(inputs.layout)
        memory = model.memory(inputs.layout)
        fits = model.fits(memory)
    }

    /// Share of the dense peak of the precision that the model's own arithmetic makes up.
    ///
    /// FLOP of the model over time, accelerators and the dense peak at the precision of its products.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: a share, 0...1.
    public func modelUtilization(_ counting: AttentionCounting) -> Double {
        utilization(of: inputs.job.model.modelFlop(counting: counting))
    }

    /// The same with what is computed a second time.
    public func hardwareUtilization(_ counting: AttentionCounting) -> Double {
        let model = inputs.job.model
        return utilization(
            of: model.hardwareFlop(
                counting: counting, recomputed: inputs.layout.recomputedWork(for: model)))
    }

    private func utilization(of sequence: Flop) -> Double {
        let flop = sequence.value * Double(inputs.layout.globalBatch)
        return flop / (step.total.value * Double(inputs.layout.gpus) * peak)
    }

    private var peak: Double {
        let compute = inputs.machine.compute
        func named(_ name: String) -> Double? { compute.peakByPrecision[name]?.value }
        let half = compute.peak.value
        return switch inputs.job.precision.matrix {
        case .bf16, .fp16: half
        case .fp32: named("fp32") ?? half / 2
        case .fp8: named("fp8") ?? half
        case .fp4: named("fp4") ?? named("fp8") ?? half
        }
    }
}
