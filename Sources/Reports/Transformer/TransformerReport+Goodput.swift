import Planning
import Quantities
import Training
import TransformerModel

/// Goodput: a factor beside the prediction of a step, shown where it was asked for.
extension TransformerReport {
    /// Time that the run trains.
    private func training(_ layout: PricedLayout) -> Seconds? { answer.steps.map { layout.step.total * $0 } }

    /// Whether the search counted what goodput takes.
    private var isSearched: Bool { answer.question.goodput != nil }

    /// Time of the run with what goodput takes; without the factor the run's own.
    func totalWithFailures(_ layout: PricedLayout) -> Seconds? {
        guard !isSearched else { return answer.total(layout) }
        return answer.total(layout).map { total in factors.goodput(layout).map { total / $0.useful } ?? total
        }
    }

    /// The factor for people, nil where it was not asked for.
    func goodputText(_ best: PricedLayout) -> String? {
        guard let goodput = factors.goodput(best) else { return nil }
        var table = TextTable([("share of the run's time", .left), ("", .right)])
        for (name, part) in Goodput.parts where goodput[keyPath: part] > 0 {
            table.add([Self.shareNames[name] ?? name, Readable.percent(goodput[keyPath: part])])
        }
        var lines: [String] = []
        if let total = training(best), let longer = totalWithFailures(best) {
            lines.append(
                "run       \(Readable.time(total)) if nothing fails, \(Readable.time(longer)) with goodput")
        }
        if !isSearched, let longest = answer.member.longestRun, let longer = totalWithFailures(best),
            longer > longest
        {
            lines.append(
                "          more than the \(Readable.time(longest)) asked for: the search lets nothing fail; "
                    + "--goodput counts it")
        }
        if goodput.meanTime.value.isFinite {
            lines.append(
                "failures  one in \(Readable.time(goodput.meanTime)) on average; "
                    + "\(Readable.time(goodput.interval)) of work between checkpoints")
        }
        if factors.spares > 0 {
            let all = best.layout.gpus + factors.spares
            lines.append(
                "spares    \(Readable.count(factors.spares)), \(Readable.count(all)) \(answer.member.machine.unit)s with those used"
            )
        }
        return
            (["  goodput \(Readable.significant(goodput.useful)), \(manner)", "", table.text]
            + (lines.isEmpty ? [] : [""]) + lines.map { "  \($0)" }).joined(separator: "\n")
    }

    private var manner: String {
        isSearched
            ? "counted by the search: times are those of the wall clock" : "a factor besides the step"
    }

    /// The factor for scripts, nil where it was not asked for.
    func goodputJSON(_ layout: PricedLayout) -> JSONValue? {
        let fields = goodputFields(layout)
        return fields.isEmpty ? nil : fields.json
    }

    /// The factor as columns, none where it was not asked for.
    func goodputFields(_ layout: PricedLayout) -> [Field] {
        guard let goodput = factors.goodput(layout) else { return [] }
        func finite(_ time: Seconds?) -> Field.Value {
            time.flatMap { $0.value.isFinite ? .number($0.value) : nil } ?? .missing
        }
        let longer = totalWithFailures(layout)
        return [Field("goodput", .number(goodput.useful))]
            + Goodput.parts.map { Field("\($0.name)_share", .number(goodput[keyPath: $0.part])) }
            + [
                Field("run_mtbf_seconds", finite(goodput.meanTime)),
                Field("checkpoint_interval_seconds", finite(goodput.interval)),
                Field("total_seconds_with_goodput", finite(longer)),
                Field("failures", longer.map { .number($0 / goodput.meanTime) } ?? .missing),
                Field("spares", .integer(factors.spares)),
                Field("gpus_with_spares", .integer(layout.layout.gpus + factors.spares)),
            ]
    }

    private static let shareNames = [
        "useful": "training", "lost_work": "work lost to failures", "restarts": "restarting",
        "checkpoints": "writing checkpoints", "stragglers": "waiting for stragglers",
    ]
}

extension TransformerQuestion {
    /// The time that a run may take, where it is given.
    fileprivate var longestRun: Seconds? {
        switch given {
        case .gpus, .gpusAndFlop: nil
        case .flopAndTime(_, let time), .gpusAndTime(_, let time): time
        }
    }
}
