public import Quantities

/// A kind of machine and how many GPUs of it the fleet has.
public struct MachineCapacity: Hashable, Sendable, Codable {
    /// Name of the kind.
    public let machine: String
    /// How many GPUs there are.
    public let gpus: Int

    /// Makes a capacity.
    /// - Parameters:
    ///   - machine: name of the kind, unique in a fleet.
    ///   - gpus: how many GPUs there are, at least 0.
    public init(machine: String, gpus: Int) {
        self.machine = machine
        self.gpus = gpus
    }
}

/// What makes one schedule of a fleet better than another.
public enum FleetObjective: String, Hashable, Sendable, Codable, CaseIterable {
    /// Least time until the last run ends.
    case makespan
    /// Least money for all runs.
    case money
    /// Greatest mean of the runs' utilizations, weighted by their weights.
    case weightedUtilization
}

/// When runs may start.
public enum StartRule: Hashable, Sendable, Codable {
    /// All at time zero: together they must fit the fleet.
    case together
    /// At multiples of a length of time, within a horizon of so many slots.
    ///
    /// A schedule of the grid holds its GPUs to the end of the slot in which it ends, so it is always real;
    /// bounds are proved for every start time, see docs/fleet.md. For the makespan, slots that do not divide
    /// all durations are made shorter, as many of them, once a schedule is known that ends before the
    /// horizon.
    case slots(length: Seconds, count: Int)
}

/// Runs that share a fleet.
public struct FleetProblem: Hashable, Sendable, Codable {
    /// The runs.
    public var runs: [FleetRun]
    /// The fleet.
    public var capacities: [MachineCapacity]
    /// What is best.
    public var objective: FleetObjective
    /// When runs may start.
    public var starts: StartRule

    /// Makes a problem.
    /// - Parameters:
    ///   - runs: the runs, at least one.
    ///   - capacities: the fleet, at least one kind.
    ///   - objective: what is best.
    ///   - starts: when runs may start.
    public init(
        runs: [FleetRun], capacities: [MachineCapacity], objective: FleetObjective,
        starts: StartRule = .together
    ) {
        self.runs = runs
        self.capacities = capacities
        self.objective = objective
        self.starts = starts
    }

    /// Most runs of a problem: GPUs of that many runs are added without overflow.
    public static let mostRuns = 4096
    /// Most GPUs of a kind.
    public static let mostGPUs = 1 << 50
    /// Most slots; a year of slots of half a minute.
    public static let mostSlots = 1_000_000

    /// Checks every number and name.
    /// - Throws: `FleetError.invalidProblem` with the first thing that is wrong.
    public func validate() throws(FleetError) {
        try require(!runs.isEmpty, "the list of runs", "empty", "at least one run")
        try require(
            runs.count <= Self.mostRuns, "the list of runs", "\(runs.count) long", "at most \(Self.mostRuns)")
        try require(!capacities.isEmpty, "the fleet", "empty", "at least one kind of machine")
        let kinds = Set(capacities.map(\.machine))
        try require(
            kinds.count == capacities.count, "the fleet", "naming a machine twice", "one capacity a machine")
        try require(
            Set(runs.map(\.name)).count == runs.count, "the list of runs", "naming a run twice",
            "a name of its own for each run")
        for capacity in capacities {
            try require(
                (0...Self.mostGPUs).contains(capacity.gpus), "the capacity of \(capacity.machine)",
                "\(capacity.gpus)", "0 to 2^50")
        }
        for run in runs { try check(run, kinds: kinds) }
        if case .slots(let length, let count) = starts {
            try require(
                length.value.isFinite && length > .zero, "the length of a slot", "\(length.value)",
                "a finite time above 0")
            try require(
                (1...Self.mostSlots).contains(count), "the number of slots", "\(count)",
                "1 to \(Self.mostSlots)")
        }
    }

    private func check(_ run: FleetRun, kinds: Set<String>) throws(FleetError) {
        try require(!run.menu.isEmpty, "the menu of \(run.name)", "empty", "at least one entry")
        try require(run.deadline > .zero, "the deadline of \(run.name)", "\(run.deadline.value)", "above 0")
        try require(
            run.weight.isFinite && run.weight >= 0, "the weight of \(run.name)", "\(run.weight)",
            "a finite number, at least 0")
        for entry in run.menu {
            let what = "an entry of \(run.name)"
            try require(
                kinds.contains(entry.machine), what, "on \(entry.machine)", "one of \(kinds.sorted())")
            try require(
                (1...Self.mostGPUs).contains(entry.gpus), what, "of \(entry.gpus) GPUs", "1 to 2^50")
            try require(
                entry.duration.value.isFinite && entry.duration > .zero, what,
                "of \(entry.duration.value) s", "a finite time above 0")
            try require(
                entry.money.value.isFinite, what, "of \(entry.money.value) USD", "a finite sum of money")
            try require(
                entry.utilization.isFinite && entry.utilization >= 0, what,
                "of utilization \(entry.utilization)", "a finite number, at least 0")
        }
    }

    private func require(
        _ condition: @autoclosure () -> Bool, _ what: String, _ value: String, _ accepted: String
    ) throws(FleetError) {
        if !condition() { throw .invalidProblem(what: what, value: value, accepted: accepted) }
    }
}
