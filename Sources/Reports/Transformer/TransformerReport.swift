import Quantities
import Search
import Strategy
import TransformerCost
import TransformerSearch

/// The answer to a question about a transformer, for people, scripts and tables.
public struct TransformerReport: Sendable {
    let answer: TransformerAnswer
    let version: String
    /// Prices what the report says beside the answer.
    let stepModel: TransformerStepModel
    /// The best layout's pipeline, played; nil without one.
    private let playedPipeline: Seconds?
    /// What was taken where the question did not say it.
    public let notes: [String]
    /// What becomes of a run besides its steps.
    let factors: RunFactors

    /// Makes a report.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - version: of the tool, for JSON.
    ///   - notes: what was assumed.
    ///   - factors: failures, spares and prices, none unless asked for.
    public init(
        _ answer: TransformerAnswer, version: String, notes: [String] = [],
        factors: RunFactors = RunFactors()
    ) {
        self.answer = answer
        self.version = version
        self.factors = factors
        let model = TransformerStepModel(job: answer.question.job, machine: answer.question.machine)
        stepModel = model
        playedPipeline = answer.best.flatMap { try? model.playedPipeline($0.layout) }
        self.notes =
            notes + Self.standingNotes + Self.tightNotes(answer) + Self.waitingNotes(answer, playedPipeline)
    }

    /// Says when the best layout nearly fills the memory, of which predictions miss some percent.
    private static func tightNotes(_ answer: TransformerAnswer) -> [String] {
        guard let best = answer.best else { return [] }
        let share = best.memory.total / answer.question.machine.memory.usable
        guard share > 0.95 else { return [] }
        return [
            "the best layout fills \(Readable.percent(share)) of the memory, and predictions of memory miss by 4 % on "
                + "average; --set hbm.usable_fraction=0.95 leaves room"
        ]
    }

    /// Says when the schedule, played pass by pass, takes longer than the formula that ranks layouts.
    private static func waitingNotes(_ answer: TransformerAnswer, _ played: Seconds?) -> [String] {
        guard let best = answer.best, let played else { return [] }
        let share = played / best.step.inPipeline - 1
        guard share > 0.02 else { return [] }
        return [
            "played pass by pass the pipeline takes \(Readable.percent(share)) longer than by the formula that ranks "
                + "layouts, because chunks of unequal length wait for one another; compare chunks that divide the "
                + "layers with --fix chunks"
        ]
    }

    /// The pipeline's time by simulation of every pass; nil without a pipeline.
    func simulatedPipeline(_ layout: PricedLayout) -> Seconds? {
        layout == answer.best ? playedPipeline : try? stepModel.playedPipeline(layout.layout)
    }

    /// What every prediction of a transformer's step leaves out.
    private static let standingNotes = [
        "time and memory are predictions; docs/transformer-accuracy.md has their errors against published runs"
    ]

    /// Accelerators given or found, spares among them.
    var gpusGiven: Int { answer.gpusGiven + factors.spares }

    // MARK: CSV

    /// Header and one line a layout.
    public var csv: String {
        let rows = answer.layouts.map(fields)
        guard let first = rows.first else { return CSVText.line(Self.columns) + "\n" }
        return ([CSVText.header(first)] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    private static let columns = [
        "model", "hardware", "precision", "gpus", "gpus_given", "step_seconds", "total_seconds", "mfu", "hfu",
        "memory_bytes", "capacity_bytes",
    ]

    /// One layout as a record.
    func fields(_ layout: PricedLayout) -> [Field] {
        let question = answer.question
        var fields = [
            Field("model", .text(question.job.model.name)), Field("hardware", .text(question.machine.name)),
            Field("precision", .text(question.job.precision.name)),
            Field("gpus", .integer(layout.layout.gpus)),
            Field("gpus_given", .integer(gpusGiven)),
            Field("step_seconds", .number(layout.step.total.value)),
            Field("total_seconds", answer.total(layout).map { .number($0.value) } ?? .missing),
            Field("mfu", .number(answer.modelUtilization(layout))),
            Field("hfu", .number(answer.hardwareUtilization(layout))),
            Field("memory_bytes", .number(layout.memory.total.value)),
            Field("capacity_bytes", .number(question.machine.memory.usable.value)),
        ]
        fields += layout.layout.fields
        fields += layout.step.fields
        fields += layout.memory.fields
        fields += goodputFields(layout) + priceFields(layout)
        return fields
    }
}

extension TrainingLayout {
    /// Degrees and the rest as a record, in the names of tables of steps.
    public var fields: [Field] {
        [
            Field("tp", .integer(tensor)),
            Field("sequence_parallel", .text(sequenceParallelism == .on ? "yes" : "no")),
            Field("cp", .integer(context)), Field("context_method", .text(contextMethod.rawValue)),
            Field("pp", .integer(pipeline)), Field("interleave", .integer(chunks)),
            Field("schedule", .text(schedule.rawValue)), Field("ep", .integer(expert)),
            Field("expert_tensor", .integer(expertTensor)), Field("dp", .integer(data)),
            Field("zero", .integer(sharding.stage.rawValue)), Field("microbatch", .integer(microbatch)),
            Field("microbatches", .integer(microbatches)), Field("global_batch", .integer(globalBatch)),
            Field("recompute", .text(recomputation.name)),
            Field("shard_group", sharding.group.map { .integer($0) } ?? .missing),
            Field("offload", .text(offload.name)),
            Field("layers_by_chunk", layersByChunkGiven),
        ]
    }
}

extension TrainingLayout {
    /// Layers of each chunk where they are not as even as it goes: `4/4/3`.
    private var layersByChunkGiven: Field.Value {
        guard case .given(let counts) = spread else { return .missing }
        return .text(counts.map(String.init).joined(separator: "/"))
    }
}

extension StepBreakdown {
    /// The parts as a record, seconds.
    public var fields: [Field] {
        Self.parts.map { Field("\($0.name)_seconds", .number(self[keyPath: $0.part].value)) }
    }
}

extension MemoryFootprint {
    /// The components as a record, bytes.
    public var fields: [Field] {
        Self.parts.map { Field("\($0.name)_bytes", .number(self[keyPath: $0.part].value)) }
    }
}
