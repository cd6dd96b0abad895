import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// Tables of an answer, for text and pages.
extension TransformerReport {
    /// Degrees of a layout with the network levels they lie on.
    public func degreeRows(_ best: PricedLayout) -> TextTable {
        let machine = answer.member.machine
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
        table.add(["\(answer.member.machine.unit)s used", Readable.count(layout.gpus)])
        return table
    }

    /// The stages of a layout, those alike in a row.
    public func stageRows(_ best: PricedLayout) -> TextTable {
        let layout = best.layout
        var table = TextTable([
            ("stage", .left), ("layers", .right), ("recomputed", .right), ("with", .left),
            ("a microbatch", .right), ("memory", .right),
        ])
        for alike in stageRuns(layout) {
            guard let first = alike.first else { continue }
            let ends = [first.hasEmbedding ? "embedding" : nil, first.hasHead ? "head" : nil]
            table.add([
                Self.stageNames(alike), "\(first.layers)", "\(first.recomputed)",
                ends.compactMap { $0 }.joined(separator: ", "),
                Readable.time(first.time), Readable.text(alike.map(\.memory).max() ?? .zero),
            ])
        }
        return table
    }

    /// Memory of a rank of each stage by what it holds, those alike in a row.
    public func stageMemoryRows(_ best: PricedLayout) -> TextTable {
        let runs = stageRuns(best.layout)
        let parts = MemoryFootprint.parts.filter { part in
            runs.contains { ($0.first?.footprint[keyPath: part.part] ?? .zero) > .zero }
        }
        var table = TextTable(
            [("memory by stage", .left)] + parts.map { (Self.memoryWords($0.name), .right) }
                + [("in all", .right)])
        for alike in runs {
            // Stages that are alike hold less the later they come.
            guard let first = alike.max(by: { $0.memory < $1.memory }) else { continue }
            table.add(
                [Self.stageNames(alike)] + parts.map { Readable.text(first.footprint[keyPath: $0.part]) }
                    + [Readable.text(first.memory)])
        }
        return table
    }

    private static func stageNames(_ alike: [StageSummary]) -> String {
        guard let first = alike.first, let last = alike.last else { return "" }
        return alike.count == 1 ? "\(first.stage)" : "\(first.stage)-\(last.stage)"
    }

    /// All layouts of the answer, best first.
    public var layoutRows: TextTable {
        let rows = answer.layouts.enumerated().map { ("\($0 + 1)", answer, $1) }
        return Self.layoutTable(rows, heading: ("layout", .right), unit: answer.member.machine.unit)
    }

    /// Layouts with their price, each under a name.
    static func layoutTable(
        _ rows: [(name: String, answer: TransformerAnswer, layout: PricedLayout)],
        heading: (String, TextTable.Alignment), unit: String
    ) -> TextTable {
        var table = TextTable([
            heading, ("step", .right), ("\(unit)s", .right), ("MFU", .right), ("TP", .right),
            ("CP", .right), ("PP", .right), ("EP", .right), ("DP", .right), ("v", .right), ("b", .right),
            ("ZeRO", .right), ("group", .right), ("recompute", .left), ("schedule", .left),
            ("memory", .right),
        ])
        for (name, answer, priced) in rows {
            let layout = priced.layout
            table.add([
                name, Readable.time(priced.step.total), Readable.count(layout.gpus),
                Readable.percent(answer.modelUtilization(priced)), "\(layout.tensor)", "\(layout.context)",
                "\(layout.pipeline)", "\(layout.expert)", "\(layout.data)", "\(layout.chunks)",
                "\(layout.microbatch)", "\(layout.sharding.stage.rawValue)",
                layout.sharding.group.map { "\($0)" } ?? "", layout.recomputation.summary,
                layout.schedule.rawValue, Readable.text(priced.memory.total),
            ])
        }
        return table
    }
}

extension LayoutRecomputation {
    /// The name, without the numbers of all stages.
    var summary: String {
        guard case .layersByStage(let counts) = self else { return name }
        return "full, \(counts.reduce(0, +)) layers"
    }
}
