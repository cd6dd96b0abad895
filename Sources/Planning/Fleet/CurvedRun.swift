public import Quantities

/// A run whose menu can be asked for more: one curve of least times for each kind of machine.
public struct CurvedRun: Sendable {
    /// Name, unique in a fleet.
    public let name: String
    /// Latest end; infinite for none.
    public let deadline: Seconds
    /// How much its utilization counts, at least 0.
    public let weight: Double
    /// What is known of it, by kind of machine.
    public var curves: [MenuCurve]

    /// Makes a run.
    /// - Parameters:
    ///   - name: unique in a fleet.
    ///   - deadline: latest end; infinite for none.
    ///   - weight: how much its utilization counts, at least 0.
    ///   - curves: what is known of it, at least one kind of machine.
    public init(
        name: String, deadline: Seconds = Seconds(.infinity), weight: Double = 1, curves: [MenuCurve]
    ) {
        self.name = name
        self.deadline = deadline
        self.weight = weight
        self.curves = curves
    }

    /// The run with the entries found so far.
    public var found: FleetRun {
        FleetRun(name: name, menu: curves.flatMap(\.menu), deadline: deadline, weight: weight)
    }

    /// A gap with the entry that stands for it.
    struct Place: Hashable {
        let curve: Int
        let gap: MenuCurve.Gap
        let entry: MenuEntry
    }

    /// Every gap of every curve.
    var places: [Place] {
        curves.indices.flatMap { curve in
            curves[curve].gaps.map { gap in
                Place(curve: curve, gap: gap, entry: curves[curve].bestCase(of: gap))
            }
        }
    }

    /// The run with the entries found and, for every gap, one that is as good as anything in it.
    var relaxed: FleetRun {
        FleetRun(
            name: name, menu: curves.flatMap(\.menu) + places.map(\.entry), deadline: deadline,
            weight: weight)
    }
}
