/// Ways to keep what a set of elements leaves, none of them useless.
///
/// A mix says, for a count of elements of each kind, how many are recomputed; only its two sums matter to a stage.
/// `points` keeps the mixes that no other one matches or beats in both, in order of rising extra time and falling
/// resident bytes.
struct MixFront {
    /// One mix.
    struct Point {
        /// Seconds that recomputing adds.
        let extra: Double
        /// Bytes that a microbatch in flight holds.
        let resident: Double
        /// The mix without the element added last: a place in the parent front; -1 for no elements.
        let parent: Int32
        /// Whether the element added last is recomputed.
        let isRecomputed: Bool
    }

    let points: [Point]
    /// The front of one element less; -1 for no elements.
    let parent: Int
    /// Kind of the element added last.
    let kind: Int
    /// Elements of each kind.
    let counts: [Int]
}

/// Fronts of mixes for all sets of elements that occur, each computed once.
///
/// A front is built from that of one element less: every mix of n elements is a mix of n - 1 and a choice for one more,
/// and if the smaller mix is beaten by another, so is the larger one. Hence nothing that could be best is lost, and the
/// best mix under a memory limit is found exactly.
struct MixLibrary {
    /// The front of no elements.
    static let empty = 0

    private(set) var fronts: [MixFront]
    private var places: [[Int]: Int] = [:]
    /// By front and kind, the front of one more element; -1 where it was not asked for.
    private var children: [Int32]
    private let kinds: [ChainProblem.Kind]
    /// Mixes with more resident bytes fit nowhere and are dropped.
    private let residentCeiling: Double

    init(kinds: [ChainProblem.Kind], residentCeiling: Double) {
        self.kinds = kinds
        self.residentCeiling = residentCeiling
        let none = MixFront.Point(extra: 0, resident: 0, parent: -1, isRecomputed: false)
        let counts = Array(repeating: 0, count: kinds.count)
        fronts = [MixFront(points: [none], parent: -1, kind: 0, counts: counts)]
        places[counts] = 0
        children = Array(repeating: -1, count: kinds.count)
    }

    /// The front of the elements of another one and one more.
    mutating func front(adding kind: Int, to place: Int) -> Int {
        let child = place * kinds.count + kind
        if children[child] >= 0 { return Int(children[child]) }
        var counts = fronts[place].counts
        counts[kind] += 1
        if let known = places[counts] {
            children[child] = Int32(known)
            return known
        }
        let costs = kinds[kind].costs
        var points: [MixFront.Point] = []
        func add(extra: Double, resident: Double, isRecomputed: Bool) {
            for (parent, point) in fronts[place].points.enumerated() {
                let sum = point.resident + resident
                guard sum <= residentCeiling else { continue }
                points.append(
                    MixFront.Point(
                        extra: point.extra + extra, resident: sum, parent: Int32(parent),
                        isRecomputed: isRecomputed))
            }
        }
        add(extra: 0, resident: costs.keptBytes, isRecomputed: false)
        if kinds[kind].recomputation == .allowed {
            add(extra: costs.extraSeconds, resident: costs.recomputedBytes, isRecomputed: true)
        }
        children[child] = Int32(fronts.count)
        children += repeatElement(-1, count: kinds.count)
        places[counts] = fronts.count
        fronts.append(MixFront(points: Self.unbeaten(points), parent: place, kind: kind, counts: counts))
        return fronts.count - 1
    }

    /// The place of the mix of least extra time whose resident bytes stay within a limit; nil if none does.
    func cheapest(in front: Int, residentLimit: Double) -> Int? {
        let points = fronts[front].points
        // Resident bytes fall along the front.
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].resident <= residentLimit { high = middle } else { low = middle + 1 }
        }
        return low < points.count ? low : nil
    }

    /// How many elements of each kind a mix has, and how many of those are recomputed.
    func counts(front: Int, point: Int) -> [(all: Int, recomputed: Int)] {
        var counts = fronts[front].counts.map { (all: $0, recomputed: 0) }
        var (front, point) = (front, point)
        while fronts[front].parent >= 0 {
            let mix = fronts[front].points[point]
            if mix.isRecomputed { counts[fronts[front].kind].recomputed += 1 }
            point = Int(mix.parent)
            front = fronts[front].parent
        }
        return counts
    }

    private static func unbeaten(_ points: [MixFront.Point]) -> [MixFront.Point] {
        let sorted = points.sorted { left, right in
            left.extra != right.extra ? left.extra < right.extra : left.resident < right.resident
        }
        return sorted.reduce(into: []) { kept, point in
            if let last = kept.last, last.resident <= point.resident { return }
            kept.append(point)
        }
    }
}
