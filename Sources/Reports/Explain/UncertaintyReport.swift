import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// How an answer fares on machines that are only known roughly, for people, scripts and tables.
public struct UncertaintyReport<Question: ReportedQuestion>: Sendable {
    private let uncertainty: Uncertainty<Question>

    /// Makes a report.
    public init(_ uncertainty: Uncertainty<Question>) { self.uncertainty = uncertainty }

    /// The member `uncertainty` of a plan's JSON.
    public var json: JSONValue {
        let request = uncertainty.request
        return .object(
            request.members.merging([
                "measure": .text(uncertainty.measure.rawValue),
                "infeasible_samples": .integer(uncertainty.infeasibleSamples),
                "best": uncertainty.best.fields("best").json,
                "candidates": .array(uncertainty.candidates.map { fields($0).json }),
                "robust": uncertainty.robust.map { fields($0).json } ?? .null,
            ]) { own, _ in own })
    }

    /// Header and one line a candidate: the columns that name machine and run, those of plans, then those of the
    /// samples.
    public var csv: String {
        let rows = uncertainty.candidates.map { uncertainty.question.labels + fields($0) }
        return ([rows.first.map(CSVText.header) ?? ""] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    private func fields(_ candidate: Uncertainty<Question>.Candidate) -> [Field] {
        let question = uncertainty.question
        // Plans of given shapes differ in nothing that a run buys.
        let effect = question.computeKind == .effective ? question.effectFields(candidate.plan) : []
        return question.planFields(candidate.plan) + candidate.seconds.fields("total_seconds")
            + candidate.utilization.fields("utilization") + [
                Field("near_best_share", .number(candidate.nearBest)),
                Field("feasible_share", .number(candidate.feasible)),
                Field("wins_share", .number(candidate.wins)),
            ] + effect
    }

    /// A table of the candidates and the robust plan.
    public var text: String {
        let request = uncertainty.request
        let question = uncertainty.question
        var table = TextTable(
            [
                ("plan", .right), ("time p10", .right), ("p50", .right), ("p90", .right),
                ("util p50", .right),
                ("within \(request.nearText)", .right), ("feasible", .right),
                ("\(question.machine.unit)s", .right),
            ] + question.layoutColumns)
        let robust = uncertainty.robust?.plan.identity
        for (index, candidate) in uncertainty.candidates.enumerated() {
            table.add(
                [
                    (candidate.plan.identity == robust ? "robust " : "") + "\(index + 1)",
                    Self.time(candidate.seconds.low), Self.time(candidate.seconds.middle),
                    Self.time(candidate.seconds.high), Readable.percent(candidate.utilization.middle),
                    Readable.percent(candidate.nearBest), Readable.percent(candidate.feasible),
                    candidate.plan.accelerators,
                ] + question.layoutCells(candidate.plan))
        }
        var lines = [
            request.text,
            "best plan of each sample: p10 \(text(uncertainty.best.low)), p50 \(text(uncertainty.best.middle)), "
                + "p90 \(text(uncertainty.best.high))",
        ]
        if uncertainty.infeasibleSamples > 0 {
            lines.append("no plan is feasible in \(uncertainty.infeasibleSamples) of the samples")
        }
        return lines.joined(separator: "\n") + "\n\n" + table.text
    }

    private func text(_ value: Double) -> String {
        value.isFinite ? uncertainty.measure.text(value, unit: uncertainty.question.machine.unit) : "no plan"
    }

    private static func time(_ seconds: Double) -> String {
        seconds.isFinite ? Readable.time(Seconds(seconds)) : "does not fit"
    }
}
