import Quantities

/// One run carried out by one entry from one slot on.
struct FleetColumn {
    let run: Int
    /// Place in the run's menu.
    let entry: Int
    let start: Double
    let end: Double
    /// Slots in which the GPUs are held.
    let held: Range<Int>
}

/// The grid of start times of a problem, and the columns on it.
struct FleetGrid {
    /// How the last slot of a run counts.
    enum Rounding {
        /// Held to the end of the slot: every schedule of the grid is real.
        case up
        /// Not held if not held to its end: every real schedule has one on the grid, see `FleetSolve`.
        case down
    }

    /// Entries of each run, none dominated.
    let menus: [[MenuEntry]]
    private let problem: FleetProblem
    /// Length of a slot; nil if all runs start at zero.
    private let length: Double?
    /// Number of slots.
    let count: Int

    init(_ problem: FleetProblem) {
        self.problem = problem
        menus = problem.runs.map(\.undominatedMenu)
        switch problem.starts {
        case .together: (length, count) = (nil, 1)
        case .slots(let slot, let number):
            let horizon = slot.value * Double(number)
            count = Self.manageable(number, horizon: horizon, durations: menus.joined().map(\.duration.value))
            length = count == number ? slot.value : horizon / Double(count)
        }
    }

    /// As many slots of a horizon as asked, halved until the models can hold them.
    ///
    /// Bounds hold for every start time within the horizon whatever the slots are (see `FleetSolve`), so fewer
    /// slots lose nothing but fineness.
    private static func manageable(_ asked: Int, horizon: Double, durations: [Double]) -> Int {
        var count = asked
        while count > 1 {
            let slots = Double(count)
            let terms = durations.reduce(0) { $0 + slots * min(slots, ($1 / horizon * slots).rounded(.up)) }
            if terms <= mostTerms { break }
            count /= 2
        }
        return count
    }

    /// Terms of the capacity rows that a model may have: GLPK takes about a second to read and presolve as many.
    private static let mostTerms = 200_000.0

    /// Latest end of anything; infinite if all runs start at zero.
    var horizon: Double { length.map { $0 * Double(count) } ?? .infinity }

    /// Whether all durations are whole numbers of slots and rounding either way is the same.
    var isExact: Bool {
        guard let length else { return true }
        return menus.joined().allSatisfy { entry in
            let ratio = entry.duration.value / length
            return (ratio - ratio.rounded()).magnitude <= Self.tolerance * max(1, ratio)
        }
    }

    /// Which columns to make.
    struct Filter {
        var rounding = Rounding.up
        /// Whether runs must end by their deadlines.
        var keepsDeadlines = true
        /// Whether an entry may need more GPUs than the fleet has.
        var exceedsCapacity = false
    }

    /// Every entry of every run from every slot that the filter admits, by run.
    func columns(_ filter: Filter) -> [[FleetColumn]] {
        let capacities = Dictionary(
            problem.capacities.map { ($0.machine, $0.gpus) }, uniquingKeysWith: { first, _ in first })
        return problem.runs.indices.map { run in
            let deadline = filter.keepsDeadlines ? problem.runs[run].deadline.value : .infinity
            return menus[run].indices.flatMap { place -> [FleetColumn] in
                let entry = menus[run][place]
                let isTooBig = entry.gpus > capacities[entry.machine] ?? 0
                if isTooBig && !filter.exceedsCapacity { return [] }
                let slots = slots(of: entry.duration.value, filter.rounding)
                return (0..<count).compactMap { slot in
                    let start = length.map { Double(slot) * $0 } ?? 0
                    let end = start + entry.duration.value
                    let limit = min(deadline, horizon)
                    guard end <= limit * (1 + Self.tolerance) else { return nil }
                    return FleetColumn(
                        run: run, entry: place, start: start, end: end,
                        held: slot..<min(slot + slots, count))
                }
            }
        }
    }

    private func slots(of duration: Double, _ rounding: Rounding) -> Int {
        guard let length else { return 1 }
        let ratio = duration / length
        let near = ratio.rounded()
        if (ratio - near).magnitude <= Self.tolerance * max(1, ratio) { return Int(min(near, 1e9)) }
        return Int(min(ratio.rounded(rounding == .up ? .up : .down), 1e9))
    }

    /// Ratios this close to a whole number are one.
    private static let tolerance = 1e-9
}
