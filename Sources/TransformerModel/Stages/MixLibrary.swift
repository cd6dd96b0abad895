/// Sums of treatments over a set of layers, none of them useless.
///
/// A mix says, for a count of layers of each kind, how many get which treatment; only its three sums matter
/// to a stage. `points` keeps the mixes that no other one matches or beats in all sums that count, in
/// order of rising extra time and falling resident bytes.
struct MixFront {
    /// One mix.
    struct Point {
        let extra: Double
        let resident: Double
        let offloaded: Double
        /// The mix without the layer added last: a place in the parent front; -1 for no layers.
        let parent: Int32
        /// Treatment of the layer added last.
        let treatment: Int32
    }

    let points: [Point]
    /// The front of one layer less; -1 for no layers.
    let parent: Int
    /// Kind of the layer added last.
    let kind: Int
    /// Layers of each kind.
    let counts: [Int]
}

/// Fronts of mixes for all sets of layers that occur, each computed once.
///
/// A front is built from that of one layer less: every mix of n layers is a mix of n - 1 and a treatment of
/// one more, and if the smaller mix is beaten by another, so is the larger one. Hence nothing that could be
/// best is lost, and the best mix under a memory limit is found exactly.
struct MixLibrary {
    /// Which sums decide whether a mix is beaten.
    enum Criteria {
        /// Extra time and resident bytes.
        case timeAndMemory
        /// Offloaded bytes too.
        case timeMemoryAndOffload
    }

    /// The front of no layers.
    static let empty = 0

    private(set) var fronts: [MixFront]
    private var places: [[Int]: Int] = [:]
    private let kinds: [StageLayer]
    private let criteria: Criteria
    /// Mixes with more resident bytes fit nowhere and are dropped.
    private let residentCeiling: Double

    init(kinds: [StageLayer], criteria: Criteria, residentCeiling: Double) {
        self.kinds = kinds
        self.criteria = criteria
        self.residentCeiling = residentCeiling
        let none = MixFront.Point(extra: 0, resident: 0, offloaded: 0, parent: -1, treatment: 0)
        let counts = Array(repeating: 0, count: kinds.count)
        fronts = [MixFront(points: [none], parent: -1, kind: 0, counts: counts)]
        places[counts] = 0
    }

    /// The front of the layers of another one and one more.
    mutating func front(adding kind: Int, to place: Int) -> Int {
        var counts = fronts[place].counts
        counts[kind] += 1
        if let known = places[counts] { return known }
        var points: [MixFront.Point] = []
        for (treatment, option) in kinds[kind].treatments.enumerated() {
            for (parent, point) in fronts[place].points.enumerated() {
                let resident = point.resident + option.resident.value
                guard resident <= residentCeiling else { continue }
                points.append(
                    MixFront.Point(
                        extra: point.extra + option.extra.value, resident: resident,
                        offloaded: point.offloaded + option.offloaded.value, parent: Int32(parent),
                        treatment: Int32(treatment)))
            }
        }
        fronts.append(MixFront(points: unbeaten(points), parent: place, kind: kind, counts: counts))
        places[counts] = fronts.count - 1
        return fronts.count - 1
    }

    /// The place of the mix of least extra time whose resident bytes stay within a limit.
    func cheapest(in front: Int, residentLimit: Double) -> Int? {
        let points = fronts[front].points
        guard criteria == .timeAndMemory else {
            return points.firstIndex { $0.resident <= residentLimit }
        }
        // Resident bytes fall along the front.
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].resident <= residentLimit { high = middle } else { low = middle + 1 }
        }
        return low < points.count ? low : nil
    }

    /// Places of the mixes within a limit of resident bytes that differ in extra time and offloaded bytes.
    func choices(in front: Int, residentLimit: Double) -> [Int] {
        guard criteria == .timeMemoryAndOffload else {
            return cheapest(in: front, residentLimit: residentLimit).map { [$0] } ?? []
        }
        var least = Double.infinity
        // In order of rising extra time: only a mix that offloads less than all before is of use.
        return fronts[front].points.indices.filter { place in
            let point = fronts[front].points[place]
            guard point.resident <= residentLimit, point.offloaded < least else { return false }
            least = point.offloaded
            return true
        }
    }

    /// How many layers of each kind get which treatment in a mix.
    func counts(front: Int, point: Int) -> [[Int]] {
        var counts = kinds.map { Array(repeating: 0, count: $0.treatments.count) }
        var front = front
        var point = point
        while fronts[front].parent >= 0 {
            let mix = fronts[front].points[point]
            counts[fronts[front].kind][Int(mix.treatment)] += 1
            point = Int(mix.parent)
            front = fronts[front].parent
        }
        return counts
    }

    private func unbeaten(_ points: [MixFront.Point]) -> [MixFront.Point] {
        let sorted = points.sorted { left, right in
            if left.extra != right.extra { return left.extra < right.extra }
            if left.resident != right.resident { return left.resident < right.resident }
            return left.offloaded < right.offloaded
        }
        var kept: [MixFront.Point] = []
        // Resident and offloaded bytes of the kept points that no kept point beats in these two: resident
        // rising, offloaded falling, so that one look finds whether anything before is as good.
        var stairs: [(resident: Double, offloaded: Double)] = []
        for point in sorted {
            switch criteria {
            case .timeAndMemory:
                if let last = kept.last, last.resident <= point.resident { continue }
            case .timeMemoryAndOffload:
                let place = stairs.partitionPoint { $0.resident > point.resident }
                if place > 0, stairs[place - 1].offloaded <= point.offloaded { continue }
                let first = stairs.partitionPoint { $0.resident >= point.resident }
                let beaten = stairs[first...].prefix { $0.offloaded >= point.offloaded }.count
                let step = (resident: point.resident, offloaded: point.offloaded)
                stairs.replaceSubrange(first..<(first + beaten), with: [step])
            }
            kept.append(point)
        }
        return kept
    }
}

extension Array {
    /// The first place at which a condition holds that holds at all later ones too.
    fileprivate func partitionPoint(_ holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
