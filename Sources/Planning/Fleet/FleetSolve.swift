import Optimization
import Quantities

/// One answer: a first schedule, the bound, the best schedule, or what is missing.
///
/// Durations that are no whole number of slots are rounded twice. Rounded down, every real schedule has one
/// on the grid: let run r start at s and last d, in slots. It is moved to floor(s) and holds floor(d) slots.
/// If it holds slot q there, then s < q + 1 and s + d >= floor(s) + floor(d) >= q + 1, so it really holds its
/// GPUs just before q + 1, as do all others that hold slot q there: the capacity suffices. Ends only move
/// forward. So the best of that model bounds every real schedule within the horizon. Rounded up,
/// every schedule of the grid is real.
struct FleetSolve {
    private var problem: FleetProblem
    private var grid: FleetGrid
    private var runner: ModelRunner
    private var best: FleetSchedule?
    private var bound: Double?
    /// Whether a model that holds for all schedules was solved to its end.
    private var isSettled = false

    init(_ problem: FleetProblem, runner: ModelRunner) {
        self.problem = problem
        self.runner = runner
        grid = FleetGrid(problem)
    }

    mutating func answer() throws(FleetError) -> FleetAnswer {
        let remedies = FleetRemedies(grid, problem: problem)
        let hopeless = remedies.hopelessRuns()
        if !hopeless.isEmpty { return try infeasible(hopeless, remedies) }
        best = FleetDescent(grid, problem: problem, isOver: { [runner] in runner.isOver }).schedule()
        shortenSlots()
        try boundByArea()
        let first = isWithin(0) ? Termination.optimal : try improve(.down)
        if first == .infeasible && best == nil { return try infeasible([], remedies) }
        var last = first
        if !isSettled && !grid.isExact && !isWithin(runner.options.relativeGap) && !first.isStop {
            last = try improve(.up)
        }
        return answer(best.map(FleetAnswer.Verdict.found) ?? .undecided, completion(last))
    }

    private func completion(_ last: Termination) -> FleetCertificate.Completion {
        if isSettled || isWithin(0) { return .optimal }
        if isWithin(runner.options.relativeGap) { return .gapReached }
        // What is conclusive without closing the gap was so on the grid only.
        guard last.isConclusive || last == .gapReached else { return .stopped(last) }
        guard case .slots(_, let asked) = problem.starts, grid.count < asked else { return .gridExhausted }
        return .coarseGridExhausted(slots: grid.count)
    }

    /// Fits the slots to the makespan in hand: nothing that ends later is of interest.
    private mutating func shortenSlots() {
        guard problem.objective == .makespan, case .slots(_, let count) = problem.starts, !grid.isExact,
            let best, best.makespan.value < grid.horizon
        else { return }
        problem.starts = .slots(length: best.makespan / Double(count), count: count)
        grid = FleetGrid(problem)
    }

    /// Bounds the makespan by the work to be done on each kind of machine, without a grid.
    private mutating func boundByArea() throws(FleetError) {
        guard problem.objective == .makespan, problem.starts != .together else { return }
        let columns = grid.columns(FleetGrid.Filter()).map { $0.filter { $0.start == 0 } }
        guard columns.allSatisfy({ !$0.isEmpty }) else { return }
        let area = AreaModel(columns, menus: grid.menus, problem: problem)
        let result = try runner.solve(area.model)
        if result.termination == .infeasible { return }
        bound = result.bound.map { $0 * area.unit }
    }

    /// Whether the best schedule is as near to the bound as asked, or as the solver's tolerance allows.
    private func isWithin(_ relativeGap: Double) -> Bool {
        guard let best, let bound else { return false }
        let gap = OptimalityGap(objective: best.value(of: problem.objective), bound: bound)
        return gap.relative <= max(3e-6, relativeGap)
    }

    /// Solves the model of one rounding; takes its bound if that holds for all, and its schedule if real.
    private mutating func improve(_ rounding: FleetGrid.Rounding) throws(FleetError) -> Termination {
        let holdsForAll = rounding == .down || grid.isExact
        let columns = grid.columns(FleetGrid.Filter(rounding: rounding))
        guard columns.allSatisfy({ !$0.isEmpty }) else { return .infeasible }
        let incumbent = best?.value(of: problem.objective)
        if problem.objective == .makespan {
            let search = MakespanSearch(columns: columns, menus: grid.menus, problem: problem)
            let outcome = try search.outcome(incumbent: incumbent ?? .infinity, runner: &runner)
            if holdsForAll { bound = max(bound ?? 0, outcome.bound) }
            note(outcome.columns)
            // A point within the solver's tolerance may have been refused for a GPU too many.
            isSettled =
                grid.isExact && outcome.termination == .optimal
                && (best?.makespan.value ?? .infinity) <= outcome.bound * (1 + 1e-9)
            return outcome.termination
        }
        let aim: FleetModel.Aim = problem.objective == .money ? .money : .utilization
        let built = FleetModel(columns, menus: grid.menus, problem: problem, aim: aim)
        let result = try runner.solve(built.model, cutoff: incumbent)
        if holdsForAll {
            let proved = result.termination == .cutoffProvedNothingBetter ? incumbent : nil
            bound = result.bound ?? proved ?? bound
        }
        note(result.solution.map(built.columns))
        // Nothing as good as the schedule in hand: then it is the best, on the grid or off.
        let isBest = holdsForAll && result.termination == .cutoffProvedNothingBetter && best != nil
        isSettled = isBest || (grid.isExact && result.termination == .optimal && isBestOf(result))
        return result.termination
    }

    /// Whether the schedule in hand is as good as a solution: it may have been refused for a GPU too many.
    private func isBestOf(_ result: MixedIntegerResult) -> Bool {
        guard let best, let objective = result.solution?.objective else { return false }
        let value = best.value(of: problem.objective)
        return (value - objective).magnitude <= 1e-6 * max(value.magnitude, objective.magnitude)
    }

    /// Keeps a schedule that is real and better: the columns as they are, or moved as early as they go.
    private mutating func note(_ columns: [FleetColumn]?) {
        guard let columns, columns.count == problem.runs.count else { return }
        let entries = columns.map { grid.menus[$0.run][$0.entry] }
        let order = columns.indices.sorted { columns[$0].start < columns[$1].start }
        let placed = FleetSchedule(
            runs: zip(problem.runs, columns).map { run, column in
                ScheduledRun(
                    name: run.name, entry: grid.menus[column.run][column.entry],
                    start: Seconds(column.start), deadline: run.deadline, weight: run.weight)
            })
        for schedule in [FleetSchedule(entries: entries, order: order, problem: problem), placed]
        where schedule.keeps(problem) && schedule.makespan.value <= grid.horizon * (1 + 1e-9) {
            let value = schedule.value(of: problem.objective)
            let sense: ObjectiveSense = problem.objective == .weightedUtilization ? .maximize : .minimize
            if let best, !sense.isBetter(value, than: best.value(of: problem.objective)) { continue }
            best = schedule
        }
    }

    private mutating func infeasible(
        _ hopeless: [HopelessRun], _ remedies: FleetRemedies
    ) throws(FleetError) -> FleetAnswer {
        let shortfall = try remedies.shortfall(hopeless, runner: &runner)
        bound = nil
        return answer(.infeasible(shortfall), .infeasible)
    }

    private func answer(
        _ verdict: FleetAnswer.Verdict, _ completion: FleetCertificate.Completion
    ) -> FleetAnswer {
        FleetAnswer(
            verdict: verdict, objective: problem.objective,
            certificate: FleetCertificate(
                solver: runner.solver.name, bound: bound, columns: runner.columns, nodes: runner.nodes,
                models: runner.models, completion: completion, elapsed: .now - runner.start))
    }
}

extension Termination {
    /// Whether time or a person ended the search, so that another model would fare no better.
    fileprivate var isStop: Bool { self == .timeLimit || self == .cancelled }
}
