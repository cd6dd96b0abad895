import Evidence
import Files
import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

/// The answer to a question about a transformer, for people, scripts and tables.
public struct TransformerReport: Sendable {
    let answer: TransformerAnswer
    let version: String
    /// Prices what the report says beside the answer.
    let stepModel: TransformerStepModel
    /// How far predictions like the answer's were off, widened to the errors of the rows it is anchored to; nil where no
    /// such step was published.
    let band: PredictionBand?
    /// The measured steps that machine and software were drawn to; nil where there are none.
    let anchor: AnchorReport?
    /// What was taken where the question did not say it.
    public let notes: [String]
    /// What becomes of a run besides its steps.
    let factors: RunFactors
    /// The answer to the same question about the named shape alone; nil where it was not asked.
    let named: TransformerAnswer?
    /// How the answer fares on machines known roughly; nil where that was not asked.
    public var uncertainty: Uncertainty<TransformerQuestion>?

    /// Makes a report.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - version: of the tool, for JSON.
    ///   - notes: what was assumed.
    ///   - factors: failures, spares and prices, none unless asked for.
    ///   - uncertainty: how it fares on machines known roughly; nil where that was not asked.
    ///   - anchor: what drew the question's machine and software to measured steps; nil where nothing did.
    ///   - named: of a free shape, the answer about the named one alone; nil where it was not asked.
    public init(
        _ answer: TransformerAnswer, version: String, notes: [String] = [],
        factors: RunFactors = RunFactors(), uncertainty: Uncertainty<TransformerQuestion>? = nil,
        anchor: AnchorReport? = nil, named: TransformerAnswer? = nil
    ) {
        self.anchor = anchor
        self.named = named
        self.uncertainty = uncertainty
        self.answer = answer
        self.version = version
        self.factors = factors
        let model = TransformerStepModel(job: answer.member.job, machine: answer.member.machine)
        stepModel = model
        let published = answer.best.flatMap { answer.member.predictionBand(gpus: $0.layout.gpus) }
        band = anchor.flatMap { anchor in published.map(anchor.widened) } ?? published
        self.notes =
            notes + Self.trainedNotes(answer) + Self.standingNotes + Self.mixerNotes(answer.member)
            + Self.formatNotes(answer.member) + Self.expertNotes(answer.member)
            + Self.headroomNotes(answer.member) + Self.tightNotes(answer) + Self.familyNotes(answer)
    }

    /// Says what is trained where that is not everything.
    private static func trainedNotes(_ answer: TransformerAnswer) -> [String] {
        let job = answer.question.job
        guard let rank = job.trained.rank else { return [] }
        return [
            "\(Readable.significant(job.adapterParameters)) weights are trained: adapters of rank \(rank) beside every matrix of "
                + "the layers but routers; FLOP and MFU leave out the gradients of frozen weights; of the five published "
                + "steps of such runs, predictions were 1 to 13 % too long"
        ]
    }

    /// Says of kinds of layers that nothing was fitted to what is known of their price.
    private static func mixerNotes(_ question: TransformerQuestion) -> [String] {
        let model = question.job.model
        var notes: [String] = []
        if let recurrence = model.recurrence, model.recurrentLayerCount > 0 {
            notes.append(
                "\(model.recurrentLayerCount) of \(model.layers) layers have \(recurrence.rule.title): their time and memory follow "
                    + "from published algorithms, and rates of similar products are assumed; the four published steps of a model "
                    + "with such layers (Nemotron 3 Nano) took 1.3 to 1.5 times their prediction")
        }
        if model.attention.indexer != nil {
            notes.append(
                "no measured step checks the price of attention to keys of an indexer's choice; the indexer's own loss is "
                    + "left out")
        }
        return notes
    }

    /// Says when the machine lacks the format of the products.
    private static func formatNotes(_ question: TransformerQuestion) -> [String] {
        let (machine, precision) = (question.machine, question.job.precision)
        guard !machine.hasFormat(of: precision) else { return [] }
        return [
            "\(machine.name) has no products in the format of \(precision.name): they are priced in the next wider one, "
                + "and no software runs that there"
        ]
    }

    /// Says how tokens are taken to reach their experts.
    private static func expertNotes(_ question: TransformerQuestion) -> [String] {
        guard question.job.model.hasExpertLayers else { return [] }
        let conduct = question.job.conduct
        let balance =
            conduct.expertBalance == 1
            ? "forced to be even, as in benchmarks"
            : "uneven, the busiest expert \(Readable.significant(conduct.expertBalance, digits: 3)) times the average"
        let format = conduct.dispatch == .half ? "16 bits" : "the format of the products"
        let overlap = conduct.expertOverlap == .present ? "beside other work" : "beside nothing"
        return [
            "assumed of the experts: routing \(balance); tokens sent by \(conduct.expertTransport.rawValue) in \(format), "
                + "\(overlap); --set expert_balance=natural, expert_transport=all-to-all, dispatch=as-products, "
                + "expert_overlap=no or graphs_on=hopper takes other ones"
        ]
    }

    /// Says what memory is left free.
    private static func headroomNotes(_ question: TransformerQuestion) -> [String] {
        let share = question.job.conduct.headroom
        guard share > 0, question.memoryLimit.value.isFinite else { return [] }
        return [
            "\(Readable.text(question.headroom)) of the memory are left free (\(Readable.percent(share)) of what a process can use); "
                + "--headroom takes another share"
        ]
    }

    /// Says when the best layout nearly fills the memory, of which predictions miss some percent.
    private static func tightNotes(_ answer: TransformerAnswer) -> [String] {
        guard let best = answer.best else { return [] }
        let share = best.memory.total / answer.member.machine.memory.usable
        guard share > 0.95 else { return [] }
        return [
            "the best layout fills \(Readable.percent(share)) of the memory, and predictions of memory miss by 4 % on "
                + "average; --headroom 5% leaves room"
        ]
    }

    /// Says what the choice of a shape rests on.
    private static func familyNotes(_ answer: TransformerAnswer) -> [String] {
        guard let family = answer.question.family else { return [] }
        return [
            "shapes compare by a loss fitted to far smaller models (\(family.loss.name)): "
                + "docs/free-shapes.md says what is extrapolated"
        ]
    }

    /// The shape that was chosen; nil where the model is given or there is no plan.
    var member: MemberRecord? {
        guard let family = answer.question.family, let run = answer.plans.first else { return nil }
        return MemberRecord(run, in: family)
    }

    /// The closed form of a pipeline's time, which the step's own is not below; nil without a pipeline.
    func pipelineFormula(_ layout: PricedLayout) -> Seconds? { stepModel.pipelineFormula(layout.layout) }

    /// What every prediction of a transformer's step leaves out.
    private static let standingNotes = [
        "time and memory are predictions; docs/transformer-accuracy.md has their errors against published runs"
    ]

    /// Accelerators given or found, spares among them.
    var gpusGiven: Int { answer.gpusGiven + factors.spares }

    /// Model FLOP over the peak of all accelerators given, idle ones and spares among them: of a step, or on the wall clock
    /// where the search counted that.
    func utilization(_ layout: PricedLayout) -> Double {
        answer.modelUtilization(layout) * (layout.step.total / answer.question.wallStep(layout))
            * (Double(layout.layout.gpus) / Double(max(gpusGiven, 1)))
    }

    /// Why the answer cannot be given: a number of it that is no finite one, in a sentence; nil where all are.
    public var refusal: String? {
        for layout in answer.layouts {
            if let goodput = factors.goodput(layout), !(goodput.useful > 0) {
                return
                    "with a failure of the run every \(Readable.time(goodput.meanTime)) no work is ever kept: "
                    + "the run has no end; give a longer --mtbf, or a shorter --restart-time or "
                    + "--checkpoint-interval"
            }
            for field in fields(layout) {
                // Memory may be stated to be without end.
                guard case .number(let value) = field.value, !value.isFinite, field.name != "capacity_bytes"
                else { continue }
                return "the answer's \(field.name) comes out as \(value), which is no finite number; "
                    + "look for a rate, a time or a price that is out of any range"
            }
        }
        return nil
    }

    // MARK: CSV

    /// Header and one line a layout, or a candidate where numbers are known roughly.
    public var csv: String {
        if let uncertainty { return UncertaintyReport(uncertainty).csv }
        // The names do not depend on the layout: any layout, one rank's for instance, has them all.
        let names = fields(
            PricedLayout(layout: TrainingLayout(), step: StepBreakdown(), memory: MemoryFootprint()))
        let rows = answer.layouts.map(fields)
        return ([CSVText.header(names)] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    /// One layout as a record.
    func fields(_ layout: PricedLayout) -> [Field] {
        let question = answer.member
        var fields = [
            Field("model", .text(question.job.model.name)), Field("hardware", .text(question.machine.name)),
            Field("software", .text(question.limits.software.label)),
            Field("precision", .text(question.job.precision.name)),
            Field("optimizer", .text(question.job.optimizer.rawValue)),
            Field("gpus", .integer(layout.layout.gpus)),
            Field("gpus_given", .integer(gpusGiven)),
            Field("step_seconds", .number(layout.step.total.value)),
            Field("total_seconds", answer.total(layout).map { .number($0.value) } ?? .missing),
            Field("utilization", .number(utilization(layout))),
            Field("mfu", .number(answer.modelUtilization(layout))),
            Field("mfu_causal", .number(answer.modelUtilization(layout, counting: .causal))),
            Field("hfu", .number(answer.hardwareUtilization(layout))),
            Field("memory_bytes", .number(layout.memory.total.value)),
            Field("capacity_bytes", .number(question.memoryLimit.value)),
            Field("headroom_bytes", .number(question.headroom.value)),
            Field("band_rows", band.map { .integer($0.rows) } ?? .missing),
            Field(
                "band_low_seconds", band.map { .number(layout.step.total.value * $0.low) } ?? .missing),
            Field(
                "band_high_seconds", band.map { .number(layout.step.total.value * $0.high) } ?? .missing),
        ]
        fields += layout.layout.fields
        fields += layout.step.fields
        fields += layout.memory.fields
        fields += [
            Field(
                "pipeline_formula_seconds",
                .number((pipelineFormula(layout) ?? layout.step.inPipeline).value)),
            Field(
                "pipeline_simulated_seconds",
                layout.layout.pipeline > 1 ? .number(layout.step.inPipeline.value) : .missing),
        ]
        fields += goodputFields(layout) + priceFields(layout)
        if answer.question.family != nil {
            fields += member?.fields ?? MemberRecord.columns.map { Field($0, .missing) }
        }
        if let anchor { fields += AnchorSection(anchor).fields }
        return fields
    }
}

extension TrainingLayout {
    /// Degrees and the rest as a record, in the names of tables of steps.
    public var fields: [Field] {
        LayoutField.all.flatMap { field -> [Field] in
            let value: Field.Value =
                switch field.value(in: self) {
                case .count(let count): .integer(count)
                case .word(let word): .text(word)
                case .absent: .missing
                }
            let own = Field(field.name, value)
            return field.name == "microbatch" ? [own, Field("microbatches", .integer(microbatches))] : [own]
        }
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
