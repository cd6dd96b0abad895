import Strategy

/// Counts the placements of five degrees on the bounded network levels without listing them.
///
/// Degrees with the same sets of splits form a class; the number of placements whose factors multiply to u
/// on the bounded levels is the convolution of the classes' counts. A placement counts if the cluster holds
/// the domains it needs, a condition on u and the accelerators used.
struct PlacementCounter {
    /// Which placements are legal.
    enum Rule {
        /// Domains may be left partly idle; `cluster` accelerators are given, nil for any number.
        case partial(cluster: Int?)
        /// Every domain is full, as in the published space.
        case full
    }

    private typealias Factors = SplitTable.Factors

    /// Class of each degree, one list an axis (tensor model, feed-forward, pipeline, expert, data).
    private let classes: [[Int]]
    private let classCounts: [Int]
    /// Distinct splits of each class of each axis.
    private let members: [[[Factors]]]
    private let sizes: [Int]
    private let limits: Factors
    private let rule: Rule
    /// Accelerators of a whole domain of the outermost bounded level.
    private let domainSize: Int
    /// Offsets into ``entries`` by the class quintuple; −1 where not yet counted.
    private var offsets: [Int]
    private var entries: [Entry] = []
    private var prefixes: [PrefixKey: [(units: Factors, count: Int)]] = [:]

    /// Placements of a class quintuple, grouped by the most accelerators that a cluster can give them.
    private struct Entry {
        /// Placements in all, if the cluster is no limit.
        var total: Int
        /// Placements that fill every domain.
        var full: Int
        /// Every accelerator count up to this one leaves all placements legal.
        var safe: Int
        /// Most accelerators and placements, for the counts above ``safe``; for full domains the units used
        /// on all bounded levels and the placements.
        var groups: [(most: Int, count: Int)]
    }

    init(axes: [SplitTable], sizes: [Int], rule: Rule) {
        self.sizes = sizes
        self.rule = rule
        domainSize = sizes.product
        var limits = Factors(repeating: 1)
        for (level, size) in sizes.enumerated() { limits[level] = Int32(size) }
        self.limits = limits
        var classes: [[Int]] = []
        var members: [[[Factors]]] = []
        for axis in axes {
            var known: [[Factors]: Int] = [:]
            var lists: [[Factors]] = []
            classes.append(
                axis.ranges.map { range in
                    let list = Array(axis.factors[range])
                    if let index = known[list] { return index }
                    known[list] = lists.count
                    lists.append(list)
                    return lists.count - 1
                })
            members.append(lists)
        }
        self.classes = classes
        self.members = members
        classCounts = members.map(\.count)
        offsets = Array(repeating: -1, count: classCounts.product)
    }

    /// Placements of a tuple of degrees, given by their indices on the axes.
    @inline(__always)
    mutating func count(_ degrees: DegreeTuple) -> Int {
        var index = classes[0][Int(degrees.tensorModel)]
        index = index * classCounts[1] + classes[1][Int(degrees.tensorFeedForward)]
        index = index * classCounts[2] + classes[2][Int(degrees.pipeline)]
        index = index * classCounts[3] + classes[3][Int(degrees.expert)]
        index = index * classCounts[4] + classes[4][Int(degrees.data)]
        if offsets[index] < 0 { fill(index) }
        let gpus = degrees.gpus
        let offset = offsets[index]
        if gpus <= entries[offset].safe { return entries[offset].total }
        if case .full = rule, gpus.isMultiple(of: domainSize) { return entries[offset].full }
        return entries[offset].groups.reduce(0) { $0 + (isLegal($1.most, gpus) ? $1.count : 0) }
    }

    /// Whether factors that multiply to these units stay within every bounded level.
    @inline(__always)
    func fits(_ units: SplitTable.Factors) -> Bool { all(units .<= limits) }

    /// Whether a complete placement with these units on the bounded levels is legal.
    @inline(__always)
    func isLegal(_ units: SplitTable.Factors, gpus: Int) -> Bool {
        guard fits(units) else { return false }
        switch rule {
        case .partial(cluster: nil): return true
        case .partial(cluster: let cluster?):
            // Packed without idle units, a plan needs no more than what it uses.
            if units == limits, gpus <= cluster, gpus.isMultiple(of: domainSize) { return true }
            let used = sizes.indices.map { Int(units[$0]) }
            return gpus <= DomainCapacity.groups(gpus: cluster, sizes: sizes, used: used) * used.product
        case .full:
            let used = sizes.indices.map { Int(units[$0]) }
            return isFilledFromInside(used) && used.product == fullUnits(gpus: gpus)
        }
    }

    private func isLegal(_ most: Int, _ gpus: Int) -> Bool {
        switch rule {
        case .partial: gpus <= most
        case .full: most == fullUnits(gpus: gpus)
        }
    }

    /// Units on all bounded levels when each domain is full, shrunk to a cluster smaller than a domain.
    private func fullUnits(gpus: Int) -> Int {
        var rest = gpus
        var units = 1
        for size in sizes {
            let here = min(size, rest)
            units *= here
            guard rest.isMultiple(of: here) else { return -1 }
            rest /= here
        }
        return units
    }

    private mutating func fill(_ index: Int) {
        let products = products(axes: 5, index: index)
        var entry = Entry(total: 0, full: 0, safe: Int.max, groups: [])
        for (product, count) in products {
            entry.total += count
            if product == limits { entry.full += count }
            let used = sizes.indices.map { Int(product[$0]) }
            switch rule {
            case .partial(cluster: nil): continue
            case .partial(cluster: let cluster?):
                let most = DomainCapacity.groups(gpus: cluster, sizes: sizes, used: used) * used.product
                entry.safe = min(entry.safe, most)
                entry.groups.append((most, count))
            case .full:
                entry.safe = -1
                // Only domains filled from the inside can be full at their shrunk sizes.
                if isFilledFromInside(used) { entry.groups.append((used.product, count)) }
            }
        }
        offsets[index] = entries.count
        entries.append(entry)
    }

    /// Units on the bounded levels that the first axes of a class index can take together, with the number
    /// of ways to each; remembered for every prefix of the axes.
    private mutating func products(axes: Int, index: Int) -> [(units: Factors, count: Int)] {
        guard axes > 0 else { return [(Factors(repeating: 1), 1)] }
        let key = PrefixKey(axes: axes, index: index)
        if let known = prefixes[key] { return known }
        let own = members[axes - 1][index % classCounts[axes - 1]]
        let before = products(axes: axes - 1, index: index / classCounts[axes - 1])
        var pairs: [(key: Int, units: Factors, count: Int)] = []
        pairs.reserveCapacity(before.count * own.count)
        for (units, count) in before {
            for factors in own {
                let combined = units &* factors
                guard fits(combined) else { continue }
                var packed = 0
                for (level, size) in sizes.enumerated() { packed = packed * (size + 1) + Int(combined[level]) }
                pairs.append((packed, combined, count))
            }
        }
        pairs.sort { $0.key < $1.key }
        var merged: [(units: Factors, count: Int)] = []
        var last = -1
        for pair in pairs {
            if pair.key == last { merged[merged.count - 1].count += pair.count } else {
                merged.append((pair.units, pair.count))
                last = pair.key
            }
        }
        if axes < 5 { prefixes[key] = merged }
        return merged
    }

    private struct PrefixKey: Hashable {
        let axes: Int
        let index: Int
    }

    /// Whether every level below the first one that is not full, is full, and every level above it unused.
    private func isFilledFromInside(_ used: [Int]) -> Bool {
        guard let partial = used.indices.first(where: { used[$0] != sizes[$0] }) else { return true }
        return used[(partial + 1)...].allSatisfy { $0 == 1 }
    }
}

/// One choice of the five degrees, as indices on their axes, with their product.
struct DegreeTuple: Hashable, Sendable {
    var tensorModel: Int16
    var tensorFeedForward: Int16
    var pipeline: Int16
    var expert: Int16
    var data: Int16
    var gpus: Int
}
