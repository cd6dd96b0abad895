import Optimization
import Quantities

/// A bound of the makespan when runs may wait for each other: no fleet does more work than it has time for.
///
///     minimise   T
///     such that  every run takes one entry, and lasts no longer than T
///                on every machine: sum of GPUs x duration <= capacity x T
///
/// Any schedule of makespan T satisfies both, wherever its runs start.
struct AreaModel {
    let model: MixedIntegerModel
    /// Seconds of a unit of time.
    let unit: Double

    init(_ columns: [[FleetColumn]], menus: [[MenuEntry]], problem: FleetProblem) {
        var model = MixedIntegerModel(name: "area")
        let longest = menus.joined().map(\.duration.value).max() ?? 1
        let unit = max(longest, .leastNormalMagnitude)
        var work: [String: LinearExpression] = [:]
        let makespan = model.addContinuous("makespan")
        for (run, choices) in columns.enumerated() {
            let group = model.addOneHot("run\(run)", count: choices.count)
            let entries = choices.map { menus[run][$0.entry] }
            model.addRow(
                "longest\(run)", group.expression(costs: entries.map { $0.duration.value / unit }) <= makespan
            )
            for (entry, variable) in zip(entries, group.variables) {
                let capacity = problem.capacities.first { $0.machine == entry.machine }?.gpus ?? 1
                let share = Double(entry.gpus) / Double(max(capacity, 1)) * entry.duration.value / unit
                work[entry.machine, default: LinearExpression()] += share * variable
            }
        }
        for (place, capacity) in problem.capacities.enumerated() {
            guard let sum = work[capacity.machine] else { continue }
            model.addRow("work\(place)", sum <= makespan)
        }
        model.setObjective(.minimize, 1 * makespan)
        self.model = model
        self.unit = unit
    }
}
