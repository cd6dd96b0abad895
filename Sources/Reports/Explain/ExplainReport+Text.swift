import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel

extension ExplainReport {
    /// The explanation for people.
    public var text: String {
        guard let best = explanation.answer.best else { return infeasibleText }
        var parts = [
            PlanReport(explanation.answer, version: "").headline(best), planLine(best), costTable(best),
            removalText(best), sensitivityTable,
        ]
        for (verdict, conditioned) in zip(explanation.verdicts, explanation.conditioned) {
            parts.append(verdictText(verdict, best: best))
            if let conditioned { parts.append(conditionText(conditioned, best: best)) }
        }
        if !explanation.whatIfs.isEmpty { parts.append(whatIfTable(best)) }
        parts.append("certificate: \(explanation.answer.certificate.text)")
        return parts.joined(separator: "\n\n") + "\n"
    }

    private func planLine(_ best: PricedPlan) -> String {
        let degrees = (best.degreeFields + best.placementFields)
            .map { "\($0.name)=\($0.value.cell)" }.joined(separator: " ")
        return "  \(degrees)\n  \(explanation.answer.question.spaceWords)"
    }

    private func costTable(_ best: PricedPlan) -> String {
        var table = TextTable([("where a step goes", .left), ("", .right), ("share", .right)])
        for cost in explanation.costs where cost.seconds > 1e-12 * best.price.step {
            table.add([
                cost.kind.words, Readable.time(Seconds(cost.seconds)),
                Readable.percent(cost.seconds / best.price.step),
            ])
        }
        table.add(["step", Readable.time(best.step), Readable.percent(1)])
        return table.text
    }

    private func removalText(_ best: PricedPlan) -> String {
        var table = TextTable([("if this were free, the plan unchanged", .left), ("saves", .right)])
        let useful = explanation.removals.filter { $0.saving > 1e-9 }
        for removal in useful {
            table.add([BindingName.words(removal.term), Readable.percent(removal.saving)])
        }
        var lines = "  binds: \(BindingName.words(best.binding))"
        let runnerUp = useful.first { $0.term != best.binding }
        lines +=
            runnerUp.map { "; runner-up: \(BindingName.words($0.term))" }
            ?? "; no other term alone saves any time"
        return lines + (useful.isEmpty ? "" : "\n\n" + table.text)
    }

    private var sensitivityTable: String {
        let factor = PlainNumber.text(explanation.factor)
        let asked = measure == .seconds ? "time" : measure.rawValue
        var table = TextTable([
            ("number", .left), ("held", .right), ("re-optimised", .right),
            ("\(asked) at 1/\(factor)", .right),
            ("at \(factor) x", .right), ("", .left),
        ])
        for row in explanation.sensitivities {
            func point(_ point: Sensitivity.Point) -> String {
                point.factor == 1
                    ? "-" : point.value.map { measure.text($0, unit: question.machine.unit) } ?? "no plan"
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

    /// What is to be said where a sensitivity is no slope.
    private static func bend(_ row: Sensitivity) -> [String] {
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

    private func verdictText(_ verdict: PlanVerdict, best: PricedPlan) -> String {
        let violations =
            verdict.violations.map { "  illegal: \($0)" } + verdict.remarks.map { "  note: \($0)" }
        guard let priced = verdict.priced else {
            return (["why not that plan"] + violations).joined(separator: "\n")
        }
        let comparison = PlanComparison(priced, with: best)
        var table = TextTable([
            ("seconds of a step", .left), ("best", .right), ("that plan", .right), ("difference", .right),
        ])
        func row(_ name: String, _ reference: Double, _ own: Double) {
            let difference = own - reference
            let isSame = abs(difference) <= 1e-9 * best.price.step
            table.add([
                name, Readable.time(Seconds(reference)), Readable.time(Seconds(own)),
                isSame ? "0" : (difference > 0 ? "+" : "-") + Readable.time(Seconds(abs(difference))),
            ])
        }
        for cost in comparison.costs where max(cost.reference, cost.plan) > 1e-12 * best.price.step {
            row(cost.kind.words, cost.reference, cost.plan)
        }
        row("step", best.price.step, priced.price.step)
        let head =
            "why not that plan: \(comparison.text)\n"
            + "  \(priced.accelerators) \(question.machine.unit)s, \(Readable.time(priced.total)), "
            + "\(Readable.percent(priced.utilization)) utilization, binds: \(BindingName.words(priced.binding))"
        return ([head] + violations + [table.text]).joined(separator: "\n")
    }

    /// The best plan under the condition, beside the one above, for which the rest was held.
    private func conditionText(_ conditioned: ConditionedBest, best: PricedPlan) -> String {
        let head = "the best plan with \(conditioned.condition), the rest chosen anew"
        guard let plan = conditioned.plan else {
            return conditioned.isExhausted
                ? "\(head): none answers the question"
                : "\(head): none of the best \(Readable.count(conditioned.looked)) with these degrees is laid out so"
        }
        let degrees = (plan.degreeFields + plan.placementFields)
            .map { "\($0.name)=\($0.value.cell)" }.joined(separator: " ")
        return "\(head): \(PlanComparison(plan, with: best).text)\n"
            + "  \(plan.accelerators) \(question.machine.unit)s, \(Readable.time(plan.total)), "
            + "\(Readable.percent(plan.utilization)) utilization, binds: \(BindingName.words(plan.binding))\n"
            + "  \(degrees)"
    }

    private func whatIfTable(_ best: PricedPlan) -> String {
        var table = TextTable([
            ("what if", .left), (measure == .seconds ? "time" : measure.rawValue, .right), ("change", .right),
            ("util", .right),
            ("binds", .left),
        ])
        let reference = measure.value(of: best)
        for whatIf in explanation.whatIfs {
            guard let plan = whatIf.best else {
                table.add([whatIf.change, "no plan"])
                continue
            }
            let change = (measure.value(of: plan) / reference - 1) * 100
            let text =
                abs(change) < 5e-4 ? "0 %" : "\(change > 0 ? "+" : "")\(Readable.significant(change)) %"
            table.add([
                whatIf.change, measure.text(measure.value(of: plan), unit: question.machine.unit), text,
                Readable.percent(plan.utilization),
                BindingName.words(plan.binding),
            ])
        }
        return table.text
    }

    private var infeasibleText: String {
        var lines = ["No feasible plan."] + explanation.answer.infeasibility.map { "  \($0)" }
        if explanation.remedies.isEmpty {
            lines.append("No single number, changed up to a million times, makes it feasible.")
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
        for whatIf in explanation.whatIfs {
            lines.append(
                "what if \(whatIf.change): " + (whatIf.best.map { Readable.time($0.total) } ?? "no plan"))
        }
        lines.append("certificate: \(explanation.answer.certificate.text)")
        return lines.joined(separator: "\n") + "\n"
    }

    private func value(_ remedy: Remedy) -> String {
        guard let value = remedy.value(in: question) else { return "" }
        switch remedy.knob {
        case .runTime: return Readable.time(Seconds(value))
        case .gpus: return Readable.count(Int(value))
        case .memoryCapacity: return Readable.text(Bytes(value), digits: 4)
        case .memoryBandwidth: return Readable.text(BytesPerSecond(value), digits: 4)
        case .peak: return Readable.text(FlopPerSecond(value), digits: 4)
        case .kernelLatency: return Readable.text(Seconds(value), digits: 4)
        default: return ""
        }
    }
}
