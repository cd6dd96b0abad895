import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A fleet's schedule, for people, scripts and tables.
public struct FleetReport: Sendable {
    private let answer: FleetAnswer
    private let problem: FleetProblem
    private let plans: [String: FleetMenu.FleetPlan]
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

    private func plan(_ run: ScheduledRun) -> FleetMenu.FleetPlan? {
        plans[FleetMenu.key(run: run.name, entry: run.entry)]
    }

    private func fields(_ run: ScheduledRun) -> [Field] {
        let found = plan(run)
        // What a run costs on the accelerators that it holds.
        let bill = found.flatMap { found in prices[run.entry.machine]?.bill(of: found.plan) }
        let row = found.flatMap(FleetRow.init)
        return [
            Field("run", .text(run.name)), Field("hardware", .text(run.entry.machine)),
            Field("model", row.map { .text($0.model) } ?? .missing),
            Field("gpus_given", .integer(run.entry.gpus)), Field("start_seconds", .number(run.start.value)),
            Field("end_seconds", .number(run.end.value)),
            Field("deadline_seconds", run.deadline.value.isFinite ? .number(run.deadline.value) : .missing),
            Field("money_dollars", bill?.dollars.map { .number($0) } ?? .missing),
            Field("joules", bill?.joules.map { .number($0) } ?? .missing),
            Field("weight", .number(run.weight)),
        ] + (row?.fields ?? [])
    }

    /// Header and one line a run, the columns of all runs with empty cells where one has no such number; only the
    /// header where there is no schedule.
    public var csv: String {
        let rows = answer.schedule?.runs.map(fields) ?? []
        guard !rows.isEmpty else { return "run\n" }
        var seen: Set<String> = []
        let columns = rows.joined().map(\.name).filter { seen.insert($0).inserted }
        let filled = rows.map { row in
            let cells = Dictionary(row.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            return columns.map { cells[$0] ?? Field($0, .missing) }
        }
        return ([CSVText.line(columns)] + filled.map(CSVText.row)).joined(separator: "\n") + "\n"
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
        let units = Set(plans.values.map { $0.plan.machine.unit })
        return units.count == 1 ? units.first ?? "GPU" : "accelerator"
    }

    private func lines(_ shortfall: FleetShortfall) -> [String] {
        shortfall.text(unit: unit).split(separator: "\n").map(String.init)
    }

    /// The decisions of all runs, a table for each cost model.
    private func layouts(_ schedule: FleetSchedule) -> String {
        var tables: [(columns: [String], table: TextTable)] = []
        for run in schedule.runs {
            guard let row = plan(run).flatMap(FleetRow.init) else { continue }
            let names = row.columns.map(\.name)
            let place = tables.firstIndex { $0.columns == names } ?? tables.count
            if place == tables.count {
                tables.append(
                    (
                        names,
                        TextTable([("run", .left), ("used", .right), ("utilization", .right)] + row.columns)
                    ))
            }
            tables[place].table.add(
                [run.name, Readable.count(row.gpus), Readable.percent(row.utilization)] + row.cells)
        }
        return tables.map(\.table.text).joined(separator: "\n\n")
    }
}

/// What a fleet's report says of a run's plan, whatever its cost model.
private struct FleetRow {
    /// The model trained; `data-movement` where the laws make it.
    let model: String
    let gpus: Int
    let utilization: Double
    /// Columns of the plan, the accelerators given left out.
    let fields: [Field]
    /// Headings and cells of the decisions for people.
    let columns: [(name: String, alignment: TextTable.Alignment)]
    let cells: [String]

    /// Nil where the cost model has no reports.
    init?(_ found: FleetMenu.FleetPlan) {
        guard let question = found.question as? any ReportedQuestion else { return nil }
        self.init(found.plan, of: question)
    }

    private init?<Question: ReportedQuestion>(_ found: any PricedRun, of question: Question) {
        guard let plan = found as? Question.Priced else { return nil }
        let label = question.labels.first { $0.name == "model" }
        model = label?.value.cell ?? "data-movement"
        gpus = plan.gpus
        utilization = plan.utilization
        fields = question.planFields(plan).filter { $0.name != "gpus_given" }
        columns = question.layoutColumns
        cells = question.layoutCells(plan)
    }
}
