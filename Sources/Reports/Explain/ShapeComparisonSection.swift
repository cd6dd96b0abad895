import Optimization
import Planning
import Quantities
import Training
import TransformerModel

/// The shapes next to a chosen one, for people, scripts and tables.
struct ShapeComparisonSection {
    let shapes: ShapeComparison

    /// Takes a comparison.
    init(_ shapes: ShapeComparison) { self.shapes = shapes }

    private var question: TransformerQuestion { shapes.question }
    private var measure: Measure { question.measure }
    private var unit: String { question.machine.unit }

    /// By which share what is asked changes with another run.
    private func change(_ run: LayoutRun) -> Double { shapes.asked(run) / shapes.asked(shapes.best) - 1 }

    // MARK: Text

    /// What the shape is and buys, then a table of its neighbours.
    var text: String {
        guard let family = question.family else { return "" }
        let chosen = MemberRecord(shapes.best, in: family)
        var head = TextTable([("", .left), ("", .left)])
        head.add(["shape", chosen.shapeWords])
        head.add(["buys", chosen.bought])
        return head.text + "\n\n" + table(family).text + "\n"
            + "  each shape with its own best layout; compute is what it spends to \(aim), MFU of the \(unit)s used"
            + shapes.ends.map {
                "\n  the grid has no \($0.words); --shape-grid gives \($0.axis.rawValue) other values"
            }.joined()
    }

    private var aim: String {
        measure == .flop ? "use the time" : "reach the same loss"
    }

    private func table(_ family: TransformerFamily) -> TextTable {
        let isCounted = measure == .gpus
        let asked = measure == .flop ? "effective" : measure.words
        let isLacking = shapes.rows.contains { $0.run == nil }
        var table = TextTable(
            [("shapes one step away", .left), ("", .left), ("parameters", .right), ("tokens each", .right)]
                + [("compute", .right), ("MFU", .right), (asked, .right), ("change", .right)]
                + (isCounted ? [("time", .right)] : []) + (isLacking ? [("", .left)] : []))
        func add(_ name: String, _ run: LayoutRun, isProved: Bool, change: String) {
            let record = MemberRecord(run, in: family)
            let value = measure.text(shapes.asked(run), unit: unit)
            let sign = isProved ? "" : measure.isBetterSmall ? "at most " : "at least "
            table.add(
                [
                    name, "\(record.shape)", Readable.significant(record.value.activeParameters),
                    Readable.significant(record.tokens / record.value.activeParameters),
                    Readable.scientific(run.flop), Readable.percent(run.utilizationOfUsed), sign + value,
                    change,
                ] + (isCounted ? [Readable.time(run.total)] : []))
        }
        add("chosen", shapes.best, isProved: shapes.isProved, change: "")
        for row in shapes.rows {
            let name = row.step?.words ?? "as named"
            guard let run = row.run else {
                let empty = [String](repeating: "", count: isCounted ? 7 : 6)
                table.add([name, "\(row.shape)"] + empty + [row.reason ?? ""])
                continue
            }
            let change = change(run)
            add(
                name, run, isProved: row.isProved,
                change: change == 0 ? "0 %" : "\(change > 0 ? "+" : "")\(Readable.percent(change))")
        }
        return table
    }

    // MARK: JSON and CSV

    /// One record a shape: its step, what it answers, by which shares that, compute and utilization change, its plan
    /// and its shape.
    var records: [[Field]] {
        guard let family = question.family else { return [] }
        let best = shapes.best
        let name = measure == .flop ? "effective_flop" : measure.rawValue
        return shapes.rows.map { row in
            var fields = [
                Field("shape", .text("\(row.shape)")),
                Field("axis", .text(row.step?.axis.rawValue ?? "named")),
                Field("direction", row.step.map { .text($0.direction.rawValue) } ?? .missing),
                Field("searched", .flag(row.isSearched)), Field("feasible", .flag(row.run != nil)),
                Field("proved", .flag(row.isProved)),
                Field("reason", row.reason.map { .text($0) } ?? .missing),
            ]
            guard let run = row.run else { return fields }
            fields += [
                Field("asked", .text(name)), Field("value", .number(shapes.asked(run))),
                Field("change", .number(change(run))),
                Field("total_seconds_change", .number(run.total / best.total - 1)),
                Field("flop_change", .number(run.flop / best.flop - 1)),
                Field("utilization_change", .number(run.utilization / best.utilization - 1)),
            ]
            return fields + question.planFields(run) + MemberRecord(run, in: family).fields
        }
    }
}
