import Quantities

/// A schedule to begin with: entries changed one at a time, and runs moved in the order, as long as it helps.
///
/// It proves nothing and is repeatable: no chance, and no clock but that of the limit of time.
struct FleetDescent {
    private let problem: FleetProblem
    private let grid: FleetGrid
    /// Entries that fit the fleet and the deadline alone, by run.
    private let allowed: [[Int]]
    private let kinds: [String: Int]
    /// Whether to stop with what is in hand.
    private let isOver: () -> Bool

    /// Rounds through all runs before it stops at the latest.
    private static let rounds = 30

    init(_ grid: FleetGrid, problem: FleetProblem, isOver: @escaping () -> Bool = { false }) {
        self.isOver = isOver
        self.problem = problem
        self.grid = grid
        kinds = Dictionary(
            problem.capacities.enumerated().map { ($1.machine, $0) }, uniquingKeysWith: { first, _ in first })
        var allowed: [[Int]] = []
        for (run, menu) in zip(problem.runs, grid.menus) {
            allowed.append(
                menu.indices.filter { place in
                    let entry = menu[place]
                    let capacity = problem.capacities.first { $0.machine == entry.machine }?.gpus ?? 0
                    return entry.gpus <= capacity && entry.duration <= run.deadline
                        && entry.duration.value <= grid.horizon
                })
        }
        self.allowed = allowed
    }

    private struct State {
        var entries: [Int]
        var order: [Int]
    }

    /// What a state is worth: smaller is better, the earlier part first.
    private struct Worth: Comparable {
        var violation: Double
        var objective: Double
        var work: Double

        static func < (left: Worth, right: Worth) -> Bool {
            (left.violation, left.objective, left.work) < (right.violation, right.objective, right.work)
        }
    }

    /// The best schedule that keeps the problem; nil if none was met.
    func schedule() -> FleetSchedule? {
        guard allowed.allSatisfy({ !$0.isEmpty }) else { return nil }
        let keys: [(MenuEntry) -> Double] = [
            { Double($0.gpus) }, { Double($0.gpus) * $0.duration.value }, { $0.duration.value },
            { $0.money.value }, { -$0.utilization },
        ]
        let byDeadline = problem.runs.indices.sorted { problem.runs[$0].deadline < problem.runs[$1].deadline }
        var best: (schedule: FleetSchedule, worth: Worth)?
        for key in keys {
            let entries = allowed.indices.map { run in
                allowed[run].min { key(grid.menus[run][$0]) < key(grid.menus[run][$1]) } ?? 0
            }
            let found = descend(from: State(entries: entries, order: byDeadline))
            let schedule = self.schedule(of: found.state)
            guard found.worth.violation == 0, schedule.keeps(problem) else { continue }
            if let best, best.worth <= found.worth { continue }
            best = (schedule, found.worth)
        }
        return best?.schedule
    }

    private func descend(from start: State) -> (state: State, worth: Worth) {
        var state = start
        var worth = self.worth(of: state)
        for _ in 0..<Self.rounds {
            let before = worth
            for run in problem.runs.indices {
                if isOver() { return (state, worth) }
                for entry in allowed[run] where entry != state.entries[run] {
                    var changed = state
                    changed.entries[run] = entry
                    let found = self.worth(of: changed)
                    if found < worth { (state, worth) = (changed, found) }
                }
                if problem.starts == .together { continue }
                for place in problem.runs.indices {
                    var changed = state
                    changed.order.removeAll { $0 == run }
                    changed.order.insert(run, at: place)
                    let found = self.worth(of: changed)
                    if found < worth { (state, worth) = (changed, found) }
                }
            }
            if !(worth < before) { break }
        }
        return (state, worth)
    }

    private func worth(of state: State) -> Worth {
        let schedule = self.schedule(of: state)
        var violation = 0.0
        for run in schedule.runs {
            let limit = min(run.deadline.value, grid.horizon)
            if run.end.value > limit { violation += (run.end.value - limit) / limit }
        }
        if problem.starts == .together {
            for capacity in problem.capacities {
                let used = schedule.runs.filter { $0.entry.machine == capacity.machine }
                    .reduce(0) { $0 + $1.entry.gpus }
                violation += Double(max(0, used - capacity.gpus)) / Double(max(capacity.gpus, 1))
            }
        }
        let value = schedule.value(of: problem.objective)
        return Worth(
            violation: violation, objective: problem.objective == .weightedUtilization ? -value : value,
            work: schedule.runs.reduce(0) { $0 + Double($1.entry.gpus) * $1.entry.duration.value })
    }

    private func schedule(of state: State) -> FleetSchedule {
        let entries = state.entries.indices.map { grid.menus[$0][state.entries[$0]] }
        return FleetSchedule(entries: entries, order: state.order, problem: problem)
    }
}

extension FleetSchedule {
    /// Places entries as early as they go, in an order; all at zero if runs start together.
    init(entries: [MenuEntry], order: [Int], problem: FleetProblem) {
        var starts = [Double](repeating: 0, count: entries.count)
        if problem.starts != .together {
            let items = entries.map { entry in
                SerialSchedule.Item(
                    kind: problem.capacities.firstIndex { $0.machine == entry.machine } ?? 0,
                    gpus: entry.gpus, duration: entry.duration.value)
            }
            starts = SerialSchedule(capacities: problem.capacities.map(\.gpus))
                .starts(of: items, order: order)
        }
        self.init(
            runs: problem.runs.indices.map { place in
                let run = problem.runs[place]
                return ScheduledRun(
                    name: run.name, entry: entries[place], start: Seconds(starts[place]),
                    deadline: run.deadline, weight: run.weight)
            })
    }
}
