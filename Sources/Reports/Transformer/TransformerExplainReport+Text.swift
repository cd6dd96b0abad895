import Optimization
import Planning
import Quantities
import ScalingModel
import Training
import TransformerModel

extension TransformerExplainReport {
    /// The explanation for people.
    public var text: String {
        guard let best = answer.best else { return infeasibleText }
        var parts = [report.headline(best), layoutLine(best.layout), report.seconds(best), binds(best)]
        parts.append(sensitivityTable)
        parts += explanation.verdicts.map { verdictText($0, best: best) }
        if !explanation.whatIfs.isEmpty { parts.append(whatIfTable) }
        parts.append(
            (report.notes.map { "note: \($0)" } + ["certificate: \(answer.certificate.text)"])
                .joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func layoutLine(_ layout: TrainingLayout) -> String {
        let degrees = layout.fields.filter { $0.value != .missing }
        return "  " + degrees.map { "\($0.name)=\($0.value.cell)" }.joined(separator: " ")
    }

    private func binds(_ best: PricedLayout) -> String {
        let ranked = StepBreakdown.parts.sorted {
            best.step[keyPath: $0.part] > best.step[keyPath: $1.part]
        }
        let names = ranked.prefix(2).map { TransformerReport.words($0.name) }
        let share = best.memory.total / answer.question.machine.memory.usable
        return "  binds: \(names.joined(separator: "; runner-up: ")); memory \(Readable.percent(share)) full"
    }

    private var sensitivityTable: String {
        let factor = PlainNumber.text(explanation.factor)
        let asked = words
        var table = TextTable([
            ("number", .left), ("held", .right), ("\(asked) at 1/\(factor)", .right),
            ("\(asked) at \(factor) x", .right),
        ])
        for row in explanation.sensitivities {
            let held = (row.held.value * 1000).rounded() / 1000
            table.add([
                row.number.words(on: answer.question.machine),
                held == 0 ? "0" : Readable.significant(held, digits: 3), text(row.low), text(row.high),
            ])
        }
        return
            "% of change of the step for 1 %, with the layout held; and the \(asked) with the best layout for each value\n"
            + table.text
    }

    private var words: String {
        switch answer.question.given {
        case .gpus: "step"
        case .gpusAndFlop: "time"
        case .flopAndTime: "\(answer.question.machine.unit)s"
        case .gpusAndTime: "FLOP"
        }
    }

    /// An answer; one whose search the time limit ended has `at most` or `at least` before it, or is not there.
    private func text(_ again: AnswerAgain) -> String {
        guard let value = again.value else { return again.isProved ? "no layout" : "not known in time" }
        let text: String
        var worse = "at most "
        switch answer.question.given {
        case .gpus, .gpusAndFlop: text = Readable.time(Seconds(value))
        case .flopAndTime: text = Readable.count(Int(value))
        case .gpusAndTime: (text, worse) = (Readable.scientific(value), "at least ")
        }
        return again.isProved ? text : worse + text
    }

    private func verdictText(_ verdict: LayoutVerdict, best: PricedLayout) -> String {
        let problems =
            verdict.problems.map { "  cannot run: \($0)" } + verdict.remarks.map { "  note: \($0)" }
        guard let priced = verdict.priced else {
            return (["why not \(verdict.name)"] + problems).joined(separator: "\n")
        }
        var table = TextTable([
            ("seconds of a step", .left), ("best", .right), ("that layout", .right), ("difference", .right),
        ])
        func row(_ name: String, _ reference: Seconds, _ own: Seconds) {
            let difference = own.value - reference.value
            let isSame = abs(difference) <= 1e-9 * best.step.total.value
            table.add([
                name, Readable.time(reference), Readable.time(own),
                isSame ? "0" : (difference > 0 ? "+" : "-") + Readable.time(Seconds(abs(difference))),
            ])
        }
        for (name, part) in StepBreakdown.parts {
            let (reference, own) = (best.step[keyPath: part], priced.step[keyPath: part])
            if max(reference, own) > .zero { row(TransformerReport.words(name), reference, own) }
        }
        row("step", best.step.total, priced.step.total)
        let delay = 100 * (priced.step.total / best.step.total - 1)
        let slower = abs(delay) < 0.05 ? "as fast" : "\(delay > 0 ? "+" : "")\(Readable.significant(delay)) %"
        let head =
            "why not \(verdict.name): \(slower)\n\(layoutLine(verdict.layout))\n"
            + "  \(Readable.percent(answer.modelUtilization(priced))) MFU, memory "
            + "\(Readable.text(priced.memory.total)) where the best has \(Readable.text(best.memory.total))"
        return ([head] + problems + [table.text]).joined(separator: "\n")
    }

    private var whatIfTable: String {
        var table = TextTable([("what if", .left), (words, .right)])
        for whatIf in explanation.whatIfs {
            table.add([
                "\(PlainNumber.text(whatIf.factor)) x \(whatIf.number.words(on: answer.question.machine))",
                text(whatIf.again),
            ])
        }
        return table.text
    }

    private var infeasibleText: String {
        var lines = ["No feasible layout."] + answer.infeasibility.map { "  \($0)" }
        if let factor = explanation.memoryFactor {
            let capacity = answer.question.machine.memory.capacity * factor
            let least = explanation.leastMemoryFactor ?? factor
            let below =
                least < 0.999 * factor ? "; with less than \(Readable.significant(least)) x none does" : ""
            lines.append(
                "  with \(Readable.significant(factor)) x the memory, \(Readable.text(capacity)), a layout fits"
                    + below)
        }
        for whatIf in explanation.whatIfs {
            let name = whatIf.number.words(on: answer.question.machine)
            lines.append("  what if \(PlainNumber.text(whatIf.factor)) x \(name): \(text(whatIf.again))")
        }
        lines.append("certificate: \(answer.certificate.text)")
        return lines.joined(separator: "\n") + "\n"
    }
}
