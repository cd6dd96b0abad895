import Training

/// Which sizes a shard group may have, besides all ranks that hold the same weights.
public enum ShardGroups: Hashable, Sendable, Codable {
    /// All ranks, and for each network level the largest group of which, with its tensor ranks, a domain holds a whole
    /// number, and the largest such power of two, which divides the width of a model; of both an eighth too where they have
    /// more than ``longRing`` ranks, and so on.
    ///
    /// A smaller group in the same domain crosses the same links, takes at most 1/group less time for the bytes of a gather
    /// and holds more; of long rings the steps take the time. A larger one crosses the next level, as all ranks do. What
    /// lies between pays off only where states are the memory that lacks and latency of the outer level is what takes
    /// the time.
    case domains
    /// Every divisor of the ranks.
    case any
    /// Only these; nil stands for all ranks, or for nothing to share.
    case given([Int?])

    /// Ranks of a ring whose steps are far shorter than its bytes.
    static let longRing = 64

    /// Whether layouts that share nothing among their ranks are allowed: a given size is to be had.
    var allowsNone: Bool {
        guard case .given(let sizes) = self else { return true }
        return sizes.contains(nil)
    }

    /// Visits the group sizes of a layout, nil for all ranks first where it is among them.
    ///
    /// Without allocation but for `any`: a search counts its leaves with it.
    /// - Parameters:
    ///   - tensor: tensor ranks.
    ///   - ranks: ranks of data and context, at least 2.
    ///   - experts: expert × expert-tensor ranks, of which a group with its tensor ranks holds all.
    ///   - domains: ranks in a domain of each bounded network level.
    ///   - visit: called once for each size.
    func forEach(tensor: Int, ranks: Int, experts: Int, domains: [Int], _ visit: (Int?) -> Void) {
        func isGroup(_ size: Int) -> Bool {
            size > 1 && size < ranks && ranks.isMultiple(of: size) && (size * tensor).isMultiple(of: experts)
        }
        switch self {
        case .domains:
            visit(nil)
            var last = 0
            for domain in domains where domain.isMultiple(of: tensor) {
                let largest = Divisors.greatestCommon(ranks, domain / tensor)
                func visitRings(from largest: Int) {
                    var size = largest
                    while size > last {
                        if isGroup(size) { visit(size) }
                        guard size > Self.longRing, size.isMultiple(of: 8) else { break }
                        size /= 8
                    }
                }
                visitRings(from: largest)
                let powerOfTwo = largest & -largest
                if powerOfTwo < largest { visitRings(from: powerOfTwo) }
                last = max(last, largest)
            }
        case .any:
            visit(nil)
            for size in Divisors.all(of: ranks) where isGroup(size) { visit(size) }
        case .given(let sizes):
            if sizes.contains(where: { $0 == nil || $0 == ranks }) { visit(nil) }
            for case let size? in sizes where isGroup(size) { visit(size) }
        }
    }
}
