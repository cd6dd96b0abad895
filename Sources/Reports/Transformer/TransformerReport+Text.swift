import Evidence
import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

extension TransformerReport {
    /// The answer for people.
    public var text: String {
        guard let best = answer.best else {
            return (answer.certificate.account.open > 0 ? "No layout found yet.\n" : "No feasible layout.\n")
                + answer.infeasibility.map { "  \($0)\n" }.joined()
                + (anchorText.map { "\n\($0)\n\n" } ?? "")
                + "certificate: \(answer.certificate.text)\n"
        }
        var parts = [
            headline(best), summary(best), degreeRows(best).text, stageText(best), seconds(best), bytes(best),
            stageMemoryText(best),
        ]
        .compactMap { $0 }
        parts += [goodputText(best), pricesText(best)].compactMap { $0 }
        if answer.layouts.count > 1 {
            parts += [
                layoutRows.text,
                PlanComparison.lines(answer.plans.dropFirst(), beside: answer.plans[0], word: "layout"),
            ]
        }
        if let anchorText { parts.append(anchorText) }
        if let uncertainty { parts.append(UncertaintyReport(uncertainty).text) }
        let last = notes.map { "note: \($0)" } + ["certificate: \(answer.certificate.text)"]
        parts.append(last.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// What the answer is anchored to; nil where it is not.
    var anchorText: String? { anchor.map { AnchorSection($0).text } }

    /// The answer in one line.
    public func headline(_ best: PricedLayout) -> String {
        let question = answer.member
        let machine = question.machine
        let gpus = Readable.count(gpusGiven)
        let unit = machine.unit + (gpusGiven == 1 ? "" : "s")
        let on = "\(question.job.model.name) on \(gpus) \(machine.name) \(unit)"
        guard let total = answer.total(best), let flop = answer.flop else {
            return "\(on): \(Readable.time(best.step.total)) a step"
        }
        return "\(on), \(Readable.scientific(flop)) FLOP: \(Readable.time(total))"
            + (question.goodput == nil ? "" : " of the wall clock")
    }

    private func summary(_ best: PricedLayout) -> String {
        let question = answer.member
        let model = question.job.model
        var table = TextTable([("", .left), ("", .left)])
        var time = "\(Readable.time(best.step.total)) a step of \(question.globalBatch) sequences"
        time += " = \(Readable.significant(question.stepTokens)) tokens"
        if let steps = answer.steps { time += ", \(Readable.significant(steps)) steps" }
        table.add(["time", time])
        let rate = question.stepFlop / best.step.total.value / Double(best.layout.gpus)
        table.add([
            "utilization",
            "\(Readable.percent(answer.modelUtilization(best))) of peak without recomputation (MFU), "
                + "\(Readable.percent(answer.hardwareUtilization(best))) with (HFU); "
                + "\(Readable.text(FlopPerSecond(rate))) a \(question.machine.unit), attention counted in full; "
                + "\(Readable.percent(answer.modelUtilization(best, counting: .causal))) MFU with the keys that are seen"
                + (gpusGiven == best.layout.gpus && question.goodput == nil
                    ? ""
                    : "; \(Readable.percent(utilization(best))) of the \(Readable.count(gpusGiven)) given"
                        + (question.goodput == nil ? "" : " on the wall clock")),
        ])
        table.add([
            "model",
            "\(Readable.significant(model.mainParameters.total)) parameters"
                + (model.experts == nil
                    ? "" : ", \(Readable.significant(model.activeParameters.total)) active")
                + ", \(model.layers) layers, sequence \(model.sequenceLength), \(question.job.formatWords)",
        ])
        if let member {
            table.add(["shape", member.shapeWords])
            table.add(["buys", member.bought])
        }
        if let named { table.add(["gained", NamedShape(free: answer, named: named).words]) }
        let software = question.limits.software
        table.add([
            "software",
            software.isAnything
                ? "none named: every legal layout"
                : "\(software.label) runs it; --software any asks for every layout",
        ])
        table.add(["how sure", sureness(best)])
        let layout = best.layout
        var schedule =
            "\(layout.schedule.rawValue), \(layout.microbatches) microbatches of \(layout.microbatch)"
        if layout.chunks > 1 { schedule += ", \(layout.chunks) chunks a stage" }
        if case .given = layout.spread { schedule += ", stages cut for the shortest pipeline" }
        table.add(["schedule", schedule])
        table.add(["recompute", layout.recomputation.summary])
        let sharded: String? =
            switch layout.sharding.stage {
            case .nothing: nil
            case .optimizer: "optimizer states"
            case .gradients: "optimizer states and gradients"
            case .weights: "optimizer states, gradients and weights"
            }
        if let sharded {
            let group = layout.sharding.group.map { ", in groups of \($0) ranks of data and context" } ?? ""
            table.add(["sharding", "\(sharded) (ZeRO-\(layout.sharding.stage.rawValue))\(group)"])
        }
        if !layout.offload.isEmpty {
            table.add(["on the host", "\(layout.offload.name), \(Readable.text(best.memory.host)) a GPU"])
        }
        return table.text
    }

    /// The stages; nil without a pipeline.
    private func stageText(_ best: PricedLayout) -> String? {
        best.layout.pipeline > 1 ? stageRows(best).text : nil
    }

    /// What the ranks of each stage hold; nil without a pipeline.
    private func stageMemoryText(_ best: PricedLayout) -> String? {
        best.layout.pipeline > 1 ? stageMemoryRows(best).text : nil
    }

    func seconds(_ best: PricedLayout) -> String {
        var table = TextTable([("exposed seconds of a step", .left), ("", .right), ("share", .right)])
        let total = best.step.total
        for (name, part) in StepBreakdown.parts where best.step[keyPath: part].value > 0 {
            let time = best.step[keyPath: part]
            table.add([StepBreakdown.words(name), Readable.time(time), Readable.percent(time / total)])
        }
        var text = table.text
        if let formula = pipelineFormula(best) {
            text +=
                "\n\n  pipeline  \(Readable.time(best.step.inPipeline)) played pass by pass, "
                + "at least \(Readable.time(formula)) by formula"
        }
        return text
    }

    /// How far predictions like this one were off.
    func sureness(_ best: PricedLayout, isBrief: Bool = false) -> String {
        guard let band else {
            return "no step of such a run was published"
                + (isBrief ? "" : "; " + (ownSpan ?? "see docs/transformer-accuracy.md"))
        }
        let step = best.step.total
        let span =
            "\(Readable.time(step * band.low)) to \(Readable.time(step * band.high)) a step for eight of ten"
        let manner = "by fits that had not seen their group" + (ownSpan.map { "; \($0)" } ?? "")
        return isBrief
            ? "\(span) of \(band.rows) like it"
            : "\(span): \(band.rows) published steps of \(band.name), \(manner)"
    }

    /// What the rows of the anchor say of how sure it is; nil where there is none.
    private var ownSpan: String? {
        guard let anchor else { return nil }
        guard anchor.rows.count > 1 else { return "one measured plan does not make it surer" }
        let (low, high) = (anchor.seen.lowerBound, anchor.seen.upperBound)
        return "the rows it is anchored to, each by a fit without it, took \(Readable.significant(low)) to "
            + "\(Readable.significant(high)) of their prediction"
    }

    private func bytes(_ best: PricedLayout) -> String {
        let capacity = answer.member.memoryLimit
        let unit = answer.member.machine.unit
        var table = TextTable([("memory of the fullest \(unit)", .left), ("", .right), ("share", .right)])
        for (name, part) in MemoryFootprint.parts where best.memory[keyPath: part].value > 0 {
            let bytes = best.memory[keyPath: part]
            table.add([
                Self.memoryWords(name), Readable.text(bytes), Readable.percent(bytes / capacity),
            ])
        }
        let total = best.memory.total
        table.add(["in all", Readable.text(total), Readable.percent(total / capacity)])
        return table.text
    }

    /// The name of a part of the memory for people.
    static func memoryWords(_ part: String) -> String { memoryNames[part] ?? part }

    private static let memoryNames = [
        "optimizer": "optimizer states", "gathered": "gathered weights", "buffers": "traffic buffers",
        "context": "framework context",
    ]

}
