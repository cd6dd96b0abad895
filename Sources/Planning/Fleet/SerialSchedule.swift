/// Places runs one after the other, each as early as the fleet allows.
///
/// For some order this gives a schedule in which no run can start earlier, and for ends that had better be
/// early there is a best schedule among those: see docs/fleet.md.
struct SerialSchedule {
    /// GPUs of each kind.
    let capacities: [Int]

    /// A run to place.
    struct Item {
        /// Place of the kind.
        let kind: Int
        let gpus: Int
        let duration: Double
    }

    /// Start times of items, placed in an order.
    /// - Parameters:
    ///   - items: what to place, none larger than its kind's capacity.
    ///   - order: places of the items, each once.
    /// - Returns: start times in the order of the items. Complexity: cubic in the number of items.
    func starts(of items: [Item], order: [Int]) -> [Double] {
        var starts = [Double](repeating: 0, count: items.count)
        var placed: [Int] = []
        for place in order {
            let item = items[place]
            let others = placed.filter { items[$0].kind == item.kind }
            let ends = others.map { starts[$0] + items[$0].duration }
            // The earliest place is at zero or where another run ends.
            var earliest = ends.max() ?? 0
            for time in [0] + ends where time < earliest {
                if fits(item, at: time, others: others, items: items, starts: starts) { earliest = time }
            }
            starts[place] = earliest
            placed.append(place)
        }
        return starts
    }

    private func fits(
        _ item: Item, at time: Double, others: [Int], items: [Item], starts: [Double]
    ) -> Bool {
        let end = time + item.duration
        // Use rises only where another run starts, so those moments and the begin are enough.
        func use(at moment: Double) -> Int {
            others.reduce(0) { sum, other in
                let isOn = starts[other] <= moment && moment < starts[other] + items[other].duration
                return isOn ? sum + items[other].gpus : sum
            }
        }
        if use(at: time) + item.gpus > capacities[item.kind] { return false }
        return others.allSatisfy { other in
            let moment = starts[other]
            return moment <= time || moment >= end || use(at: moment) + item.gpus <= capacities[item.kind]
        }
    }
}
