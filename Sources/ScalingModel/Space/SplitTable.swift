import Training

/// Every way to spread each legal value of a degree over the network levels, listed when first asked for.
struct SplitTable {
    /// Factors on the bounded levels, one lane each, for quick products; lanes past them are 1.
    ///
    /// Real numbers, which hold products of factors exactly up to 2^53 and are too large beyond.
    typealias Factors = SIMD8<Double>

    /// Factors as a key: their lanes are mixed into one word, which hashes several times faster than eight.
    struct FactorsKey: Hashable {
        let factors: Factors

        init(_ factors: Factors) { self.factors = factors }

        func hash(into hasher: inout Hasher) {
            var mixed: UInt64 = 0
            for lane in factors.indices { mixed = mixed &* 0x9E37_79B9_7F4A_7C15 ^ factors[lane].bitPattern }
            hasher.combine(mixed)
        }
    }

    /// One way to spread a degree.
    struct Member {
        /// In the form that the cost model takes.
        let split: Split
        /// Factors on the bounded levels.
        let factors: Factors
    }

    /// The legal degrees, ascending.
    let degrees: [Int]
    /// Domain sizes of the bounded levels, innermost first.
    let sizes: [Int]
    /// Divisors of the whole that a domain can hold, ascending.
    private let small: [Int]
    private var members: [[Member]]

    /// Prepares a table.
    /// - Parameters:
    ///   - degrees: the legal degrees, ascending.
    ///   - divisors: every divisor of each of them, ascending; others do not matter.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    init(degrees: [Int], divisors: [Int], sizes: [Int]) {
        self.degrees = degrees
        self.sizes = sizes
        let domain = sizes.reduce(1.0) { $0 * Double($1) }
        small = Array(divisors.prefix { Double($0) <= domain })
        members = Array(repeating: [], count: degrees.count)
    }

    /// The splits of a degree, given by its index.
    @inline(__always)
    mutating func splits(of degree: Int) -> [Member] {
        if members[degree].isEmpty { members[degree] = listed(degree) }
        return members[degree]
    }

    /// The splits of a degree, given by its index, listed anew where they are not known.
    func listed(_ degree: Int) -> [Member] {
        guard members[degree].isEmpty else { return members[degree] }
        var found: [Member] = []
        visit(rest: degrees[degree], level: 0, blocks: 1, chosen: []) { inner, top in
            var packed = Factors(repeating: 1)
            for (level, factor) in inner.enumerated() { packed[level] = Double(factor) }
            found.append(Member(split: Split(factors: inner + [top]), factors: packed))
        }
        return found
    }

    private func visit(
        rest: Int, level: Int, blocks: Double, chosen: [Int], _ body: ([Int], Int) -> Void
    ) {
        guard level < sizes.count else { return body(chosen, rest) }
        let room = blocks * Double(sizes[level])
        for factor in small where rest.isMultiple(of: factor) {
            guard Double(factor) <= room else { break }
            visit(
                rest: rest / factor, level: level + 1, blocks: (room / Double(factor)).rounded(.down),
                chosen: chosen + [factor], body)
        }
    }

    /// All products of a divisor of one degree and a divisor of another, ascending.
    /// - Parameters:
    ///   - degree: index of the first.
    ///   - table: of the second.
    ///   - other: index of the second.
    /// - Returns: each product once.
    func products(of degree: Int, with table: SplitTable, of other: Int) -> [Double] {
        var products = Set<Int>()
        for one in Divisors.all(of: degrees[degree]) {
            for second in Divisors.all(of: table.degrees[other]) { products.insert(one * second) }
        }
        return products.sorted().map(Double.init)
    }

    /// The factors of a split on every level, innermost first.
    func levels(of split: Int32, degree: Int) -> [Int] {
        let factors = listed(degree)[Int(split)].factors
        let inner = sizes.indices.map { Int(factors[$0]) }
        return inner + [degrees[degree] / inner.product]
    }

    /// For each level, the least that a degree must put on it and the levels outside it: what remains after
    /// the largest divisor that a domain of the level below could hold.
    /// - Parameter degree: index of the degree.
    /// - Returns: one number a level, innermost first; the first is the degree itself.
    func leastOutside(_ degree: Int) -> LevelVector {
        let whole = degrees[degree]
        var least = LevelVector(repeating: 1)
        least[0] = Double(whole)
        var room = 1.0
        var divisor = 0
        for (level, size) in sizes.enumerated() {
            room *= Double(size)
            while divisor < small.count, Double(small[divisor]) <= room { divisor += 1 }
            let inner = small[..<divisor].last { whole.isMultiple(of: $0) } ?? 1
            least[level + 1] = Double(whole / inner)
        }
        return least
    }
}
