import Quantities
import TransformerCost

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

    init(id: String, group: String, inputs: StepInputs, constants: StepConstants = .fitted) {
        self.id = id
        self.group = group
        self.inputs = inputs
        let model = TransformerStepModel(
            job: inputs.job, machine: inputs.machine, constants: constants)
        step = model.step(inputs.layout)
        memory = model.memory(inputs.layout)
        fits = memory.total <= inputs.machine.memory.usable
    }
}
