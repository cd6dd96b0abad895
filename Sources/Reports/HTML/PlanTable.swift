import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// Plans side by side, a row each.
enum PlanTable {
    /// The columns after the first ones, which tell the plans apart.
    /// - Parameter accelerators: the heading over their number.
    /// - Returns: one column for each of ``cells(_:)``.
    static func columns(_ accelerators: String) -> [PageParts.Column] {
        ["time", accelerators, "utilization"].map { PageParts.Column(name: $0, alignment: .right) }
            + layout.map {
                PageParts.Column(name: $0.name, alignment: $0.alignment)
            }
    }

    /// The columns of plans of a sweep, after the first ones.
    static func columns(of question: some ReportedQuestion) -> [PageParts.Column] {
        ["time", "\(question.machine.unit)s", "utilization"].map {
            PageParts.Column(name: $0, alignment: .right)
        } + question.layoutColumns.map { PageParts.Column(name: $0.name, alignment: $0.alignment) }
    }

    /// The cells of a plan of a sweep.
    static func cells<Question: ReportedQuestion>(
        _ plan: Question.Priced, of question: Question
    ) -> [String] {
        [Readable.time(plan.total), plan.accelerators, Readable.percent(plan.utilization)]
            + question.layoutCells(plan)
    }

    /// The columns of the decisions.
    static let layout: [(name: String, alignment: TextTable.Alignment)] =
        ["TPm", "TPf", "PP", "EP", "DP", "v", "M"].map { ($0, .right) }
        + [("schedule", .left), ("binds", .left)]

    /// What the short headings mean.
    static let legend = HTMLNode.words(.p, legendWords, [.classes: "muted"])

    /// The same as one sentence.
    static let legendWords =
        "TPm, TPf: tensor parallelism along the width and the feed-forward width; PP pipeline, EP expert, DP "
        + "data parallelism; v chunks a stage; M microbatches; binds: the term whose removal alone "
        + "shortens the step most."

    /// The cells of a plan.
    static func cells(_ priced: PricedPlan) -> [String] {
        [Readable.time(priced.total), priced.accelerators, Readable.percent(priced.utilization)]
            + layoutCells(priced)
    }

    /// The cells of ``layout``.
    static func layoutCells(_ priced: PricedPlan) -> [String] {
        let plan = priced.plan
        return [
            "\(plan.tensorModel)", "\(plan.tensorFeedForward)", "\(plan.pipeline)", "\(plan.expert)",
            "\(plan.data)", "\(plan.interleave)", "\(plan.microbatches)", plan.schedule.rawValue,
            priced.binding.replacing("_", with: " "),
        ]
    }

    /// A table of plans, best first.
    static func node(_ label: String, _ plans: [PricedPlan]) -> HTMLNode {
        .element(
            .div, [:],
            [
                PageParts.table(
                    label,
                    [PageParts.Column(name: "plan", alignment: .right)]
                        + columns((plans.first?.model.machine.unit ?? "GPU") + "s"),
                    plans.enumerated().map { ["\($0.offset + 1)"] + cells($0.element) }, height: .limited),
                legend,
            ])
    }
}
