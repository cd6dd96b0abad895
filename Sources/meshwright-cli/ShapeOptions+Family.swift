import Quantities
import Training
import TransformerModel

/// The shapes of a transformer's family.
extension ShapeOptions {
    /// Whether a transformer's shape is to be searched with its plan.
    var isFree: Bool { shape == "free" }

    /// Throws where these options say nothing of a transformer: without `--shape free` it has the shape it has.
    func familyProblem() throws {
        guard shape == nil || isFree else {
            throw InputError("--shape \(shape ?? ""): write free, or leave it out for the model as it is")
        }
        guard !isFree else { return }
        try OptionPresence.refuse(given, "needs --shape free with a transformer")
    }

    /// Makes the shape of a question free; says how its batch follows the compute.
    func free(
        _ question: inout TransformerQuestion, _ quantities: QuantityOptions?,
        _ inputs: TransformerInputs, _ notes: inout [String]
    ) throws {
        try OptionPresence.refuse(
            OptionPresence.names([
                ("--tokens", quantities?.tokens != nil), ("--training", inputs.transformer.isFineTuning),
            ]),
            "belongs to a model whose shape is given; leave it out with --shape free")
        question.family = try family(of: question.job.model)
        notes += inputs.batchNotes(question)
    }

    /// The family of a model, as the options have it.
    func family(of model: Transformer) throws -> TransformerFamily {
        var grid = FamilyGrid()
        if let depthRange { grid.depthRange = try range(depthRange) }
        for text in shapeGrid {
            let (axis, values) = try OptionText.pair("--shape-grid", text, example: "layers=64,80,96")
            let numbers = try values.split(separator: ",", omittingEmptySubsequences: false).map {
                try OptionText.number("--shape-grid \(axis)", String($0), in: NumberRange(0, 1e6))
            }
            do { try grid.set(axis, numbers) } catch { throw InputError("--shape-grid \(error)") }
        }
        let laws = try applied(to: WorkloadLaws())
        let loss: TransformerLoss? =
            self.loss == SparseLoss.abnar.name ? .sparse(.abnar) : try lossModel().map { .dense($0) }
        let penalty = try penalty()
        return try checkingInput {
            try TransformerFamily(
                model, grid: grid, loss: loss, penalty: penalty, tokensPerParameter: laws.tokensPerParameter,
                data: tokensPerParameter == nil ? .lossOptimal : .atLeastCurve, mostTokens: laws.mostTokens)
        }
    }
}
