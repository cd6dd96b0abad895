import Files
import Training
import TransformerModel

/// A machine and a software as measured steps of one's own show them.
///
/// The numbers of the machine's calibration and of the software's conduct are fitted to the rows on the spot, each drawn
/// to its *shipped* value with the deviation that the published fit gives it: what is known of clusters in
/// general stays unless the rows speak against it. It is the fit of ``StepFit`` by ``StepFit/Rules/anchor``. Constants
/// of kernels stay, and nothing is fitted to a row or a model.
///
/// Rows of another machine or software teach what they share with the question; the numbers that they do not share are
/// fitted beside, so that they can take the blame, and forgotten.
public struct StepAnchor: Sendable {
    /// The question's machine, its calibration moved.
    public let machine: Accelerator
    /// The question's software, its conduct moved.
    public let software: TrainingSoftware
    /// What was done.
    public let report: AnchorReport

    /// The most parts that rows are left out in: up to so many rows each is left out alone.
    public static let mostParts = 24

    /// Fits; blocks for some milliseconds where there are a few rows, for some seconds where there are 200.
    /// - Parameters:
    ///   - table: what was measured.
    ///   - question: whose machine and software are anchored, and which says what rows leave empty.
    /// - Throws: `ScenarioError` where no row can be used, with the first reason.
    public init(_ table: MeasuredTable, for question: TransformerQuestion) throws(ScenarioError) {
        let setup = try AskedSetup(question)
        let machines = MachineTable(for: [table.steps], entries: [setup.machine], usual: setup.machine.name)
        let all = MeasuredSteps(table.steps, inference: RowInference(machines: machines, setup: setup))
        let (order, unused) = try Self.usable(all, setup, table)
        let measured = all.arranged(order)
        let problem = StepFit(measured, numbers: try Self.numbers(measured, setup), rules: .anchor)
        let fit = problem.fit()
        let parts = Self.parts(of: measured.cases.count)
        var leftOut = [Double?](repeating: nil, count: measured.cases.count)
        for part in parts {
            let setting = problem.fit(without: .rows(part)).setting
            for index in part { leftOut[index] = problem.seconds(setting, ofRow: index) }
        }
        let (before, after) = (problem.seconds(problem.base), problem.seconds(fit.setting))
        let rows = order.indices.map { place in
            let entry = measured.cases[place]
            return AnchorReport.Row(
                ids: entry.ids, model: entry.inputs.job.model.name,
                share: Self.share(entry.inputs, setup) ?? .both, measured: entry.measured,
                before: before[place], after: after[place], leftOut: leftOut[place],
                assumed: entry.inputs.assumed)
        }
        var machine = question.machine
        if let moved = fit.setting.calibrations[setup.machine.name] { machine.calibration = moved }
        var software = question.limits.software
        software.conduct = fit.setting.conducts[setup.software.name] ?? setup.software.conduct
        self.machine = machine
        self.software = software
        report = AnchorReport(
            place: table.place, model: setup.model.name, machine: machine.name,
            software: setup.software.label,
            rows: zip(order, rows).sorted { $0.0 < $1.0 }.map(\.1),
            moves: Self.moves(problem.numbers, at: fit.point, setup), unused: unused, parts: parts.count)
    }

    /// A question about the anchored machine and software.
    public func applied(to question: TransformerQuestion) -> TransformerQuestion {
        question.priced(by: machine.calibration, software.conduct)
    }

    // MARK: Rows

    /// Which numbers a row has in common with the question; nil for none.
    private static func share(_ inputs: StepInputs, _ setup: AskedSetup) -> AnchorReport.Share? {
        switch (inputs.machine.name == setup.machine.name, inputs.software.name == setup.software.name) {
        case (true, true): .both
        case (true, false): .machine
        case (false, true): .software
        case (false, false): nil
        }
    }

    /// The cases that teach something, in an order that does not depend on the table's, and the rows that do not.
    private static func usable(
        _ measured: MeasuredSteps, _ setup: AskedSetup, _ table: MeasuredTable
    ) throws(ScenarioError) -> (order: [Int], unused: [AnchorReport.Unused]) {
        var unused = measured.failures.map { AnchorReport.Unused(id: $0.id, reason: $0.reason) }
        var order: [Int] = []
        for (index, entry) in measured.cases.enumerated() {
            if entry.isDoubtful {
                unused += entry.ids.map { .init(id: $0, reason: "its notes call it an outlier") }
            } else if share(entry.inputs, setup) != nil {
                order.append(index)
            } else {
                let reason =
                    "it ran on \(entry.inputs.machine.name) by \(entry.inputs.software.name), the question is "
                    + "about \(setup.machine.name) and \(setup.software.name): they share no number"
                unused += entry.ids.map { .init(id: $0, reason: reason) }
            }
        }
        guard !order.isEmpty else {
            let first = unused.first.map { "\($0.id): \($0.reason)" } ?? "there is none"
            let more = unused.count - 1
            throw ScenarioError(
                place: table.place,
                reason: "no row can be used: \(first)"
                    + (more > 0 ? " (and \(more) more \(more == 1 ? "row" : "rows"))" : ""))
        }
        return (order.sorted { measured.cases[$0].plan < measured.cases[$1].plan }, unused)
    }

    /// What is left out in turn: each row, or as many parts as there may be, the rows dealt out to them.
    static func parts(of count: Int) -> [Set<Int>] {
        guard count > 1 else { return [] }
        let parts = min(count, mostParts)
        return (0..<parts).map { Set(stride(from: $0, to: count, by: parts)) }
    }

    // MARK: Numbers

    /// Numbers of all machines and software that the rows ran on, the question's first.
    private static func numbers(
        _ measured: MeasuredSteps, _ setup: AskedSetup
    ) throws(ScenarioError) -> [FittedNumber] {
        var machines: [Accelerator] = []
        var software: [(TrainingSoftware, Accelerator)] = []
        let own = measured.cases.filter { share($0.inputs, setup) == .both }
        for inputs in (own + measured.cases).map(\.inputs) {
            if !machines.contains(where: { $0.name == inputs.machine.name }) {
                machines.append(inputs.machine)
            }
            if !software.contains(where: { $0.0.name == inputs.software.name }) {
                software.append((inputs.software, inputs.machine))
            }
        }
        var numbers = machines.flatMap { MachinePriors.numbers(of: $0) }
        for (software, machine) in software {
            let usual = try SoftwareCatalogue.usual(on: machine).name
            numbers += SoftwarePriors.numbers(of: software.name, like: usual)
        }
        return numbers
    }

    private static func moves(
        _ numbers: [FittedNumber], at point: [Double], _ setup: AskedSetup
    ) -> [AnchorReport.Move] {
        zip(numbers, point).compactMap { number, parameter in
            let isOwn =
                switch number.place {
                case .constant: false
                case .machines(let names, _): names.contains(setup.machine.name)
                case .software(let names, _): names.contains(setup.software.name)
                }
            let move = AnchorReport.Move(
                name: number.name, scope: number.scope, before: number.prior,
                after: number.value(at: parameter))
            return isOwn && abs(move.change) > AnchorReport.noticeable ? move : nil
        }
    }
}
