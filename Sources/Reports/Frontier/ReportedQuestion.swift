import Evidence
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A question whose sweeps can be shown: as text, tables, figures and pages.
public protocol ReportedQuestion: SweepQuestion {
    /// All inputs.
    var json: JSONValue { get }
    /// The columns before those of a plan: machine and run.
    var labels: [Field] { get }
    /// The columns of a plan; of nil the same columns without values.
    func planFields(_ plan: Priced?) -> [Field]
    /// Columns of what a run buys; of nil the same columns without values.
    func effectFields(_ plan: Priced?) -> [Field]
    /// The columns at the end of a row: the space of plans.
    var spaceFields: [Field] { get }
    /// Columns of the decisions for people, as ``layoutCells(_:)`` has them.
    var layoutColumns: [(name: String, alignment: TextTable.Alignment)] { get }
    /// The decisions of a plan for people.
    func layoutCells(_ plan: Priced) -> [String]
    /// What the short headings of ``layoutColumns`` mean.
    var layoutLegend: String { get }
    /// What is trained, in a few words.
    var subject: String { get }
    /// Which plans are legal, in a few words.
    var planWords: String { get }
    /// The same with what counts as memory.
    var spaceWords: String { get }
    /// Which compute the places of a sweep count.
    var computeKind: ComputeKind { get }
    /// What effective compute is measured along.
    var curveWords: String { get }
    /// Why no latency wall was looked for; nil where one was.
    var wallAbsence: String? { get }
    /// What a reader should know of plans.
    func notes(on plans: [Priced]) -> [String]
    /// Whether predictions of this cost model were held against published steps.
    var isHeldAgainstSteps: Bool { get }
    /// How far predictions of steps like that of a plan were off; nil where none was published.
    func predictionBand(of plan: Priced) -> PredictionBand?
}

extension ReportedQuestion {
    /// What ``SweepQuestion/utilization(of:)`` is called.
    var utilizationWords: String {
        computeKind == .effective ? "effective utilization" : "utilization"
    }
}

extension PricedRun {
    /// The accelerators that are or must be given, and those used where they are fewer.
    public var accelerators: String {
        let given = Readable.count(gpusGiven)
        return gpus < gpusGiven ? "\(given) (\(Readable.count(gpus)) used)" : given
    }

    /// ``PricedRun/binding`` for people.
    var bindingWords: String { BindingName.words(binding) }
}

extension PlanningQuestion: ReportedQuestion {
    /// Machine and run.
    public var labels: [Field] { RunLabels(self).fields }

    /// The columns of a plan; without values for nil.
    public func planFields(_ plan: PricedPlan?) -> [Field] {
        plan?.frontierFields ?? RunLabels.planColumns.map { Field($0, .missing) }
    }

    /// What the run buys; without values for nil.
    public func effectFields(_ plan: PricedPlan?) -> [Field] {
        plan.map { EffectRecord($0, question: self).fields }
            ?? EffectRecord.columns.map { Field($0, .missing) }
    }

    /// The space of plans.
    public var spaceFields: [Field] { RunLabels(self).spaceFields }

    /// Columns of the decisions.
    public var layoutColumns: [(name: String, alignment: TextTable.Alignment)] {
        let own: [(name: String, alignment: TextTable.Alignment)] =
            shape == .law
            ? [] : [("d_model", .right), ("d_ff", .right), ("layers", .right)]
        return PlanTable.layout + own
    }

    /// The decisions of a plan.
    public func layoutCells(_ plan: PricedPlan) -> [String] {
        guard self.shape != .law else { return PlanTable.layoutCells(plan) }
        let shape = plan.run.shape
        return PlanTable.layoutCells(plan) + [
            "\(shape.width)", "\(shape.feedForwardWidth)", "\(shape.layers)",
        ]
    }

    /// What the short headings mean.
    public var layoutLegend: String { PlanTable.legendWords }

    /// What is trained.
    public var subject: String {
        let models = "\(laws.sparsity == .dense ? "dense" : "sparse") models"
        return ([models] + subjectDepartures + ["batch law \(laws.batch.name)"]).joined(separator: ", ")
    }

    /// Which plans are legal, and what departs from the default.
    public var planWords: String {
        let accounting =
            settings.accounting == preset.accounting ? [] : ["\(settings.accounting.rawValue) accounting"]
        return spaceWords(accounting)
    }

    /// Effective compute where the shape is free.
    public var computeKind: ComputeKind { shape == .law ? .spent : .effective }

    /// The shape of the laws.
    public var curveWords: String { "its laws' own shape" }

    /// Why no latency wall was looked for.
    public var wallAbsence: String? { shape == .law ? nil : "not looked for where the shape is free" }

    /// What a reader should know.
    public func notes(on plans: [PricedPlan]) -> [String] {
        let ratios = plans.map { $0.run.tokens / $0.run.shape.parameters }
            .filter { DataRange.isShort(tokensPerParameter: $0) }
        guard let least = ratios.min() else { return [] }
        return ["note: \(ratios.count) of these points train down to \(DataRange.warning(least))"]
    }

    /// No: it says what could be done.
    public var isHeldAgainstSteps: Bool { false }

    /// None.
    public func predictionBand(of plan: PricedPlan) -> PredictionBand? { nil }
}
