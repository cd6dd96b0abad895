import Quantities
import Training
import TransformerModel

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
    private let model: TransformerStepModel

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
        model = TransformerStepModel(job: inputs.job, machine: inputs.machine, constants: constants)
        step = model.step(inputs.layout)
        memory = model.memory(inputs.layout)
        fits = model.fits(memory)
    }

    /// Share of the peak that the model's own arithmetic makes up.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: a share, 0...1.
    public func modelUtilization(_ counting: AttentionCounting) -> Double {
        model.modelUtilization(inputs.layout, step: step.total, counting: counting)
    }

    /// The same with what is computed a second time.
    public func hardwareUtilization(_ counting: AttentionCounting) -> Double {
        model.hardwareUtilization(inputs.layout, step: step.total, counting: counting)
    }
}
