import Charts
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// A Pareto front of plans, for people, scripts, tables and figures.
public struct ParetoReport<Question: ReportedQuestion>: Sendable {
    private let front: ParetoFront<Question.Priced>
    private let sweep: Sweep<Question>
    private let version: String

    /// Makes a report.
    /// - Parameters:
    ///   - front: of plans of the sweep.
    ///   - sweep: cluster sizes of one amount of compute.
    ///   - version: of the tool, for JSON.
    public init(_ front: ParetoFront<Question.Priced>, sweep: Sweep<Question>, version: String) {
        self.front = front
        self.sweep = sweep
        self.version = version
    }

    private func fields(_ point: ParetoFront<Question.Priced>.Point) -> [Field] {
        sweep.template.planFields(point.plan) + point.bill.fields + [
            Field("efficient", .flag(point.isEfficient))
        ] + sweep.template.effectFields(point.plan)
    }

    // MARK: JSON and CSV

    /// Inputs, prices and points.
    public var json: JSONValue {
        let inputs = sweep.inputs
        return .object([
            "version": .text(version), "inputs": inputs, "inputs_hash": .text(Digest.of(inputs.text(.line))),
            "prices": front.prices.json, "points": .array(front.points.map { fields($0).json }),
        ])
    }

    /// Header and one line a plan: the columns of `plan`, then `gpu_hours,dollars,joules,efficient,space,accounting`.
    public var csv: String {
        let question = sweep.template
        let rows = front.points.map { question.labels + fields($0) + question.spaceFields }
        return ([rows.first.map(CSVText.header) ?? ""] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    // MARK: Text

    /// A table, the efficient plans marked, and what the prices stand for.
    public var text: String {
        var table = TextTable(
            [
                ("", .left), ("\(unit)s", .right), ("used", .right), ("time", .right), ("util", .right),
                ("\(unit)-hours", .right), ("money", .right), ("energy", .right), ("binds", .left),
            ] + (shapeColumn == nil ? [] : [("shape", .left)]))
        for point in front.points {
            table.add(
                [
                    point.isEfficient ? "*" : "", Readable.count(point.plan.gpusGiven),
                    Readable.count(point.plan.gpus), Readable.time(point.plan.total),
                    Readable.percent(point.plan.utilization), Readable.significant(point.bill.hours),
                    point.bill.dollars.map { "$\(Readable.significant($0))" } ?? "-",
                    point.bill.joules.map { "\(Readable.significant($0 / 3.6e9)) MWh" } ?? "-",
                    BindingName.words(point.plan.binding),
                ] + (shapeColumn.map { [sweep.template.layoutCells(point.plan)[$0]] } ?? []))
        }
        return table.text + "\n\n" + assumptions.map { "note: \($0)" }.joined(separator: "\n") + "\n"
    }

    /// The place of the shape among the decisions; nil where it is given.
    private var shapeColumn: Int? { sweep.template.layoutColumns.firstIndex { $0.name == "shape" } }

    /// The compute of the runs, in words.
    var computeWords: String {
        sweep.cells.first.map { "\(Readable.scientific($0.flop)) \(sweep.kind.unit)" } ?? "no FLOP"
    }

    /// What the mark and the numbers stand for, a line each.
    public var assumptions: [String] {
        [
            "* no other of these plans is as good in time, \(unit)s, money and energy and better in one",
            "\(unit)s is the smallest cluster that holds the plan; utilization, hours, money and energy are its",
            sweep.template.spaceWords,
        ] + front.prices.assumptions(on: machine)
    }

    // MARK: Figures

    private var machine: Accelerator { sweep.template.machine }
    private var unit: String { machine.unit }

    /// Figures over the time of the run: `pareto-gpus`, and `pareto-money` and `pareto-energy` where known.
    public var charts: [(name: String, chart: any Chart)] {
        [
            figure("pareto-gpus", Axis("\(unit)s given", unit: "count", scale: .log10, format: .compact)) {
                Double($0.plan.gpusGiven)
            },
            figure(
                "pareto-money", Axis("Money", unit: "dollars", scale: .log10, format: .compact),
                \.bill.dollars),
            figure(
                "pareto-energy", Axis("Energy", unit: "J", scale: .log10, format: .prefixed(unit: "J")),
                \.bill.joules),
        ].compactMap { $0 }
    }

    private func figure(
        _ name: String, _ axis: Axis, _ value: (ParetoFront<Question.Priced>.Point) -> Double?
    ) -> (name: String, chart: any Chart)? {
        let points = front.points.compactMap { point in
            value(point).map {
                LabelledPoint(
                    x: point.plan.total.value, y: $0,
                    label: "\(Readable.count(point.plan.gpusGiven)) \(unit)s")
            }
        }
        guard !points.isEmpty else { return nil }
        let chart = ParetoChart(
            Heading(
                "\(axis.title) and time of a run of \(computeWords)",
                subtitle: "\(machine.title): \(sweep.template.subject), \(sweep.template.planWords)",
                caption: "The fastest plan of each cluster size."),
            horizontal: Axis("Time of the run", unit: "s", scale: .log10, format: .duration), vertical: axis,
            points: points)
        return (name, chart)
    }
}
