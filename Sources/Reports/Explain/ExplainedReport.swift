import Evidence
import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

/// The report on an answer, as far as an explanation repeats it.
public protocol AnswerReport: Sendable {
    /// Inputs and answer.
    var json: JSONValue { get }
    /// The answer in one line; nil without a plan.
    var headline: String? { get }
    /// What a reader should know.
    var notes: [String] { get }
}

/// A question whose explanation can be shown.
public protocol ReportedExplanation: ReportedQuestion, ExplainedQuestion {
    /// The report on its answer.
    associatedtype Report: AnswerReport

    /// Reports an answer.
    /// - Parameters:
    ///   - answer: to this question.
    ///   - version: of the tool.
    ///   - notes: what was assumed.
    ///   - anchor: what drew the machine to measured steps; nil where nothing did.
    /// - Returns: the report.
    func report(_ answer: Answer, version: String, notes: [String], anchor: AnchorReport?) -> Report
    /// The decisions of a plan in one line.
    func decisionLine(_ plan: Priced) -> String
    /// What a plan comes to beside its time, in one line.
    func figuresLine(_ plan: Priced) -> String
    /// What the best plan is short of, the runner-up with it.
    func bindingLine(_ best: Priced, removals: [TermRemoval]) -> String
}

extension PlanReport: AnswerReport {
    /// None that an explanation repeats.
    public var notes: [String] { [] }
}

extension TransformerReport: AnswerReport {
    /// The answer in one line.
    public var headline: String? { answer.best.map(headline) }
}

extension PlanningQuestion: ReportedExplanation {
    /// Reports an answer.
    public func report(
        _ answer: PlanningAnswer, version: String, notes: [String], anchor: AnchorReport?
    ) -> PlanReport {
        PlanReport(answer, version: version)
    }

    /// Degrees and their factors by level.
    public func decisionLine(_ plan: PricedPlan) -> String {
        (plan.degreeFields + plan.placementFields).map { "\($0.name)=\($0.value.cell)" }
            .joined(separator: " ")
    }

    /// Accelerators, time, utilization and what binds.
    public func figuresLine(_ plan: PricedPlan) -> String {
        "\(plan.accelerators) \(machine.unit)s, \(Readable.time(plan.total)), "
            + "\(Readable.percent(plan.utilization)) utilization, binds: \(plan.bindingWords)"
    }

    /// The term whose removal saves most, or memory.
    public func bindingLine(_ best: PricedPlan, removals: [TermRemoval]) -> String {
        let useful = removals.first { $0.saving > 1e-9 && $0.term != best.binding }
        return "binds: \(best.bindingWords)"
            + (useful.map { "; runner-up: \(BindingName.words($0.term))" }
                ?? "; no other term alone saves any time")
    }
}

extension TransformerQuestion: ReportedExplanation {
    /// Reports an answer.
    public func report(
        _ answer: TransformerAnswer, version: String, notes: [String], anchor: AnchorReport?
    ) -> TransformerReport {
        TransformerReport(answer, version: version, notes: notes, anchor: anchor)
    }

    /// All decisions that are taken.
    public func decisionLine(_ plan: LayoutRun) -> String {
        plan.layout.fields.filter { $0.value != .missing }.map { "\($0.name)=\($0.value.cell)" }
            .joined(separator: " ")
    }

    /// Accelerators, time, utilization and memory.
    public func figuresLine(_ plan: LayoutRun) -> String {
        "\(plan.accelerators) \(machine.unit)s, \(Readable.time(plan.total)), "
            + "\(Readable.percent(plan.utilizationOfUsed)) MFU, memory \(Readable.text(plan.priced.memory.total))"
    }

    /// The two longest parts of the step, and how full the memory is.
    public func bindingLine(_ best: LayoutRun, removals: [TermRemoval]) -> String {
        let ranked = best.costs.sorted { $0.seconds > $1.seconds }.prefix(2).map(\.words)
        let share = best.priced.memory.total / machine.memory.usable
        return "binds: \(ranked.joined(separator: "; runner-up: ")); memory \(Readable.percent(share)) full"
    }
}
