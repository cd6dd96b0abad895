public import Optimization
public import Quantities

/// What is proved of a schedule.
public struct FleetCertificate: Hashable, Sendable {
    /// How the search ended.
    public enum Completion: Hashable, Sendable {
        /// The schedule is the best of all, within the solver's tolerance.
        case optimal
        /// The schedule is as near to the bound as was asked.
        case gapReached
        /// No schedule of the grid is better; one off the grid may be, though not beyond the bound.
        case gridExhausted
        /// The same for a grid of fewer slots than asked for, which the models can hold.
        case coarseGridExhausted(slots: Int)
        /// No schedule exists.
        case infeasible
        /// The search was ended before that was known.
        case stopped(Termination)
    }

    /// Name of the solver.
    public let solver: String
    /// No schedule is better than this: a lower bound of makespan or money, an upper bound of utilization.
    ///
    /// With slots it holds for all start times, on the grid or not, for which all runs end within the
    /// horizon. Nil if nothing is proved.
    public let bound: Double?
    /// How many choices of entry and start the largest model had.
    public let columns: Int
    /// Branch-and-bound nodes of all models.
    public let nodes: Int
    /// Models solved.
    public let models: Int
    /// How the search ended.
    public let completion: Completion
    /// Time from the call to its return.
    public let elapsed: Duration
}

/// A run whose deadline cannot be met, whatever the others do.
public struct HopelessRun: Hashable, Sendable, Codable {
    /// Name of the run.
    public let name: String
    /// Its deadline.
    public let deadline: Seconds
    /// Earliest end if it had the whole fleet; nil if no entry fits the fleet.
    public let earliestEnd: Seconds?
}

/// A deadline moved.
public struct LaterDeadline: Hashable, Sendable, Codable {
    /// Name of the run.
    public let name: String
    /// The deadline asked for.
    public let deadline: Seconds
    /// The deadline that can be met.
    public let needed: Seconds
}

/// Why no schedule exists, and the smallest changes with which one would.
public struct FleetShortfall: Hashable, Sendable {
    /// Runs that could not meet their deadlines even alone.
    public let hopeless: [HopelessRun]
    /// Deadlines to move so that all others can be met, with the least sum of delays; nil if no delay helps
    /// or none was found in time.
    public let laterDeadlines: [LaterDeadline]?
    /// GPUs to add, by kind, so that all deadlines can be met, least in number; nil if no number helps or
    /// none was found in time.
    public let moreGPUs: [MachineCapacity]?
    /// Whether both changes are proved to be least, among schedules of the grid if starts are slots.
    public let isLeast: Bool
}

/// The end of a search for a schedule.
public struct FleetAnswer: Hashable, Sendable {
    /// What was found.
    public enum Verdict: Hashable, Sendable {
        /// The best schedule found; `gap` says how good it is.
        case found(FleetSchedule)
        /// No schedule exists, proved; and what would change that.
        case infeasible(FleetShortfall)
        /// None was found by the limit, and none was proved not to exist.
        case undecided
    }

    /// What was found.
    public let verdict: Verdict
    /// The objective of the problem.
    public let objective: FleetObjective
    /// What is proved.
    public let certificate: FleetCertificate

    /// The schedule, if one was found.
    public var schedule: FleetSchedule? {
        if case .found(let schedule) = verdict { return schedule }
        return nil
    }

    /// How far apart the schedule and the bound are; nil unless there are both.
    public var gap: OptimalityGap? {
        guard let schedule, let bound = certificate.bound else { return nil }
        return OptimalityGap(objective: schedule.value(of: objective), bound: bound)
    }
}
