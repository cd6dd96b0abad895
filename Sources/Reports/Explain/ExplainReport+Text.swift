import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

extension ExplainReport {
    /// The explanation for people.
    public var text: String {
        let last = (report.notes.map { "note: \($0)" } + ["certificate: \(answer.certificate.text)"])
            .joined(separator: "\n")
        guard let best = explanation.best else {
            return infeasibleText + (anchor.map { "\n\(AnchorSection($0).text)\n\n" } ?? "") + last + "\n"
        }
        var parts = [
            report.headline ?? "", "  \(question.decisionLine(best))\n  \(question.spaceWords)",
        ]
        if let shapes { parts.append(ShapeComparisonSection(shapes).text) }
        parts += [
            costTable(best), removalText(best), sensitivityTable,
        ]
        for (verdict, conditioned) in zip(explanation.verdicts, explanation.conditioned) {
            parts.append(verdictText(verdict))
            if let conditioned { parts.append(conditionText(conditioned, best: best)) }
        }
        if !explanation.whatIfs.isEmpty { parts.append(whatIfTable(best)) }
        if let anchor { parts.append(AnchorSection(anchor).text) }
        return (parts + [last]).joined(separator: "\n\n") + "\n"
    }

    private func costTable(_ best: Question.Priced) -> String {
        let step = best.stepSeconds
        var table = TextTable([("where a step goes", .left), ("", .right), ("share", .right)])
        for cost in explanation.costs where cost.seconds > 1e-12 * step {
            table.add([
                cost.words, Readable.time(Seconds(cost.seconds)), Readable.percent(cost.seconds / step),
            ])
        }
        table.add(["step", Readable.time(Seconds(step)), Readable.percent(1)])
        return table.text
    }

    private func removalText(_ best: Question.Priced) -> String {
        var table = TextTable([("if this were free, the plan unchanged", .left), ("saves", .right)])
        let useful = explanation.removals.filter { $0.saving > 1e-9 }
        for removal in useful {
            table.add([BindingName.words(removal.term), Readable.percent(removal.saving)])
        }
        return "  " + question.bindingLine(best, removals: explanation.removals)
            + (useful.isEmpty ? "" : "\n\n" + table.text)
    }

    private var sensitivityTable: String {
        let factor = PlainNumber.text(explanation.factor)
        let asked = question.measure.words
        var table = TextTable([
            ("number", .left), ("held", .right), ("re-optimised", .right),
            ("\(asked) at 1/\(factor)", .right), ("at \(factor) x", .right), ("", .left),
        ])
        for row in explanation.sensitivities {
            func point(_ point: Sensitivity<Question.Priced>.Point) -> String {
                point.factor == 1 ? "-" : valueText(point.value, isProved: point.isProved)
            }
            var remarks: [String] = []
            remarks += Self.bend(row)
            if row.high.factor != 1, abs(row.high.factor / explanation.factor - 1) > 1e-6 {
                remarks.append("at \(Readable.significant(row.high.factor)) x")
            }
            table.add([
                row.knob.words(on: question.machine), row.held.map { Self.text($0.value) } ?? "-",
                row.reoptimised.map(Self.text) ?? "-", point(row.low), point(row.high),
                remarks.joined(separator: "; "),
            ])
        }
        return
            "% of change for 1 %: of the time with the plan held fixed, of the \(asked) with the best plan "
            + "for each value\n" + table.text
    }

    /// What answers a question; one whose search the time limit ended has `at most` or `at least` before it, or is
    /// not there.
    private func valueText(_ value: Double?, isProved: Bool) -> String {
        guard let value else { return isProved ? "no plan" : "not known in time" }
        let text = question.measure.text(value, unit: question.machine.unit)
        return isProved ? text : (question.measure.isBetterSmall ? "at most " : "at least ") + text
    }

    /// What is to be said where a sensitivity is no slope.
    private static func bend(_ row: Sensitivity<Question.Priced>) -> [String] {
        guard let held = row.held else { return [] }
        let crossing = row.crossing.map { "crossing \($0.words)" }
        if held.isAtJump {
            let change = Readable.significant((exp(held.jump) - 1) * 100, digits: 3)
            return ["a step, no slope: \(change) % at once" + (crossing.map { ", \($0)" } ?? "")]
        }
        guard held.isAtKink else { return [] }
        let sides = "\(text(held.below)) below, \(text(held.above)) above"
        return ["kink: " + (crossing.map { "\($0), " } ?? "") + sides]
    }

    private static func text(_ elasticity: Double) -> String {
        let rounded = (elasticity * 1000).rounded() / 1000
        return rounded == 0 ? "0" : Readable.significant(rounded, digits: 3)
    }

    private func verdictText(_ verdict: PlanVerdict<Question.Priced>) -> String {
        let violations =
            verdict.violations.map { "  illegal: \($0)" } + verdict.remarks.map { "  note: \($0)" }
        guard let plan = verdict.plan else {
            return (["why not \(verdict.name)"] + violations).joined(separator: "\n")
        }
        guard let best = explanation.best else {
            let lines = ["why not \(verdict.name)", "  \(question.figuresLine(plan))"]
            return (lines + violations + changeLine(verdict)).joined(separator: "\n")
        }
        let comparison = PlanComparison(plan, with: best)
        let head = "why not \(verdict.name): \(comparison.text)\n  \(question.figuresLine(plan))"
        return ([head] + violations + changeLine(verdict) + [comparison.table("best", "that plan").text])
            .joined(separator: "\n")
    }

    /// The one change that helps a plan most; nothing where it was not looked for.
    private func changeLine(_ verdict: PlanVerdict<Question.Priced>) -> [String] {
        guard let change = verdict.change, let plan = verdict.plan else { return [] }
        guard let changed = change.plan else {
            return [
                "  no change of one decision makes it quicker (\(Readable.count(change.tried)) layouts tried)"
            ]
        }
        return ["  the one change that helps it most: \(PlanComparison(changed, with: plan).text)"]
    }

    /// The best plan under the condition, beside the one above, for which the rest was held.
    private func conditionText(
        _ conditioned: ConditionedBest<Question.Priced>, best: Question.Priced
    ) -> String {
        let head = "the best plan with \(conditioned.condition), the rest chosen anew"
        guard let plan = conditioned.plan else {
            return conditioned.isExhausted
                ? "\(head): none answers the question"
                : "\(head): none of the best \(Readable.count(conditioned.looked)) that were looked at keeps it"
        }
        return "\(head): \(PlanComparison(plan, with: best).text)\n"
            + "  \(question.figuresLine(plan))\n  \(question.decisionLine(plan))"
    }

    private func whatIfTable(_ best: Question.Priced) -> String {
        let measure = question.measure
        var table = TextTable([
            ("what if", .left), (measure.words, .right), ("change", .right), ("util", .right),
            ("binds", .left),
        ])
        let reference = measure.value(of: best)
        for whatIf in explanation.whatIfs {
            guard let plan = whatIf.again.plan else {
                table.add([whatIf.words, valueText(nil, isProved: whatIf.again.isProved)])
                continue
            }
            let value = measure.value(of: plan)
            let change = (value / reference - 1) * 100
            let text =
                abs(change) < 5e-4 ? "0 %" : "\(change > 0 ? "+" : "")\(Readable.significant(change)) %"
            table.add([
                whatIf.words, valueText(value, isProved: whatIf.again.isProved), text,
                Readable.percent(plan.utilization), plan.bindingWords,
            ])
        }
        return table.text
    }

    private var infeasibleText: String {
        var lines = ["No feasible plan."] + answer.infeasibility.map { "  \($0)" }
        if explanation.remedies.isEmpty {
            lines.append("No single number, changed up to a million times, was found to make it feasible.")
        } else {
            lines.append("Each of these changes alone is enough; a search found a plan with each:")
            var table = TextTable([("", .left), ("", .right), ("", .right), ("", .left)])
            for remedy in explanation.remedies {
                table.add([
                    remedy.knob.words(on: question.machine),
                    "\(Readable.significant(remedy.factor, digits: 4)) x", value(remedy),
                    "then \(remedy.plan.accelerators) \(question.machine.unit)s, "
                        + Readable.time(remedy.plan.total),
                ])
            }
            lines.append(table.text)
        }
        lines += explanation.verdicts.map(verdictText)
        for whatIf in explanation.whatIfs {
            let value = whatIf.again.plan.map { question.measure.value(of: $0) }
            lines.append("what if \(whatIf.words): \(valueText(value, isProved: whatIf.again.isProved))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func value(_ remedy: Remedy<Question.Priced>) -> String {
        guard let value = remedy.value else { return "" }
        switch remedy.knob {
        case .runTime: return Readable.time(Seconds(value))
        case .gpus: return Readable.count(Int(value.rounded()))
        case .memoryCapacity: return Readable.text(Bytes(value), digits: 4)
        case .memoryBandwidth: return Readable.text(BytesPerSecond(value), digits: 4)
        case .peak: return Readable.text(FlopPerSecond(value), digits: 4)
        case .kernelLatency: return Readable.text(Seconds(value), digits: 4)
        default: return ""
        }
    }
}
