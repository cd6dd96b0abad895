import Optimization
import Planning
import Quantities
import ScalingModel

/// A fleet's schedule, for people, scripts and tables.
public struct FleetReport: Sendable {
    private let answer: FleetAnswer
    private let problem: FleetProblem
    private let plans: [String: PricedPlan]
    private let prices: [String: RunPrices]
    private let version: String

    /// Makes a report.
    /// - Parameters:
    ///   - outcome: from a fleet's menus.
    ///   - version: of the tool, for JSON.
    public init(_ outcome: FleetMenu.Outcome, version: String) {
        answer = outcome.answer
        problem = outcome.problem
        plans = outcome.plans
        prices = outcome.prices
        self.version = version
    }

    /// What a run costs on the accelerators that it holds; nil where nothing is known of it.
    private func bill(_ run: ScheduledRun) -> RunBill? {
        plans[FleetMenu.key(run: run.name, entry: run.entry)].flatMap {
            prices[run.entry.machine]?.bill(of: $0)
        }
    }

    private func fields(_ run: ScheduledRun) -> [Field] {
        let plan = plans[FleetMenu.key(run: run.name, entry: run.entry)]
        return [
            Field("run", .text(run.name)), Field("hardware", .text(run.entry.machine)),
            Field("gpus_given", .integer(run.entry.gpus)), Field("start_seconds", .number(run.start.value)),
            Field("end_seconds", .number(run.end.value)),
            Field("deadline_seconds", run.deadline.value.isFinite ? .number(run.deadline.value) : .missing),
            Field("money_dollars", bill(run)?.dollars.map { .number($0) } ?? .missing),
            Field("joules", bill(run)?.joules.map { .number($0) } ?? .missing),
            Field("weight", .number(run.weight)),
        ] + (plan.map { $0.frontierFields.filter { $0.name != "gpus_given" } } ?? [])
    }

    /// Header and one line a run; only the header where there is no schedule.
    public var csv: String {
        let rows = answer.schedule?.runs.map(fields) ?? []
        guard let first = rows.first else { return "run\n" }
        return ([CSVText.header(first)] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    /// Runs, use of the machines, certificate; or what is missing.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "version": .text(version), "objective": .text(answer.objective.rawValue),
            "certificate": .object([
                "solver": .text(answer.certificate.solver),
                "bound": answer.certificate.bound.map { .number($0) } ?? .null,
                "gap": answer.gap.map { .number($0.relative) } ?? .null,
                "nodes": .integer(answer.certificate.nodes), "columns": .integer(answer.certificate.columns),
                "completion": .text("\(answer.certificate.completion)"),
            ]),
        ]
        switch answer.verdict {
        case .found(let schedule):
            members["feasible"] = .flag(true)
            members["runs"] = .array(schedule.runs.map { fields($0).json })
            members["makespan_seconds"] = .number(schedule.makespan.value)
            members["money_dollars"] = .number(schedule.money.value)
            members["weighted_utilization"] = .number(schedule.weightedUtilization)
            members["usage"] = .array(
                schedule.usage(of: problem.capacities).map { interval in
                    .object([
                        "hardware": .text(interval.machine), "from_seconds": .number(interval.from.value),
                        "to_seconds": .number(interval.to.value), "used": .integer(interval.used),
                        "capacity": .integer(interval.capacity),
                    ])
                })
        case .infeasible(let shortfall):
            members["feasible"] = .flag(false)
            members["reasons"] = .array(lines(shortfall).map { .text($0) })
        case .undecided: members["feasible"] = .null
        }
        return .object(members)
    }

    /// The schedule for people.
    public var text: String {
        switch answer.verdict {
        case .found(let schedule):
            let gap = answer.gap.map { "gap \(Readable.significant($0.relative * 100)) %" } ?? "no bound"
            return schedule.table(capacities: problem.capacities, unit: unit) + "\n\n" + layouts(schedule)
                + "\n\ncertificate: \(answer.certificate.completion), \(gap) over clusters of every size\n"
        case .infeasible(let shortfall):
            return "No feasible schedule.\n" + lines(shortfall).map { "  \($0)\n" }.joined()
        case .undecided: return "No schedule found within the time limit; none is ruled out.\n"
        }
    }

    /// What the machines call an accelerator; a word for all where they differ.
    private var unit: String {
        let units = Set(plans.values.map(\.model.machine.unit))
        return units.count == 1 ? units.first ?? "GPU" : "accelerator"
    }

    private func lines(_ shortfall: FleetShortfall) -> [String] {
        shortfall.text(unit: unit).split(separator: "\n").map(String.init)
    }

    private func layouts(_ schedule: FleetSchedule) -> String {
        var table = TextTable([
            ("run", .left), ("used", .right), ("TP", .right), ("PP", .right), ("EP", .right),
            ("DP", .right),
            ("M", .right), ("utilization", .right), ("binds", .left),
        ])
        for run in schedule.runs {
            guard let plan = plans[FleetMenu.key(run: run.name, entry: run.entry)] else { continue }
            table.add([
                run.name, Readable.count(plan.gpus), "\(plan.plan.tensor)", "\(plan.plan.pipeline)",
                "\(plan.plan.expert)", "\(plan.plan.data)", "\(plan.plan.microbatches)",
                Readable.percent(plan.utilization), plan.binding.replacing("_", with: " "),
            ])
        }
        return table.text
    }
}
