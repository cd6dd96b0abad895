import Quantities
import Search
import Strategy
import TransformerCost
import TransformerSearch

extension TransformerReport {
    /// The answer for people.
    public var text: String {
        guard let best = answer.best else {
            return (answer.certificate.account.open > 0 ? "No layout found yet.\n" : "No feasible layout.\n")
                + answer.infeasibility.map { "  \($0)\n" }.joined()
                + "certificate: \(answer.certificate.text)\n"
        }
        var parts = [headline(best), summary(best), degrees(best), stages(best), seconds(best), bytes(best)]
            .compactMap { $0 }
        parts += [goodputText(best), pricesText(best)].compactMap { $0 }
        if answer.layouts.count > 1 { parts.append(alternatives) }
        let last = notes.map { "note: \($0)" } + ["certificate: \(answer.certificate.text)"]
        parts.append(last.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    func headline(_ best: PricedLayout) -> String {
        let question = answer.question
        let machine = question.machine
        let gpus = Readable.count(gpusGiven)
        let unit = machine.unit + (gpusGiven == 1 ? "" : "s")
        let on = "\(question.job.model.name) on \(gpus) \(machine.name) \(unit)"
        guard let total = answer.total(best), let flop = answer.flop else {
            return "\(on): \(Readable.time(best.step.total)) a step"
        }
        return "\(on), \(Readable.scientific(flop)) FLOP: \(Readable.time(total))"
    }

    private func summary(_ best: PricedLayout) -> String {
        let question = answer.question
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
                + "\(Readable.text(FlopPerSecond(rate))) a \(question.machine.unit), attention counted in full",
        ])
        table.add([
            "model",
            "\(Readable.significant(model.parameters.total)) parameters"
                + (model.experts == nil
                    ? "" : ", \(Readable.significant(model.activeParameters.total)) active")
                + ", \(model.layers) layers, sequence \(model.sequenceLength), \(question.job.precision.name)",
        ])
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

    private func degrees(_ best: PricedLayout) -> String {
        let machine = answer.question.machine
        let placement = LayoutPlacement(on: machine)
        let heads = machine.network.map { level in
            (level.size.map { "\(level.name) (\($0))" } ?? level.name, TextTable.Alignment.right)
        }
        var table = TextTable([("degree", .left), ("total", .right)] + heads)
        let layout = best.layout
        var rows: [(String, Communicator)] = [
            (layout.sequenceParallelism == .on ? "tensor, with sequence" : "tensor", .tensor)
        ]
        if layout.context > 1 { rows.append(("context", .context)) }
        if layout.expert > 1 { rows.append(("expert (within the others)", .expert)) }
        if layout.expertTensor > 1 { rows.append(("expert tensor", .expertTensor)) }
        rows.append(("data and context", .gradients))
        rows.append(("pipeline", .pipeline))
        for (name, communicator) in rows {
            let spread = placement.spread(of: communicator, in: layout)
            table.add([name, Readable.count(spread.members)] + spread.factors.map { Readable.count($0) })
        }
        table.add(["GPUs used", Readable.count(layout.gpus)])
        return table.text
    }

    /// The stages, those alike in a line; nil without a pipeline.
    private func stages(_ best: PricedLayout) -> String? {
        let layout = best.layout
        guard layout.pipeline > 1 else { return nil }
        var table = TextTable([
            ("stage", .left), ("layers", .right), ("recomputed", .right), ("with", .left),
            ("a microbatch", .right), ("memory", .right),
        ])
        for alike in stageRuns(layout) {
            guard let first = alike.first, let last = alike.last else { continue }
            let ends = [first.hasEmbedding ? "embedding" : nil, first.hasHead ? "head" : nil]
            table.add([
                alike.count == 1 ? "\(first.stage)" : "\(first.stage)-\(last.stage)", "\(first.layers)",
                "\(first.recomputed)", ends.compactMap { $0 }.joined(separator: ", "),
                Readable.time(first.time), Readable.text(alike.map(\.memory).max() ?? .zero),
            ])
        }
        return table.text
    }

    func seconds(_ best: PricedLayout) -> String {
        var table = TextTable([("exposed seconds of a step", .left), ("", .right), ("share", .right)])
        let total = best.step.total
        for (name, part) in StepBreakdown.parts where best.step[keyPath: part].value > 0 {
            let time = best.step[keyPath: part]
            table.add([Self.words(name), Readable.time(time), Readable.percent(time / total)])
        }
        var text = table.text
        if let simulated = simulatedPipeline(best) {
            text +=
                "\n\n  pipeline  \(Readable.time(best.step.inPipeline)) by formula, "
                + "\(Readable.time(simulated)) by simulation of every pass"
        }
        return text
    }

    private func bytes(_ best: PricedLayout) -> String {
        let capacity = answer.question.machine.memory.usable
        var table = TextTable([("memory of the fullest GPU", .left), ("", .right), ("share", .right)])
        for (name, part) in MemoryFootprint.parts where best.memory[keyPath: part].value > 0 {
            let bytes = best.memory[keyPath: part]
            table.add([
                Self.memoryNames[name] ?? name, Readable.text(bytes), Readable.percent(bytes / capacity),
            ])
        }
        let total = best.memory.total
        table.add(["in all", Readable.text(total), Readable.percent(total / capacity)])
        return table.text
    }

    /// The name of a part of a step for people.
    static func words(_ part: String) -> String { names[part] ?? part }

    private static let names = [
        "layers": "layers", "ends": "embedding, logits, loss", "tensor": "tensor traffic",
        "context": "context traffic", "expert": "expert traffic", "pipeline": "pipeline traffic",
        "bubble": "bubble", "data": "data traffic", "shards": "gathers of sharded weights",
        "offload": "transfers to the host and steps there", "jitter": "growth with the GPUs",
        "overhead": "step overhead",
    ]

    private static let memoryNames = [
        "optimizer": "optimizer states", "gathered": "gathered weights", "buffers": "traffic buffers",
        "context": "framework context",
    ]

    private var alternatives: String {
        var table = TextTable([
            ("layout", .right), ("step", .right), ("GPUs", .right), ("MFU", .right), ("TP", .right),
            ("CP", .right), ("PP", .right), ("EP", .right), ("DP", .right), ("v", .right), ("b", .right),
            ("ZeRO", .right), ("group", .right), ("recompute", .left), ("schedule", .left),
            ("memory", .right),
        ])
        for (index, priced) in answer.layouts.enumerated() {
            let layout = priced.layout
            table.add([
                "\(index + 1)", Readable.time(priced.step.total), Readable.count(layout.gpus),
                Readable.percent(answer.modelUtilization(priced)), "\(layout.tensor)", "\(layout.context)",
                "\(layout.pipeline)", "\(layout.expert)", "\(layout.data)", "\(layout.chunks)",
                "\(layout.microbatch)", "\(layout.sharding.stage.rawValue)",
                layout.sharding.group.map { "\($0)" } ?? "", layout.recomputation.summary,
                layout.schedule.rawValue, Readable.text(priced.memory.total),
            ])
        }
        return table.text
    }
}

extension LayoutRecomputation {
    /// The name, without the numbers of all stages.
    fileprivate var summary: String {
        guard case .layersByStage(let counts) = self else { return name }
        return "full, \(counts.reduce(0, +)) layers"
    }
}
