import Explain
import Quantities
import Search

/// How an answer fares on machines that are only known roughly, for people, scripts and tables.
public struct UncertaintyReport: Sendable {
    private let uncertainty: Uncertainty

    /// Makes a report.
    public init(_ uncertainty: Uncertainty) { self.uncertainty = uncertainty }

    /// The member `uncertainty` of a plan's JSON.
    public var json: JSONValue {
        let request = uncertainty.request
        return .object([
            "samples": .integer(request.samples), "seed": .text(String(request.seed)),
            "tolerance": .number(request.tolerance), "measure": .text(uncertainty.measure.rawValue),
            "infeasible_samples": .integer(uncertainty.infeasibleSamples),
            "best": Self.fields("best", uncertainty.best).json,
            "numbers": .array(
                request.numbers.map { number in
                    .object(["key": .text(number.knob.key), "factor": .text(Self.text(number.spread))])
                }),
            "candidates": .array(
                uncertainty.candidates.map { ($0.plan.frontierFields + Self.fields($0)).json }),
            "robust": uncertainty.robust.map { ($0.plan.frontierFields + Self.fields($0)).json } ?? .null,
        ])
    }

    /// Header and one line a candidate: the columns of `plan`, then those of the samples.
    /// - Parameter labels: columns that name machine and laws.
    /// - Returns: the table.
    public func csv(_ labels: RunLabels) -> String {
        let rows = uncertainty.candidates.map { labels.fields + $0.plan.frontierFields + Self.fields($0) }
        return ([rows.first.map(CSVText.header) ?? ""] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    private static func fields(_ candidate: Uncertainty.Candidate) -> [Field] {
        fields("total_seconds", candidate.seconds) + fields("utilization", candidate.utilization) + [
            Field("near_best_share", .number(candidate.nearBest)),
            Field("feasible_share", .number(candidate.feasible)),
            Field("wins_share", .number(candidate.wins)),
        ]
    }

    private static func fields(_ name: String, _ band: Band) -> [Field] {
        [
            Field("\(name)_p10", .number(band.low)), Field("\(name)_p50", .number(band.middle)),
            Field("\(name)_p90", .number(band.high)),
        ]
    }

    /// A table of the candidates and the robust plan.
    public var text: String {
        let request = uncertainty.request
        let near = PlainNumber.text((request.tolerance * 1e5).rounded() / 1e3)
        var table = TextTable([
            ("plan", .right), ("time p10", .right), ("p50", .right), ("p90", .right), ("util p50", .right),
            ("within \(near) %", .right), ("feasible", .right), ("GPUs", .right), ("TPm", .right),
            ("TPf", .right),
            ("PP", .right), ("EP", .right), ("DP", .right), ("v", .right), ("M", .right), ("schedule", .left),
        ])
        let robust = uncertainty.robust?.plan.plan
        for (index, candidate) in uncertainty.candidates.enumerated() {
            let plan = candidate.plan.plan
            table.add([
                (plan == robust ? "robust " : "") + "\(index + 1)", Self.time(candidate.seconds.low),
                Self.time(candidate.seconds.middle), Self.time(candidate.seconds.high),
                Readable.percent(candidate.utilization.middle), Readable.percent(candidate.nearBest),
                Readable.percent(candidate.feasible), Readable.count(plan.gpus), "\(plan.tensorModel)",
                "\(plan.tensorFeedForward)", "\(plan.pipeline)", "\(plan.expert)", "\(plan.data)",
                "\(plan.interleave)", "\(plan.microbatches)", plan.schedule.rawValue,
            ])
        }
        let drawn = request.numbers.map { "\($0.knob.key) \(Self.text($0.spread))" }.joined(separator: ", ")
        var lines = [
            "uncertain: \(drawn); \(request.samples) samples, seed \(request.seed)",
            "best plan of each sample: p10 \(text(uncertainty.best.low)), p50 \(text(uncertainty.best.middle)), "
                + "p90 \(text(uncertainty.best.high))",
        ]
        if uncertainty.infeasibleSamples > 0 {
            lines.append("no plan is feasible in \(uncertainty.infeasibleSamples) of the samples")
        }
        return lines.joined(separator: "\n") + "\n\n" + table.text
    }

    private func text(_ value: Double) -> String {
        value.isFinite ? uncertainty.measure.text(value) : "no plan"
    }

    private static func time(_ seconds: Double) -> String {
        seconds.isFinite ? Readable.time(Seconds(seconds)) : "does not fit"
    }

    private static func text(_ spread: UncertainNumber.Spread) -> String {
        switch spread {
        case .logUniform(let range):
            "\(PlainNumber.text(range.lowerBound))..\(PlainNumber.text(range.upperBound))x"
        case .normal(let deviation): "normal:\(deviation)"
        }
    }
}
