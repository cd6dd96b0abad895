import Files
import Training
import TransformerModel

/// What rows of a ``MeasuredTable`` that leave it empty have in common with a question.
public struct AskedSetup: Sendable {
    /// The machine of rows without `gpu`, and of those that name it.
    public let machine: Accelerator
    /// The software of rows without `framework`, and of those that name it; the one that is usual on the machine where
    /// the question is about any.
    public let software: TrainingSoftware
    /// The model of rows without `model`, and of those that name it.
    public let model: Transformer
    /// The precision of rows without `precision`.
    public let precision: TrainingPrecision
    /// The kernels of rows without `attention_kernel`.
    public let kernels: StatedKernels

    /// What a question says.
    /// - Parameter question: as it is asked, its software chosen.
    /// - Throws: `ScenarioError` where the catalogue's software cannot be read.
    public init(_ question: TransformerQuestion) throws(ScenarioError) {
        machine = question.machine
        var software = question.limits.software
        if software.isAnything { software = try SoftwareCatalogue.usual(on: question.machine) }
        software.conduct = question.job.conduct
        self.software = software
        model = question.job.model
        precision = question.job.precision
        kernels = question.job.kernels
    }

    /// The model that a row names: the question's, or one of the catalogue; nil for any other.
    func model(of row: StepRow) throws(RowError) -> Transformer? {
        guard let name = row.text("model"), name != model.name else { return model }
        guard let own = ModelCatalogue.ownName(of: name) else { return nil }
        if own == model.name { return model }
        do { return try ModelCatalogue.entry(own).model } catch { throw RowError("model: \(error)") }
    }

    /// The software that a row names; the question's where it names none.
    func software(of row: StepRow) throws(RowError) -> TrainingSoftware {
        guard let framework = row.text("framework"), framework != software.name else { return software }
        do {
            let known = try SoftwareCatalogue.software(framework: framework, release: row.text("release"))
            guard let known else {
                throw RowError(
                    "framework is '\(framework)', which is neither the question's nor in the catalogue; "
                        + "leave the cell empty for \(software.name)")
            }
            return known.name == software.name ? software : known
        } catch let error as RowError { throw error } catch { throw RowError("framework: \(error)") }
    }
}

extension StepRow {
    /// The columns that a model's shape is stated in.
    static let shape = [
        "layers", "d_model", "d_ff", "heads", "kv_heads", "head_size", "vocab", "experts", "top_k",
        "expert_d_ff", "shared_experts", "dense_layers",
    ]

    /// The shape of a model as a row states it.
    init(shapeOf model: Transformer) {
        var values = [
            "layers": model.layers, "d_model": model.width, "d_ff": model.feedForward.width,
            "heads": model.attention.form.heads, "vocab": model.vocabulary, "seq_len": model.sequenceLength,
        ]
        if case .grouped(let attention) = model.attention.form {
            values["kv_heads"] = attention.keyValueHeads
            values["head_size"] = attention.headSize
        }
        if let experts = model.experts {
            values["experts"] = experts.experts
            values["top_k"] = experts.topK
            values["expert_d_ff"] = experts.width
            values["shared_experts"] = experts.sharedExperts
            values["dense_layers"] = model.layers - model.expertLayerCount
        }
        let names = values.keys.sorted()
        self.init(
            cells: names.map { "\(values[$0] ?? 0)" },
            columns: Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }))
    }

    /// Whether what the row states of a shape is what another one states.
    func agrees(with other: StepRow) -> Bool {
        Self.shape.allSatisfy { name in
            guard let text = text(name) else { return true }
            return Double(text) == other.text(name).flatMap(Double.init) ?? 0
        }
    }
}
