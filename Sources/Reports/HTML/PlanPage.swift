import Optimization
import Quantities
import ScalingModel
import Training

/// The answer to one question as a page: key figures, figures, placement, alternatives, certificate, inputs.
public struct PlanPage: Sendable {
    private let answer: PlanningAnswer
    private let files: [String]
    private let version: String
    private let timeline: PlanTimeline?

    /// Takes an answer.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - timeline: the played schedule of the best plan; nil where it is too long to be played.
    ///   - files: names of the files written beside the page.
    ///   - version: of the tool.
    public init(_ answer: PlanningAnswer, timeline: PlanTimeline?, files: [String] = [], version: String) {
        self.answer = answer
        self.timeline = timeline
        self.files = files
        self.version = version
    }

    /// The page as HTML 5 text that fetches nothing.
    public var html: String {
        let report = PlanReport(answer, version: version)
        let machine = answer.question.machine.title
        return ReportPage(
            title: report.headline ?? "No feasible plan",
            subtitle: "Best plan on \(machine), \(answer.question.spaceWords)",
            sections: sections, data: report.json, files: files, version: version
        ).html
    }

    private var sections: [HTMLNode] {
        let end = [
            CertificateSection.node(answer.certificate), CertificateSection.inputs(answer.question.json),
        ]
        guard let best = answer.best else {
            let reasons = answer.infeasibility.map { HTMLNode.words(.li, $0) }
            return [PageParts.section("Why there is no plan", [.element(.ul, [:], reasons)])] + end
        }
        let waterfall = PlanWaterfall(best, of: answer.question)
        var parts: [HTMLNode] = [PageParts.keys(keys(best))]
        if !answer.notes.isEmpty {
            parts.append(.element(.ul, [:], answer.notes.map { .words(.li, $0) }))
        }
        parts.append(
            PageParts.section(
                "Time and memory",
                [
                    PageParts.figure("step", waterfall.stepChart),
                    terms(waterfall), PageParts.figure("memory", waterfall.memoryChart),
                ]))
        parts.append(
            PageParts.section(
                "Schedule",
                [
                    timeline.map { PageParts.figure("timeline", $0.chart) }
                        ?? .words(
                            .p,
                            "The schedule has more than \(Readable.count(PlanTimeline.mostPasses)) passes and "
                                + "was not played.")
                ]))
        parts.append(PageParts.section("Where each degree lies", [placement(best)]))
        if answer.plans.count > 1 {
            parts.append(PageParts.section("Best plans", [PlanTable.node("Best plans", answer.plans)]))
        }
        return parts + end
    }

    private func keys(_ best: PricedPlan) -> [PageParts.Key] {
        let shape = best.run.shape
        let idle = best.idleGPUs > 0 ? ", \(Readable.count(best.idleGPUs)) idle" : ""
        let experts = shape.experts > 1 ? ", \(shape.experts) experts" : ""
        let unit = best.model.machine.unit
        return [
            PageParts.Key(
                name: "Time of the run", value: Readable.time(best.total),
                note: "\(Readable.significant(best.run.steps)) steps of \(Readable.time(best.step))"),
            PageParts.Key(
                name: "\(unit)s used", value: Readable.count(best.gpus),
                note: "of \(Readable.count(best.gpusGiven))\(idle)"),
            PageParts.Key(
                name: "Utilization", value: Readable.percent(best.utilization),
                note: "of the peak of all given; products sustain "
                    + Readable.percent(best.model.machine.compute.sustainedFraction)),
            PageParts.Key(
                name: "Binds", value: best.binding.replacing("_", with: " "),
                note: "what to improve first"),
            PageParts.Key(
                name: "Model", value: "\(Readable.significant(shape.parameters)) parameters",
                note: "width \(shape.width), \(shape.layers) layers\(experts)"),
            PageParts.Key(
                name: "Data", value: "\(Readable.significant(best.run.tokens)) tokens",
                note: "batches of \(Readable.significant(Double(best.run.batchTokens)))"),
            PageParts.Key(
                name: "Compute", value: "\(Readable.scientific(best.run.flop)) FLOP",
                note: "training, all steps"),
            PageParts.Key(
                name: "Schedule", value: best.plan.schedule.rawValue,
                note: "\(best.plan.microbatches) microbatches, interleave \(best.plan.interleave), bubble "
                    + Readable.percent(best.price.bubble)),
        ]
    }

    private func terms(_ waterfall: PlanWaterfall) -> HTMLNode {
        PageParts.table(
            "Seconds of a step by term",
            [
                PageParts.Column(name: "term", alignment: .left),
                PageParts.Column(name: "all", alignment: .right),
                PageParts.Column(name: "in the step", alignment: .right),
                PageParts.Column(name: "what it costs", alignment: .left),
            ],
            waterfall.terms.map {
                [
                    $0.kind.words, Readable.time(Seconds($0.seconds)), Readable.time(Seconds($0.exposed)),
                    waterfall.remark(on: $0),
                ]
            })
    }

    private func placement(_ best: PricedPlan) -> HTMLNode {
        let placement = best.plan.placement
        let levels = best.model.machine.network
        let columns =
            [
                PageParts.Column(name: "degree", alignment: .left),
                PageParts.Column(name: "total", alignment: .right),
            ]
            + levels.map { level in
                PageParts.Column(
                    name: level.size.map { "\(level.name) (\($0))" } ?? level.name, alignment: .right)
            }
        let degrees = [
            ("tensor, along the width", placement.tensorModel),
            ("tensor, along the feed-forward width", placement.tensorFeedForward),
            ("pipeline", placement.pipeline), ("expert", placement.expert), ("data", placement.data),
        ]
        var rows = degrees.map { name, factors in
            [name, Readable.count(factors.reduce(1, *))] + factors.map { Readable.count($0) }
        }
        rows.append(
            ["used", Readable.count(best.gpus)]
                + levels.indices.map { Readable.count(placement.used(at: $0)) })
        return PageParts.table("Degrees by network level", columns, rows)
    }
}
