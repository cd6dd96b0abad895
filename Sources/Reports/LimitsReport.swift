import Charts
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// The closed-form limits of machines over the exponent by which the critical batch outgrows depth.
///
/// Source: arXiv:2411.01137, section on analytic limits; `ClosedForms` has the formulas. Machines on which the
/// search says otherwise have no limits, but a line that says so.
public struct LimitsReport: Sendable {
    private let machines: [Accelerator]
    private let checks: [ClosedFormCheck]
    private let exponents: [Double]

    /// Takes machines and exponents, and holds the forms against a search on each machine.
    /// - Parameters:
    ///   - machines: each with a row for every exponent.
    ///   - exponents: each at least 0 and below 0.5.
    /// - Throws: ``PlanningError`` when a machine cannot be planned for.
    public init(machines: [Accelerator], exponents: [Double]) throws(PlanningError) {
        self.machines = machines
        self.exponents = exponents
        var checks: [ClosedFormCheck] = []
        for machine in machines { checks.append(try ClosedFormCheck(machine: machine)) }
        self.checks = checks
    }

    /// Whether the forms hold on some machine.
    public var isEmpty: Bool { !checks.contains(where: \.holds) }

    private var holding: [Accelerator] { zip(machines, checks).filter(\.1.holds).map(\.0) }

    /// Why machines have no limits, a line each.
    public var refusals: [String] {
        zip(machines, checks).filter { !$1.holds }.map { machine, check in
            let found =
                check.searched.map { "the search finds \(Readable.scientific($0.lowerBound)) FLOP" }
                ?? "the search finds no end of linear scaling"
            return "\(machine.name): the closed forms do not hold; they end linear scaling at "
                + "\(Readable.scientific(check.formula)) FLOP with the default laws, \(found) "
                + "(meshwright frontier --hardware \(machine.name))"
        }
    }

    private var rows: [[Field]] {
        zip(machines, checks).flatMap { machine, check in
            exponents.map { exponent in
                let critical = ClosedForms.criticalLevel(machine: machine, exponentDifference: exponent)
                return [
                    Field("hardware", .text(machine.name)), Field("exponent", .number(exponent)),
                    Field(
                        "critical_compute_flop",
                        check.holds ? .number(critical?.flop.value ?? .infinity) : .missing),
                    Field(
                        "latency_limit_flop",
                        check.holds ? .number(Self.latencyLimit(machine, exponent)) : .missing),
                    Field("critical_level", critical.map { .text($0.name) } ?? .missing),
                    Field("critical_group", critical.map { .integer($0.group) } ?? .missing),
                    Field(
                        "unit_latency_seconds", .number(ClosedForms.unitLatency(of: machine).value)),
                    Field("holds", .flag(check.holds)),
                    Field("default_laws_closed_form_flop", .number(check.formula)),
                    Field(
                        "default_laws_searched_flop",
                        check.searched.map { .number($0.lowerBound) } ?? .missing),
                    Field(
                        "default_laws_searched_last_flop",
                        check.searched.map { .number($0.upperBound) } ?? .missing),
                ]
            }
        }
    }

    private static func latencyLimit(_ machine: Accelerator, _ exponent: Double) -> Double {
        ClosedForms.latencyLimit(
            exponentDifference: exponent, latency: ClosedForms.unitLatency(of: machine)
        ).value
    }

    /// Header and one line a machine and exponent; full precision, FLOP.
    public var csv: String {
        let rows = rows
        return ([rows.first.map(CSVText.header) ?? ""] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    /// The same rows as JSON.
    public var json: JSONValue { .array(rows.map(\.json)) }

    /// A table for people.
    public var text: String {
        if isEmpty { return "" }
        var table = TextTable([
            ("hardware", .left), ("exponent", .right), ("critical compute", .right), ("limited by", .left),
            ("latency limit", .right), ("latency", .right),
        ])
        for machine in holding {
            for exponent in exponents {
                let critical = ClosedForms.criticalLevel(machine: machine, exponentDifference: exponent)
                table.add([
                    machine.name, Readable.significant(exponent),
                    critical.map { "\(Readable.scientific($0.flop.value)) FLOP" } ?? "none",
                    critical.map { "\($0.name) above \(Self.group($0.group, machine.unit))" }
                        ?? "no bandwidth",
                    "\(Readable.scientific(Self.latencyLimit(machine, exponent))) FLOP",
                    Readable.time(ClosedForms.unitLatency(of: machine)),
                ])
            }
        }
        let lines = [table.text] + refusals
        return lines.joined(separator: "\n") + "\n"
    }

    private static func group(_ count: Int, _ unit: String) -> String {
        count == 1 ? "one \(unit)" : "\(Readable.count(count)) \(unit)s"
    }

    /// Both limits over exponents from 0 to 0.3.
    public var chart: LineChart {
        let places = (0...30).map { Double($0) / 100 }
        var series = holding.map { machine in
            Series(
                machine.name,
                points: places.map {
                    DataPoint(
                        x: $0, y: ClosedForms.criticalCompute(machine: machine, exponentDifference: $0).value)
                }.filter(\.y.isFinite))
        }
        for latency in Set(holding.map { ClosedForms.unitLatency(of: $0).value }).sorted() {
            series.append(
                Series(
                    "latency limit, \(Readable.time(Seconds(latency)))",
                    points: places.map {
                        let limit = ClosedForms.latencyLimit(
                            exponentDifference: $0, latency: Seconds(latency))
                        return DataPoint(x: $0, y: limit.value)
                    }, hue: .grey, dash: .dashed))
        }
        return LineChart(
            Heading(
                "Where bandwidth and latency end linear scaling, in closed form",
                subtitle: "Three months; coloured: critical compute of a machine, grey dashes: latency limit",
                caption:
                    "The exponent says how much faster the critical batch grows than depth, as powers of "
                    + "compute. Formulas of arXiv:2411.01137."),
            horizontal: Axis("Exponent of batch less that of depth", unit: "power of FLOP"),
            vertical: Axis("Training compute", unit: "FLOP", scale: .log10, format: .power),
            series: series, labelling: .legend)
    }
}
