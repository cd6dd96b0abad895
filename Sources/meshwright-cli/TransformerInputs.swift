import Files
import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// A question about a transformer as the options of a command put it.
struct TransformerInputs {
    let hardware: HardwareOptions
    let workload: WorkloadOptions
    let transformer: TransformerOptions
    /// How it is searched; nil where nothing is.
    let search: SearchOptions?

    /// The question; what it does not say is added to the notes.
    func question(
        _ quantities: QuantityOptions, spares: Int = 0, law: BatchLaw? = nil, _ notes: inout [String]
    ) throws -> TransformerQuestion {
        let (question, batch) = try choice(quantities, spares: spares, law: law, &notes)
        try refuseRange(batch)
        return question
    }

    /// Throws where a batch and a law for it are given.
    func checkBatch() throws {
        guard workload.batch != nil, workload.batchLaw != nil else { return }
        throw InputError("--batch and --batch-law contradict each other; keep one")
    }

    /// Says how the batch follows the compute; nothing where it is given.
    func batchNotes(_ question: TransformerQuestion) -> [String] {
        guard let law = question.batchLaw else { return [] }
        return [
            "the batch follows the law \(law.name), rounded, as of a dense model; --batch takes a number of "
                + "sequences"
        ]
    }

    /// The question with the batches that it leaves to choose from; what it does not say is added to the notes.
    ///
    /// The batch follows a law where one is given and the options give no number.
    func choice(
        _ quantities: QuantityOptions, spares: Int = 0, law: BatchLaw? = nil, _ notes: inout [String]
    ) throws -> (question: TransformerQuestion, batch: TransformerBatch) {
        try checkBatch()
        let model = try model(&notes)
        let given = try given(quantities, spares: spares, of: model)
        return try choice(of: model, given: given, flop: given.flop, law: law, &notes)
    }

    /// The question with what is given; what else it does not say is added to the notes.
    ///
    /// The batch follows a law where one is given and the options give no number.
    func question(
        given: TransformerGiven, flop: Double? = nil, law: BatchLaw? = nil, _ notes: inout [String]
    ) throws -> TransformerQuestion {
        let (question, batch) = try choice(
            of: try model(&notes), given: given, flop: flop ?? given.flop, law: law, &notes)
        try refuseRange(batch)
        return question
    }

    /// Refuses a range where a question has one batch.
    func refuseRange(_ batch: TransformerBatch) throws {
        guard !batch.isRange else {
            throw InputError(
                "--batch \(workload.batch ?? ""): plan chooses from a range; write one number here")
        }
    }

    /// The model that is named.
    private func model(_ notes: inout [String]) throws -> Transformer {
        var overrides: [String] = []
        if let length = workload.sequenceLength {
            overrides.append("sequence_length=\(try WorkloadOptions.count("--sequence-length", length))")
        }
        let entry = try checkingInput { try ModelLookup.entry(workload.model, overrides: overrides) }
        notes += entry.warnings
        return entry.model
    }

    /// The batches that are given, the model's own, or that of a law.
    private func batch(of model: Transformer, flop: Double?) throws -> TransformerBatch {
        if let text = workload.batch {
            return try TransformerBatch(reading: text, sequenceLength: model.sequenceLength)
        }
        try refuseLawOfFineTuning()
        if workload.batchLaw != nil {
            return TransformerBatch(by: try workload.law(), for: model, flop: flop)
        }
        guard let known = model.defaultGlobalBatch else {
            return TransformerBatch(
                by: .standard, ", as \(model.name) has none of its own", for: model, flop: flop)
        }
        var batch = TransformerBatch(known)
        batch.notes = ["batch of \(known) sequences, the model's own; --batch takes another"]
        return batch
    }

    /// Refuses a law where there is none to follow.
    private func refuseLawOfFineTuning() throws {
        guard transformer.isFineTuning else { return }
        throw InputError(
            "\(workload.batchLaw.map { "--batch-law \($0)" } ?? "--batch is missing"): no law gives the batch of "
                + "fine-tuning; give sequences a step, such as --batch 128")
    }

    private func choice(
        of model: Transformer, given: TransformerGiven, flop: Double?, law: BatchLaw?,
        _ notes: inout [String]
    ) throws -> (question: TransformerQuestion, batch: TransformerBatch) {
        try checkBatch()
        let follows = law != nil && workload.batch == nil
        if follows { try refuseLawOfFineTuning() }
        let batch = follows ? TransformerBatch(1) : try batch(of: model, flop: flop)
        notes += batch.notes
        var question = TransformerQuestion(
            job: try transformer.job(model), machine: try hardware.machineBesideSoftware(),
            given: given, globalBatch: batch.range.upperBound)
        if question.machine.calibration == nil {
            notes.append(
                "\(question.machine.name) has no calibration: shares of its datasheet are assumed, "
                    + "see docs/transformer-accuracy.md")
        }
        question = try transformer.limited(question, setting: hardware.setOfSoftware)
        if let search {
            question.engine = try search.chosenEngine()
            question.timeLimit = try search.limit()
        }
        if follows { question.batchLaw = law }
        return (question, batch)
    }

    /// What is given, accelerators less the spares.
    private func given(
        _ quantities: QuantityOptions, spares: Int, of model: Transformer
    ) throws -> TransformerGiven {
        let time = try QuantityOptions.time(months: quantities.months, days: quantities.days)
        let gpus = try quantities.gpus.map { text in
            let gpus = try WorkloadOptions.count("--gpus", text)
            guard gpus > spares else {
                throw InputError("--spares \(spares): fewer than the --gpus \(gpus) are possible")
            }
            return gpus - spares
        }
        let flop = try quantities.flop(of: try transformer.job(model))
        switch (gpus, flop, time) {
        case (let gpus?, nil, nil): return .gpus(gpus)
        case (let gpus?, let flop?, nil): return .gpusAndFlop(gpus: gpus, flop: flop)
        case (nil, let flop?, let time?): return .flopAndTime(flop: flop, time: time)
        case (let gpus?, nil, let time?): return .gpusAndTime(gpus: gpus, time: time)
        case (_?, _?, _?):
            throw InputError(
                "--gpus, --flop (or --tokens) and a time are all given; leave out the one you ask for")
        default:
            throw InputError("give --gpus, or two of --gpus, --flop (or --tokens) and --months (or --days)")
        }
    }

    /// Options of the data-movement model that mean nothing here; errors, not ignored.
    var otherOptions: [String] {
        (workload.givenOfLaws + (search?.givenOfLaws ?? [])).map {
            $0 == "--recompute" ? "--recompute (use --fix recompute=…)" : $0
        }
    }

    /// Throws for the first of options that belong to the data-movement model.
    func reject(_ given: [String]) throws {
        guard let first = (otherOptions + given).first else { return }
        throw InputError(
            "\(first) belongs to the data-movement model; leave it out with --model \(workload.model)")
    }
}
