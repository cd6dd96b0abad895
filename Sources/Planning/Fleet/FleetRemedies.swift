import Optimization
import Quantities

/// What would have to change for a schedule to exist.
struct FleetRemedies {
    private let grid: FleetGrid
    private let problem: FleetProblem

    init(_ grid: FleetGrid, problem: FleetProblem) {
        self.grid = grid
        self.problem = problem
    }

    /// Runs that could not meet their deadlines with the whole fleet for themselves.
    func hopelessRuns() -> [HopelessRun] {
        zip(problem.runs, grid.menus).compactMap { run, menu in
            let ends = menu.filter { entry in
                entry.gpus <= problem.capacities.first { $0.machine == entry.machine }?.gpus ?? 0
            }.map(\.duration)
            let earliest = ends.min()
            let limit = min(run.deadline.value, grid.horizon)
            if let earliest, earliest.value <= limit { return nil }
            return HopelessRun(name: run.name, deadline: run.deadline, earliestEnd: earliest)
        }
    }

    /// The smallest changes, each by a model of its own.
    func shortfall(
        _ hopeless: [HopelessRun], runner: inout ModelRunner
    ) throws(FleetError) -> FleetShortfall {
        let later = try laterDeadlines(runner: &runner)
        let more = try moreGPUs(runner: &runner)
        return FleetShortfall(
            hopeless: hopeless, laterDeadlines: later.found, moreGPUs: more.found,
            isLeast: later.isProved && more.isProved)
    }

    /// Deadlines to move, with the least sum of delays.
    private func laterDeadlines(
        runner: inout ModelRunner
    ) throws(FleetError) -> (found: [LaterDeadline]?, isProved: Bool) {
        let filter = FleetGrid.Filter(keepsDeadlines: false)
        guard let (built, result) = try solve(filter, aim: .lateness, runner: &runner) else {
            return (nil, true)
        }
        let found = result.solution.map { solution in
            built.columns(of: solution).compactMap { column -> LaterDeadline? in
                let run = problem.runs[column.run]
                guard column.end > run.deadline.value else { return nil }
                return LaterDeadline(name: run.name, deadline: run.deadline, needed: Seconds(column.end))
            }
        }
        return (found, result.termination.isConclusive)
    }

    /// GPUs to add, fewest in number.
    private func moreGPUs(
        runner: inout ModelRunner
    ) throws(FleetError) -> (found: [MachineCapacity]?, isProved: Bool) {
        let filter = FleetGrid.Filter(exceedsCapacity: true)
        guard let (built, result) = try solve(filter, aim: .moreGPUs, runner: &runner) else {
            return (nil, true)
        }
        return (result.solution.map(built.added), result.termination.isConclusive)
    }

    /// Solves a model with an aim; nil if some run has no column, which no solver need be asked about.
    private func solve(
        _ filter: FleetGrid.Filter, aim: FleetModel.Aim, runner: inout ModelRunner
    ) throws(FleetError) -> (FleetModel, MixedIntegerResult)? {
        let columns = grid.columns(filter)
        guard columns.allSatisfy({ !$0.isEmpty }) else { return nil }
        let built = FleetModel(columns, menus: grid.menus, problem: problem, aim: aim)
        return (built, try runner.solve(built.model))
    }
}
