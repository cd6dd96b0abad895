import Strategy

/// Counts the placements of five degrees on the bounded network levels without listing them.
///
/// Degrees with the same splits form a class. The number of placements whose units multiply to u is the
/// convolution of the classes' splits, which does not depend on their order, so it is remembered for each
/// *multiset* of classes and grows one class at a time. A placement counts if the cluster holds the domains
/// it needs, a condition on u and the accelerators used.
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
    private var classes: [[Int32]] = []
    /// Units of the splits of each class.
    private var members: [[Int32]] = []
    private var units: UnitTable
    private let sizes: [Int]
    private let rule: Rule
    /// Accelerators of a whole domain of the outermost bounded level.
    private let domainSize: Int
    /// Most accelerators that a placement with each unit can have; filled as units appear.
    private var most: [Int] = []
    /// Multisets of classes seen so far; the first is empty.
    private var sets: [ClassSet] = []
    private var setNumbers: [ClassKey: Int32] = [:]
    /// The set that a class added to a set gives, by set and class; −1 where not yet known.
    private var additions: [Int32] = []
    /// The ways of all sets, one set after another.
    private var ways: [Way] = []
    /// Ways to each unit of the set being made; all zero in between.
    private var counts: [Int] = []

    /// What is known of a multiset of classes.
    private struct ClassSet {
        var key: ClassKey
        /// Its ways, as a range of the list of all.
        var ways: Range<Int>
        var total: Int
        /// Ways that fill every domain.
        var full = 0
        /// Every accelerator count up to this one leaves all placements legal.
        var safe: Int
    }

    /// Placements whose units multiply to one unit; more of them than fit are a second entry.
    private struct Way {
        var unit: Int32
        var count: Int32
    }

    init(axes: [SplitTable], sizes: [Int], rule: Rule) {
        self.sizes = sizes
        self.rule = rule
        domainSize = sizes.product
        units = UnitTable(sizes: sizes)
        var known: [[Factors]: Int32] = [:]
        for axis in axes {
            var own: [Int32] = []
            for range in axis.ranges {
                let splits = Array(axis.factors[range])
                if let number = known[splits] {
                    own.append(number)
                } else {
                    let number = Int32(members.count)
                    known[splits] = number
                    members.append(splits.map { units.number(of: $0) })
                    own.append(number)
                }
            }
            classes.append(own)
        }
        ways.append(Way(unit: 0, count: 1))
        _ = set(of: ClassKey(), ways: 0..<1)
    }

    /// Placements of a tuple of degrees, given by their indices on the axes.
    @inline(__always)
    mutating func count(_ degrees: DegreeTuple) -> Int {
        let three = prefix(pipeline: degrees.pipeline, expert: degrees.expert, data: degrees.data)
        let four = prefix(three, tensorModel: Int(degrees.tensorModel))
        return count(four, tensorFeedForward: Int(degrees.tensorFeedForward), gpus: degrees.gpus)
    }

    /// Some of the degrees of a tuple.
    struct Prefix {
        fileprivate var set: Int32
    }

    /// The first three degrees of a tuple, for loops over the others.
    @inline(__always)
    mutating func prefix(pipeline: Int16, expert: Int16, data: Int16) -> Prefix {
        var set = adding(classes[2][Int(pipeline)], to: 0)
        set = adding(classes[3][Int(expert)], to: set)
        return Prefix(set: adding(classes[4][Int(data)], to: set))
    }

    /// One degree more.
    @inline(__always)
    mutating func prefix(_ prefix: Prefix, tensorModel: Int) -> Prefix {
        Prefix(set: adding(classes[0][tensorModel], to: prefix.set))
    }

    /// Placements of a tuple whose other degrees are known.
    @inline(__always)
    mutating func count(_ prefix: Prefix, tensorFeedForward: Int, gpus: Int) -> Int {
        let number = Int(adding(classes[1][tensorFeedForward], to: prefix.set))
        if gpus <= sets[number].safe { return sets[number].total }
        return countLegal(number, gpus: gpus)
    }

    private func countLegal(_ number: Int, gpus: Int) -> Int {
        let range = sets[number].ways
        var count = 0
        switch rule {
        case .partial:
            for index in range where most[Int(ways[index].unit)] >= gpus { count += Int(ways[index].count) }
        case .full:
            if gpus.isMultiple(of: domainSize) { return sets[number].full }
            let target = fullUnits(gpus: gpus)
            for index in range where units.factors[Int(ways[index].unit)] == target {
                count += Int(ways[index].count)
            }
        }
        return count
    }

    // MARK: Legality of one placement

    /// Whether factors that multiply to these units stay within every bounded level.
    @inline(__always)
    func fits(_ unit: SplitTable.Factors) -> Bool { units.fits(unit) }

    /// Whether a complete placement with these units on the bounded levels is legal.
    @inline(__always)
    func isLegal(_ unit: SplitTable.Factors, gpus: Int) -> Bool {
        guard fits(unit) else { return false }
        switch rule {
        case .partial(cluster: nil): return true
        case .partial(cluster: let cluster?):
            // Packed without idle units, a plan needs no more than what it uses.
            if unit == units.limits, gpus <= cluster, gpus.isMultiple(of: domainSize) { return true }
            return gpus <= mostGPUs(unit)
        case .full: return unit == fullUnits(gpus: gpus)
        }
    }

    /// The most accelerators that a cluster gives to a placement with a unit.
    private func mostGPUs(_ unit: Factors) -> Int {
        guard case .partial(cluster: let cluster?) = rule else { return Int.max }
        var product = 1
        for level in sizes.indices { product *= Int(unit[level]) }
        return product
            * DomainCapacity.groups(gpus: cluster, sizes: sizes, level: sizes.count - 1) { Int(unit[$0]) }
    }

    /// Units when every domain is full, shrunk to a cluster smaller than a domain; zero where domains cannot
    /// all be full.
    private func fullUnits(gpus: Int) -> Factors {
        var rest = gpus
        var unit = Factors(repeating: 1)
        for (level, size) in sizes.enumerated() {
            let here = min(size, rest)
            guard rest.isMultiple(of: here) else { return Factors(repeating: 0) }
            unit[level] = Int32(here)
            rest /= here
        }
        return unit
    }

    // MARK: Multisets of classes

    @inline(__always)
    private mutating func adding(_ member: Int32, to set: Int32) -> Int32 {
        let index = Int(set) * members.count + Int(member)
        let known = additions[index]
        return known >= 0 ? known : add(member, to: set, at: index)
    }

    private mutating func add(_ member: Int32, to number: Int32, at index: Int) -> Int32 {
        let key = sets[Int(number)].key.adding(member)
        if let known = setNumbers[key] {
            additions[index] = known
            return known
        }
        let start = ways.count
        for way in sets[Int(number)].ways {
            let (unit, count) = (ways[way].unit, Int(ways[way].count))
            for own in members[Int(member)] {
                guard let product = units.product(unit, own) else { continue }
                let place = Int(product)
                if place >= counts.count { counts += Array(repeating: 0, count: place + 1 - counts.count) }
                counts[place] += count
            }
        }
        for unit in counts.indices where counts[unit] > 0 {
            var rest = counts[unit]
            while rest > 0 {
                let part = min(rest, Int(Int32.max))
                ways.append(Way(unit: Int32(unit), count: Int32(part)))
                rest -= part
            }
            counts[unit] = 0
        }
        let result = set(of: key, ways: start..<ways.count)
        additions[index] = result
        return result
    }

    private mutating func set(of key: ClassKey, ways range: Range<Int>) -> Int32 {
        while most.count < units.factors.count { most.append(mostGPUs(units.factors[most.count])) }
        var new = ClassSet(key: key, ways: range, total: 0, safe: Int.max)
        for index in range {
            new.total += Int(ways[index].count)
            new.safe = min(new.safe, most[Int(ways[index].unit)])
            if units.factors[Int(ways[index].unit)] == units.limits { new.full += Int(ways[index].count) }
        }
        if case .full = rule { new.safe = -1 }
        let number = Int32(sets.count)
        sets.append(new)
        setNumbers[key] = number
        additions.append(contentsOf: repeatElement(-1, count: members.count))
        return number
    }
}

/// A multiset of at most five classes: their numbers plus one in falling order, 25 bits each.
private struct ClassKey: Hashable {
    private var packed: UInt128 = 0

    /// The multiset with one class more.
    func adding(_ member: Int32) -> ClassKey {
        var new = UInt128(UInt32(member) + 1)
        var result = ClassKey()
        for position in 0..<5 {
            let shift = UInt128(25 * (4 - position))
            let old = (packed >> shift) & 0x1ff_ffff
            // The larger one stays here, the smaller one moves on.
            result.packed |= max(old, new) << shift
            new = min(old, new)
        }
        return result
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
