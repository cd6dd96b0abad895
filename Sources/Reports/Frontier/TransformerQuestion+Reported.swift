import Evidence
import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

extension TransformerQuestion: ReportedQuestion {
    /// Machine and run.
    public var labels: [Field] {
        [
            Field("model", .text(job.model.name)), Field("hardware", .text(machine.name)),
            Field("precision", .text(job.precision.name)),
            Field("batch_law", batchLaw.map { .text($0.name) } ?? .missing),
        ]
    }

    /// Names of ``labels``.
    public static let labelColumns = ["model", "hardware", "precision", "batch_law"]

    /// Names of ``planFields(_:)``.
    public static var planColumns: [String] { planFields(nil).map(\.name) }

    /// The columns of a plan; without values for nil.
    public func planFields(_ plan: LayoutRun?) -> [Field] { Self.planFields(plan) }

    private static func planFields(_ plan: LayoutRun?) -> [Field] {
        func number(_ name: String, _ value: (LayoutRun) -> Double) -> Field {
            Field(name, plan.map { .number(value($0)) } ?? .missing)
        }
        func count(_ name: String, _ value: (LayoutRun) -> Int) -> Field {
            Field(name, plan.map { .integer(value($0)) } ?? .missing)
        }
        // The names do not depend on the layout: any layout, one rank's for instance, has them all.
        let priced =
            plan?.priced
            ?? PricedLayout(layout: TrainingLayout(), step: StepBreakdown(), memory: MemoryFootprint())
        let parts = priced.layout.fields + priced.step.fields + priced.memory.fields
        return [
            number("flop") { $0.flop }, number("months") { $0.total / Calendar.month },
            number("utilization") { $0.utilization }, count("gpus") { $0.gpus },
            count("gpus_given") { $0.gpusGiven }, number("utilization_of_used") { $0.utilizationOfUsed },
            Field("binding", plan.map { .text($0.binding) } ?? .missing),
            number("step_seconds") { $0.priced.step.total.value },
            number("total_seconds") { $0.total.value },
            number("tokens") { $0.tokens }, number("memory_bytes") { $0.priced.memory.total.value },
        ] + (plan == nil ? parts.map { Field($0.name, .missing) } : parts)
    }

    /// What the run buys where the shape is free, and the shape; without values for nil.
    public func effectFields(_ plan: LayoutRun?) -> [Field] {
        guard let family else { return [] }
        return plan.map { MemberRecord($0, in: family).fields }
            ?? MemberRecord.columns.map { Field($0, .missing) }
    }

    /// The space of plans.
    public var spaceFields: [Field] { [] }

    /// Columns of the decisions.
    public var layoutColumns: [(name: String, alignment: TextTable.Alignment)] {
        // A shape that was chosen comes first: it is what such a question asks.
        (family == nil ? [] : [("shape", .left)])
            + ["batch", "TP", "CP", "PP", "EP", "DP", "v", "mb"].map { ($0, .right) }
            + [("schedule", .left), ("sharding", .left), ("recompute", .left), ("longest part", .left)]
    }

    /// The decisions of a plan.
    public func layoutCells(_ plan: LayoutRun) -> [String] {
        let layout = plan.layout
        let counts = [
            layout.globalBatch, layout.tensor, layout.context, layout.pipeline, layout.expert, layout.data,
            layout.chunks, layout.microbatch,
        ]
        let words = Dictionary(
            layout.fields.map { ($0.name, $0.value.cell) }, uniquingKeysWith: { first, _ in first })
        return (family == nil ? [] : ["\(TransformerShape(plan.question.job.model))"])
            + counts.map(String.init) + ["schedule", "zero", "recompute"].map { words[$0] ?? "" }
            + [plan.bindingWords]
    }

    /// What the short headings mean.
    public var layoutLegend: String {
        "batch: sequences of a step; TP tensor, CP context, PP pipeline, EP expert, DP data parallelism; v chunks a "
            + "stage; mb sequences of a microbatch."
    }

    /// What is trained.
    public var subject: String {
        let model = family == nil ? job.model.name : "shapes of the family of \(job.model.name)"
        let batch =
            batchLaw.map { "batch law \($0.name)" } ?? "batches of \(Readable.count(globalBatch)) sequences"
        return ([model] + subjectDepartures + [batch]).joined(separator: ", ")
    }

    /// Which plans are legal, and what departs from the default.
    public var planWords: String {
        let software = limits.software
        let run = software.isAnything ? "every legal layout" : "every layout that \(software.label) runs"
        return ([run] + planDepartures).joined(separator: ", ")
    }

    /// Which plans are legal, and what counts as memory.
    public var spaceWords: String { "\(planWords), memory of the fullest rank" }

    /// Effective compute where the shape is free.
    public var computeKind: ComputeKind { family == nil ? .spent : .effective }

    /// The named proportions at any size.
    public var curveWords: String { "the curve of its family" }

    /// Why no latency wall was looked for.
    public var wallAbsence: String? {
        "not looked for where the \(family == nil ? "model is given" : "shape is free")"
    }

    /// Yes.
    public var isHeldAgainstSteps: Bool { true }

    /// Of the model that a plan is for.
    public func predictionBand(of plan: LayoutRun) -> PredictionBand? {
        plan.question.predictionBand(gpus: plan.gpus)
    }

    /// What a reader should know.
    public func notes(on plans: [LayoutRun]) -> [String] {
        plans.isEmpty
            ? []
            : [
                "note: time and memory are predictions; docs/transformer-accuracy.md has their errors against "
                    + "published runs"
            ]
    }
}
