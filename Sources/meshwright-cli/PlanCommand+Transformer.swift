import Quantities
import Reports
import Scenario
import Search
import TransformerSearch
import Workload

/// Questions about a transformer.
extension PlanCommand {
    /// Whether `--model` names a transformer.
    var isTransformer: Bool { workload.model != "data-movement" }

    func runTransformer() throws {
        try rejectOtherOptions()
        var notes: [String] = []
        var runFactors = RunFactors(reliability: try factors.reliability())
        if prices.firstGiven != nil { runFactors.prices = try prices.prices(for: try hardware.machine()) }
        let question = try transformerQuestion(spares: runFactors.reliability?.spares ?? 0, &notes)
        let planner = try checkingInput { try TransformerPlanner(question) }
        let progress = Progress("searching layouts")
        let answer = planner.answer()
        progress.finish()
        let report = TransformerReport(
            answer, version: MeshwrightCommand.version, notes: notes, factors: runFactors)
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv { answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") } }
        if answer.best == nil { throw Stop(status: .infeasible) }
    }

    private func transformerQuestion(spares: Int, _ notes: inout [String]) throws -> TransformerQuestion {
        var overrides: [String] = []
        if let length = workload.sequenceLength {
            overrides.append(
                "sequence_length=\(try WorkloadOptions.count("--sequence-length", length))")
        }
        let model = try checkingInput {
            try ModelLookup.entry(workload.model, overrides: overrides).model
        }
        let batch: Int
        if let text = workload.batch {
            batch = try WorkloadOptions.count("--batch", text)
        } else if let known = model.defaultGlobalBatch {
            batch = known
            notes.append("batch of \(known) sequences, the model's own; --batch takes another")
        } else {
            throw InputError(
                "--batch is missing: \(model.name) has no batch of its own; give sequences a step")
        }
        var question = TransformerQuestion(
            job: try transformer.job(model), machine: try hardware.machine(),
            given: try transformerGiven(spares: spares),
            globalBatch: batch)
        if question.machine.calibration == nil {
            notes.append(
                "\(question.machine.name) has no calibration: shares of its datasheet are assumed, "
                    + "see docs/transformer-accuracy.md")
        }
        question.limits = try transformer.limits()
        question.wanted = try WorkloadOptions.count("--top", top)
        question.timeLimit = try search.limit()
        return question
    }

    /// What is given, accelerators less the spares.
    private func transformerGiven(spares: Int) throws -> TransformerGiven {
        let time = try QuantityOptions.time(months: quantities.months, days: quantities.days)
        let gpus = try quantities.gpus.map { text in
            let gpus = try WorkloadOptions.count("--gpus", text)
            guard gpus > spares else {
                throw InputError("--spares \(spares): fewer than the --gpus \(gpus) are possible")
            }
            return gpus - spares
        }
        let flop = try quantities.flop.map { try QuantityOptions.flop("--flop", $0) }
        switch (gpus, flop, time) {
        case (let gpus?, nil, nil): return .gpus(gpus)
        case (let gpus?, let flop?, nil): return .gpusAndFlop(gpus: gpus, flop: flop)
        case (nil, let flop?, let time?): return .flopAndTime(flop: flop, time: time)
        case (let gpus?, nil, let time?): return .gpusAndTime(gpus: gpus, time: time)
        case (_?, _?, _?):
            throw InputError("--gpus, --flop and a time are all given; leave out the one you ask for")
        default: throw InputError("give --gpus, or two of --gpus, --flop and --months (or --days)")
        }
    }

    /// Options that mean nothing for a transformer are errors, not ignored.
    private func rejectOtherOptions() throws {
        var given: [String] = []
        if workload.sparse { given.append("--sparse") }
        if workload.batchLaw != nil { given.append("--batch-law") }
        if workload.width != nil { given.append("--width") }
        if workload.depth != nil { given.append("--depth") }
        if workload.wholeSequences { given.append("--whole-sequences") }
        if search.space != "full" { given.append("--space") }
        if search.accounting != "published" { given.append("--accounting") }
        if search.recompute != "none" { given.append("--recompute (use --fix recompute=…)") }
        if search.overlap != "tensor,pipeline" { given.append("--overlap") }
        if objective != nil { given.append("--objective") }
        if output != nil { given.append("--output") }
        if store.store != nil { given.append("--store") }
        if !uncertainty.uncertain.isEmpty { given.append("--uncertain") }
        if shaping.shape != "law" { given.append("--shape") }
        if shaping.depthRange != nil { given.append("--depth-range") }
        if shaping.tokensPerParameter != nil { given.append("--tokens-per-parameter") }
        if shaping.maxTokens != nil { given.append("--max-tokens") }
        if shaping.loss != nil { given.append("--loss") }
        if shaping.shapePenalty != nil { given.append("--shape-penalty") }
        if let first = given.first {
            throw InputError(
                "\(first) belongs to the data-movement model; leave it out with --model \(workload.model)")
        }
        let engine = try search.chosenEngine()
        guard engine == .auto || engine == .enumerate else {
            throw InputError(
                "--engine \(search.engine): layouts of a transformer are searched by enumerate alone")
        }
    }
}
