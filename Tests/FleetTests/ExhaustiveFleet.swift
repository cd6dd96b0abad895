import Planning
import Quantities

/// Tries every entry of every run, and with slots of one second every whole start: the judge of the rest.
struct ExhaustiveFleet {
    let problem: FleetProblem

    /// The best value of the objective; nil if nothing is feasible.
    func best() -> Double? {
        var best: Double?
        visitPlaced { schedule in
            guard keepsDeadlines(schedule), excess(of: schedule) == 0 else { return }
            let value = schedule.value(of: problem.objective)
            let isBetter =
                problem.objective == .weightedUtilization
                ? value > best ?? -.infinity : value < best ?? .infinity
            if isBetter { best = value }
        }
        return best
    }

    /// The least number of GPUs to add; nil if no number helps.
    func leastAdded() -> Int? {
        var least: Int?
        visitPlaced { schedule in
            guard keepsDeadlines(schedule) else { return }
            least = min(least ?? .max, excess(of: schedule))
        }
        return least
    }

    /// The least sum of delays; nil if no delay helps.
    func leastDelay() -> Double? {
        var least: Double?
        visitPlaced { schedule in
            guard excess(of: schedule) == 0 else { return }
            let delay = schedule.runs.reduce(0) { $0 + max(0, ($1.end - $1.deadline).value) }
            least = min(least ?? .infinity, delay)
        }
        return least
    }

    private var horizon: Int {
        if case .slots(_, let count) = problem.starts { return count }
        return 1
    }

    private func keepsDeadlines(_ schedule: FleetSchedule) -> Bool {
        schedule.runs.allSatisfy { $0.end <= $0.deadline }
    }

    /// GPUs missing, over all kinds, in the worst second of each.
    private func excess(of schedule: FleetSchedule) -> Int {
        problem.capacities.reduce(0) { sum, capacity in
            let seconds = problem.starts == .together ? 0...0 : 0...(horizon - 1)
            let worst =
                seconds.map { second in
                    schedule.runs.filter { run in
                        run.entry.machine == capacity.machine && run.start.value <= Double(second)
                            && Double(second) < run.end.value
                    }.reduce(0) { $0 + $1.entry.gpus }
                }.max() ?? 0
            return sum + max(0, worst - capacity.gpus)
        }
    }

    private func visitPlaced(_ body: (FleetSchedule) -> Void) { visit([], body) }

    private func visit(_ placed: [ScheduledRun], _ body: (FleetSchedule) -> Void) {
        guard placed.count < problem.runs.count else {
            body(FleetSchedule(runs: placed))
            return
        }
        let run = problem.runs[placed.count]
        for entry in run.menu {
            let starts = problem.starts == .together ? 0...0 : 0...(horizon - 1)
            for start in starts {
                let item = ScheduledRun(
                    name: run.name, entry: entry, start: Seconds(Double(start)), deadline: run.deadline,
                    weight: run.weight)
                if problem.starts != .together, item.end.value > Double(horizon) { continue }
                visit(placed + [item], body)
            }
        }
    }
}
