public import Quantities

/// The least time of a run on at most so many GPUs of one kind, as far as it has been asked.
///
/// With T(n) for that time, three things hold, and nothing else is used:
/// - T never rises with n: what runs on fewer GPUs runs on more;
/// - no plan takes less than a known number of GPU-seconds, so T(n) is at least that over n;
/// - money is the price of an hour times GPUs times time, and utilization the useful GPU-seconds over GPUs
///   times time.
///
/// Between two sizes that were asked lies a *gap*, in which T is not known but bounded: it is at least that of
/// the size above. ``relaxedMenu`` has one entry for each gap that is at least as good in everything as any plan
/// within it, so what is best with that menu bounds what is best over all sizes.
public struct MenuCurve: Sendable {
    /// Name of the kind of machine.
    public let machine: String
    /// GPUs of that kind in the fleet.
    public let capacity: Int
    /// GPU-seconds that no plan of the run goes below.
    public let leastWork: Double
    /// GPU-seconds of the run at a utilization of 1.
    public let usefulWork: Double
    /// Price of a GPU for a second.
    public let pricePerSecond: Double
    /// Sizes that were asked, rising.
    private var asked: [Asked] = []

    private struct Asked: Sendable {
        let gpus: Int
        let fastest: FastestEntry
    }

    /// Begins with nothing known but bounds.
    /// - Parameters:
    ///   - machine: name of the kind.
    ///   - capacity: GPUs of that kind, at least 1.
    ///   - leastWork: GPU-seconds that no plan goes below, at least 0.
    ///   - usefulWork: GPU-seconds of the run at a utilization of 1, at least 0.
    ///   - pricePerHour: of one GPU.
    public init(
        machine: String, capacity: Int, leastWork: Double, usefulWork: Double, pricePerHour: Dollars = .zero
    ) {
        self.machine = machine
        self.capacity = capacity
        self.leastWork = leastWork
        self.usefulWork = usefulWork
        pricePerSecond = pricePerHour.value / 3600
    }

    /// Sizes between two that were asked, of which only bounds are known.
    public struct Gap: Hashable, Sendable {
        /// Fewest GPUs.
        public let least: Int
        /// Most GPUs.
        public let most: Int
        /// Seconds that no plan in it goes below.
        let floor: Double

        /// A size that halves the gap in the logarithm.
        public var middle: Int {
            let middle = (Double(least) * Double(most)).squareRoot().rounded()
            return min(max(Int(middle), least), most)
        }
    }

    /// Whether a size was asked.
    public func isAsked(_ gpus: Int) -> Bool { asked.contains { $0.gpus == gpus } }

    /// Whether the least time on so many GPUs is known: it was asked, or lies between a size that was and the GPUs of
    /// its fastest plan, which is as fast there.
    public func isKnown(_ gpus: Int) -> Bool {
        asked.contains { one in
            one.gpus == gpus || (one.gpus > gpus && one.fastest.isProved && one.fastest.holds(on: gpus))
        }
    }

    /// Notes what was found for a size; a size asked before is not replaced.
    /// - Parameters:
    ///   - fastest: the fastest entry on at most so many GPUs.
    ///   - gpus: the size, 1 to the capacity.
    public mutating func note(_ fastest: FastestEntry, at gpus: Int) {
        let place = asked.firstIndex { $0.gpus >= gpus } ?? asked.count
        if place < asked.count, asked[place].gpus == gpus { return }
        asked.insert(Asked(gpus: gpus, fastest: fastest), at: place)
    }

    /// The entries found, by rising size.
    public var menu: [MenuEntry] {
        var entries: [MenuEntry] = []
        for one in asked {
            if let entry = one.fastest.entry, entry != entries.last { entries.append(entry) }
        }
        return entries
    }

    /// The gaps, by rising size; none once every size is known.
    public var gaps: [Gap] {
        var gaps: [Gap] = []
        var below = 0
        for one in asked {
            let most = one.fastest.isProved ? (one.fastest.entry?.gpus ?? 1) - 1 : one.gpus
            // What is proved not to run here runs on no fewer either.
            if most > below, one.fastest.floor.value.isFinite {
                gaps.append(gap(below + 1, most, floor: one.fastest.floor.value))
            }
            below = one.gpus
        }
        if below < capacity { gaps.append(gap(below + 1, capacity, floor: 0)) }
        return gaps
    }

    private func gap(_ least: Int, _ most: Int, floor: Double) -> Gap {
        Gap(least: least, most: most, floor: max(floor, leastWork / Double(most)))
    }

    /// An entry that is at least as good in everything as any plan of a gap.
    func bestCase(of gap: Gap) -> MenuEntry {
        let work = max(leastWork, Double(gap.least) * gap.floor)
        return MenuEntry(
            machine: machine, gpus: gap.least, duration: Seconds(max(gap.floor, .leastNormalMagnitude)),
            money: Dollars(pricePerSecond * work),
            utilization: work > 0 ? max(0, usefulWork / work) : 1,
            label: "at best, on \(gap.least) to \(gap.most) \(machine)")
    }
}

/// The fastest entry on at most so many GPUs, and how sure that is.
public struct FastestEntry: Hashable, Sendable {
    /// The entry; nil where none was found.
    public let entry: MenuEntry?
    /// Seconds that no plan on so many GPUs goes below; infinite where there is none.
    public let floor: Seconds

    /// Whether nothing is faster than the entry, or there is none.
    public var isProved: Bool { floor >= entry?.duration ?? Seconds(.infinity) }

    /// Whether nothing is known to keep the entry from so many GPUs: it has no more of them, or there is none on any.
    func holds(on gpus: Int) -> Bool { entry.map { $0.gpus <= gpus } ?? true }

    /// Notes what a search found.
    /// - Parameters:
    ///   - entry: the fastest found, on the fewest GPUs that hold its plan; nil where none was found.
    ///   - floor: seconds that no plan goes below; the entry's duration where that is proved to be least,
    ///     infinite where it is proved that there is none.
    public init(entry: MenuEntry?, floor: Seconds) {
        self.entry = entry
        self.floor = floor
    }
}
