public import Quantities

/// One way to carry out a run, as a planner prices it.
public struct MenuEntry: Hashable, Sendable, Codable {
    /// Name of the kind of machine, one of the fleet's.
    public let machine: String
    /// GPUs held from start to end, at least 1.
    public let gpus: Int
    /// Time from start to end.
    public let duration: Seconds
    /// What it costs.
    public let money: Dollars
    /// Utilization reached, at least 0; above 1 only where more work is counted than is done, as attention in full.
    public let utilization: Double
    /// What it stands for, such as a plan's text; never looked at.
    public let label: String

    /// Makes an entry.
    /// - Parameters:
    ///   - machine: name of the kind of machine.
    ///   - gpus: GPUs held from start to end, at least 1.
    ///   - duration: time from start to end, above 0.
    ///   - money: what it costs.
    ///   - utilization: utilization reached, at least 0.
    ///   - label: what it stands for; never looked at.
    public init(
        machine: String, gpus: Int, duration: Seconds, money: Dollars = .zero, utilization: Double = 0,
        label: String = ""
    ) {
        self.machine = machine
        self.gpus = gpus
        self.duration = duration
        self.money = money
        self.utilization = utilization
        self.label = label
    }

    /// Whether another entry of the same machine is at least as good in everything: no more GPUs, no longer,
    /// no dearer, no less utilized.
    func isMatched(by other: MenuEntry) -> Bool {
        machine == other.machine && other.gpus <= gpus && other.duration <= duration && other.money <= money
            && other.utilization >= utilization
    }
}

/// A training run that wants a place in the fleet.
public struct FleetRun: Hashable, Sendable, Codable {
    /// Name, unique in a fleet.
    public let name: String
    /// Ways to carry it out, at least one.
    public let menu: [MenuEntry]
    /// Latest end; infinite for none.
    public let deadline: Seconds
    /// How much its utilization counts, at least 0.
    public let weight: Double

    /// Makes a run.
    /// - Parameters:
    ///   - name: unique in a fleet.
    ///   - menu: ways to carry it out, at least one.
    ///   - deadline: latest end; infinite for none.
    ///   - weight: how much its utilization counts, at least 0.
    public init(
        name: String, menu: [MenuEntry], deadline: Seconds = Seconds(.infinity), weight: Double = 1
    ) {
        self.name = name
        self.menu = menu
        self.deadline = deadline
        self.weight = weight
    }

    /// The entries that no other entry of the menu matches or beats, the first of equals, in their order.
    ///
    /// Nothing is lost for any objective: in any schedule an entry can be replaced by one that matches it,
    /// which holds no more GPUs for no longer, costs no more and is utilized no less.
    /// Complexity: quadratic in the entries that are left, by machine.
    public var undominatedMenu: [MenuEntry] {
        // An entry is matched only by one that comes before it in this order, or by an equal.
        let order = menu.indices.sorted { left, right in
            let (one, other) = (menu[left], menu[right])
            let keys = (one.gpus, one.duration, one.money, -one.utilization)
            let others = (other.gpus, other.duration, other.money, -other.utilization)
            return keys != others ? keys < others : left < right
        }
        var kept: [String: [Int]] = [:]
        for place in order {
            let entry = menu[place]
            let rivals = kept[entry.machine] ?? []
            if !rivals.contains(where: { entry.isMatched(by: menu[$0]) }) {
                kept[entry.machine, default: []].append(place)
            }
        }
        return kept.values.joined().sorted().map { menu[$0] }
    }
}
