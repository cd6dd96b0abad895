import Planning
import Quantities
import Training
import TransformerModel

/// What a free shape gains over the one that the model is named for, asked the same.
struct NamedShape {
    let free: TransformerAnswer
    let named: TransformerAnswer

    /// The quantity that is asked for, and whether more of it is better.
    private struct Asked {
        let name: String
        let value: (TransformerAnswer) -> Double?
        let words: (Double) -> String
        let isMoreBetter: Bool
    }

    private var asked: Asked {
        let unit = free.question.machine.unit
        switch free.question.given {
        case .flopAndTime:
            return Asked(
                name: "gpus_given", value: { $0.best == nil ? nil : Double($0.gpusGiven) },
                words: { "\(Readable.count(Int($0))) \(unit)s" }, isMoreBetter: false)
        case .gpusAndTime:
            let question = free.question
            return Asked(
                name: "effective_flop", value: { $0.plans.first.map { question.effectiveFlop(of: $0) } },
                words: { "\(Readable.scientific($0)) FLOP of effective compute" }, isMoreBetter: true)
        case .gpus, .gpusAndFlop:
            return Asked(
                name: "total_seconds", value: { $0.best.flatMap($0.total)?.value },
                words: { Readable.time(Seconds($0)) }, isMoreBetter: false)
        }
    }

    /// Whether the answer is the named shape.
    private var isNamed: Bool { free.member.job.model == free.question.job.model }

    /// In words: what the named shape takes, and what the chosen one gains.
    var words: String {
        let name = free.question.job.model.name
        guard let value = asked.value(named) else {
            return "\(name) itself has no plan: \(named.infeasibility.first ?? "none was found in time")"
        }
        let own = "\(name) itself: \(asked.words(value))"
        guard !isNamed else { return "\(own); no shape of the grid does better" }
        guard let best = asked.value(free) else { return own }
        let gain = asked.isMoreBetter ? best / value - 1 : 1 - best / value
        return "\(own); the free shape takes \(asked.words(best)), "
            + "\(Readable.percent(gain)) \(asked.isMoreBetter ? "more" : "less")"
    }

    /// The same for programs.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "model": .text(free.question.job.model.name), "is_the_answer": .flag(isNamed),
            "feasible": .flag(named.best != nil),
        ]
        if let value = asked.value(named) { members[asked.name] = .number(value) }
        if let layout = named.best {
            members["step_seconds"] = .number(layout.step.total.value)
            members["degrees"] = layout.layout.fields.json
        } else {
            members["reasons"] = .array(named.infeasibility.map { .text($0) })
        }
        members["certificate"] = named.certificate.json
        return .object(members)
    }
}
