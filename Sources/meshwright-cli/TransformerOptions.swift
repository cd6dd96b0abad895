import ArgumentParser
import Files
import ScalingModel
import Training
import TransformerModel

/// What questions about a transformer take besides those of every model.
struct TransformerOptions: ParsableArguments {
    @Option(name: .long, help: "Precision of a transformer's training: bf16, fp16, fp8, mxfp8, nvfp4, ….")
    var precision: String?

    @Option(
        name: .long,
        help: "Optimizer of a transformer: adam, adam-bf16, adam-8bit, lion or muon. (default: adam)")
    var optimizer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What a transformer's run is: pretrain, sft (all weights, your tokens) or lora=RANK (adapters, the model frozen). (default: pretrain)"
        ))
    var training: String?

    @Option(
        name: .long,
        help: "Attention of a transformer: unfused, fused, flash1 or flash2, with +rmsnorm for norm kernels.")
    var attentionKernel: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Training software that must run the plans of a transformer: a catalogue name, a file, or any; plan compares several, joined by commas. (default: megatron-core on GPUs)"
        ))
    var software: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory that a transformer's plans leave free on each accelerator, as a share of what a process can use: 0.1 or 10%. (default: the software's)",
            valueName: "share"))
    var headroom: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Allow only given values of a decision, e.g. tensor=8, tensor<=8 or zero_bubble=no, and of a "
                + "transformer tensor=4,8 or zero=0,1; repeatable.",
            valueName: "decision=values"))
    var fix: [String] = []

    /// Throws if any of them is given without a transformer.
    func checkUnused() throws {
        guard precision == nil, optimizer == nil, attentionKernel == nil, software == nil, headroom == nil,
            training == nil
        else {
            throw InputError(
                "--precision, --optimizer, --training, --attention-kernel, --software and --headroom need --model and a transformer"
            )
        }
    }

    func job(_ model: Transformer) throws -> TrainingJob {
        var job = TrainingJob(model: model)
        if let precision {
            do { job.precision = try TrainingPrecision(named: precision) } catch {
                throw InputError("--precision: \(error)")
            }
        }
        if let optimizer { job.optimizer = try OptionText.choice("--optimizer", optimizer) }
        job.trained = try trained()
        if let attentionKernel {
            guard let kernels = StatedKernels(named: attentionKernel) else {
                throw InputError(
                    "--attention-kernel \(attentionKernel): write \(StatedKernels.accepted)"
                        + Suggestion.phrase(
                            for: attentionKernel, among: AttentionKernel.allCases.map(\.rawValue)))
            }
            job.kernels = kernels
        }
        return job
    }

    /// Whether a model that exists is trained further, for which no law gives a batch.
    var isFineTuning: Bool { training != nil && training != "pretrain" }

    private func trained() throws -> TrainedWeights {
        switch training {
        case nil, "pretrain", "sft": return .all
        case let text?:
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] == "lora" else {
                throw InputError(
                    "--training \(text): write pretrain, sft, or lora=RANK such as lora=16"
                        + Suggestion.phrase(for: text, among: ["pretrain", "sft", "lora=16"]))
            }
            return .adapters(
                rank: try OptionText.count("--training lora", parts[1], in: 1...TrainedWeights.mostRank))
        }
    }

    /// What `--fix` leaves of the plans of the data-movement model.
    func planLimits() throws -> PlanLimits {
        do { return try PlanLimits(reading: fix) } catch { throw InputError("--fix: \(error)") }
    }

    /// The software that is named; plan compares where there are several.
    var softwareNames: [String] {
        software?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    }

    /// The same options with one software, or none.
    func naming(_ software: String?) -> TransformerOptions {
        var options = self
        options.software = software
        return options
    }

    /// A question with what `--fix` leaves, for the software that is named or usual on its machine.
    func limited(
        _ question: TransformerQuestion, setting overrides: [String] = []
    ) throws -> TransformerQuestion {
        let names = softwareNames
        guard names.count < 2 else {
            throw InputError("--software \(names.joined(separator: ",")): name one; plan compares several")
        }
        let decisions = try fix.map { text in
            let (name, values) = try OptionText.pair("--fix", text, example: "tensor=4,8")
            return (name: name, values: values.split(separator: ",").map(String.init))
        }
        let chosen = try checkingInput {
            let software = try SoftwareCatalogue.software(names.first, on: question.machine)
            return try SoftwareFile.setting(overrides, in: software)
        }
        var question = question
        do {
            question.limits = try LayoutLimits(fixing: decisions)
            question = try question.run(by: chosen)
        } catch {
            throw InputError("--fix: \(error)")
        }
        question.limits = question.job.suiting(question.limits)
        if let headroom {
            let share = try OptionText.share("--headroom", headroom)
            guard (0...0.9).contains(share) else {
                throw InputError("--headroom \(headroom): a share of 0 to 0.9 is accepted")
            }
            question.job.conduct.headroom = share
        }
        return question
    }
}
