public import Quantities

/// A run with its entry and its place in time.
public struct ScheduledRun: Hashable, Sendable, Codable {
    /// Name of the run.
    public let name: String
    /// The entry chosen.
    public let entry: MenuEntry
    /// When it starts.
    public let start: Seconds
    /// Latest end; infinite for none.
    public let deadline: Seconds
    /// How much its utilization counts.
    public let weight: Double

    /// Makes a run in its place.
    /// - Parameters:
    ///   - name: name of the run.
    ///   - entry: the entry chosen.
    ///   - start: when it starts.
    ///   - deadline: latest end; infinite for none.
    ///   - weight: how much its utilization counts.
    public init(
        name: String, entry: MenuEntry, start: Seconds, deadline: Seconds = Seconds(.infinity),
        weight: Double = 1
    ) {
        self.name = name
        self.entry = entry
        self.start = start
        self.deadline = deadline
        self.weight = weight
    }

    /// When it ends.
    public var end: Seconds { start + entry.duration }
}

/// GPUs of one kind in use from one time to another.
public struct UsageInterval: Hashable, Sendable, Codable {
    /// Name of the kind of machine.
    public let machine: String
    /// Begin of the interval.
    public let from: Seconds
    /// End of the interval.
    public let to: Seconds
    /// GPUs in use all the time.
    public let used: Int
    /// GPUs there are.
    public let capacity: Int
}

/// Entries and start times of all runs of a fleet.
public struct FleetSchedule: Hashable, Sendable, Codable {
    /// The runs, in the order of the problem.
    public let runs: [ScheduledRun]

    /// Makes a schedule; `keeps(_:)` says whether it may be carried out.
    /// - Parameter runs: the runs, in the order of the problem.
    public init(runs: [ScheduledRun]) {
        self.runs = runs
    }

    /// When the last run ends.
    public var makespan: Seconds { runs.map(\.end).max() ?? .zero }
    /// What all runs cost.
    public var money: Dollars { runs.reduce(.zero) { $0 + $1.entry.money } }
    /// Mean of the runs' utilizations, weighted by their weights; 0 if all weights are.
    public var weightedUtilization: Double {
        let weights = runs.reduce(0) { $0 + $1.weight }
        guard weights > 0 else { return 0 }
        return runs.reduce(0) { $0 + $1.weight * $1.entry.utilization } / weights
    }

    /// The value of an objective.
    /// - Parameter objective: which one.
    /// - Returns: seconds, dollars or a share.
    public func value(of objective: FleetObjective) -> Double {
        switch objective {
        case .makespan: makespan.value
        case .money: money.value
        case .weightedUtilization: weightedUtilization
        }
    }

    /// GPUs in use over time, by kind, between the times at which a run starts or ends.
    ///
    /// Times within a billionth of the makespan count as one, so that rounding makes no overlaps.
    /// - Parameter capacities: the fleet.
    /// - Returns: intervals in order of kind, then time; whole until the makespan.
    public func usage(of capacities: [MachineCapacity]) -> [UsageInterval] {
        let sliver = 1e-9 * makespan
        var times: [Seconds] = [.zero]
        for time in runs.flatMap({ [$0.start, $0.end] }).sorted() {
            if let last = times.last, time - last > sliver { times.append(time) }
        }
        return capacities.flatMap { capacity in
            zip(times, times.dropFirst()).map { from, to in
                let used = runs.filter {
                    $0.entry.machine == capacity.machine && $0.start <= from + sliver && $0.end >= to - sliver
                }
                return UsageInterval(
                    machine: capacity.machine, from: from, to: to,
                    used: used.reduce(0) { $0 + $1.entry.gpus }, capacity: capacity.gpus)
            }
        }
    }

    /// Whether the schedule keeps every capacity and every deadline of a problem, in whole GPUs and seconds.
    /// - Parameter problem: the problem.
    /// - Returns: true if it may be carried out.
    public func keeps(_ problem: FleetProblem) -> Bool {
        runs.count == problem.runs.count
            && runs.allSatisfy { $0.start >= .zero && $0.end <= $0.deadline }
            && usage(of: problem.capacities).allSatisfy { $0.used <= $0.capacity }
    }
}
