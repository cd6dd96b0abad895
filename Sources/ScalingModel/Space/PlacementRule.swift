import Training

/// Which placements of five degrees on the network levels are legal, and what cluster one needs.
struct PlacementRule {
    /// Which placements are legal.
    enum Kind {
        /// Domains are cut into blocks and may be left partly idle; `cluster` accelerators are given, nil for
        /// any number.
        case partial(cluster: Int?)
        /// Every domain is full, as in the published space.
        case full
    }

    /// Factors on the bounded levels, one lane each; 1 past them.
    typealias Factors = SplitTable.Factors

    private let sizes: [Int]
    private let kind: Kind
    /// Domain sizes, one lane each; 1 past the bounded levels.
    private let limits: Factors
    /// Accelerators of a whole domain of each bounded level, one lane each; infinite past them.
    private let domains: Factors
    /// Accelerators of a whole domain of the outermost bounded level.
    private let domain: Int

    init(sizes: [Int], kind: Kind) {
        self.sizes = sizes
        self.kind = kind
        var limits = Factors(repeating: 1)
        var domains = Factors(repeating: .infinity)
        for (level, size) in sizes.enumerated() {
            limits[level] = Double(size)
            domains[level] = Double(size) * (level == 0 ? 1 : domains[level - 1])
        }
        self.limits = limits
        self.domains = domains
        domain = sizes.reduce(1) { min($0.multipliedReportingOverflow(by: $1).partialValue, 1 << 53) }
    }

    /// Whether factors that multiply to these units leave at least one block in a domain of every level.
    ///
    /// Units that divide ones that fit, level by level, fit too: what a walk over placements prunes by.
    @inline(__always)
    func fits(_ units: Factors) -> Bool {
        if all(units .<= limits) { return true }
        var blocks = 1.0
        for level in sizes.indices {
            blocks *= limits[level]
            guard units[level] <= blocks else { return false }
            let quotient = blocks / units[level]
            // Quicker than rounding; from there on all are whole.
            blocks = quotient < 0x1p53 ? Double(Int(quotient)) : quotient
        }
        return true
    }

    /// What the products of further units, from the innermost level to each, must be at most to fit beside some units:
    /// needed, not enough.
    func room(beside units: Factors) -> Factors {
        domains / Self.products(units) * (1 + 1e-12)
    }

    /// The products of units from the innermost level to each.
    static func products(_ units: Factors) -> Factors {
        var products = units
        for level in 1..<units.scalarCount { products[level] *= products[level - 1] }
        return products
    }

    /// Whether a complete placement with these units on the bounded levels, which fit, is legal.
    @inline(__always)
    func isLegal(_ units: Factors, gpus: Int) -> Bool {
        if case .full = kind { return units == fullUnits(gpus: gpus) }
        return mayBeLegal(units, gpus: gpus)
    }

    /// Whether units of some of the degrees leave a legal placement of all a chance.
    @inline(__always)
    func mayBeLegal(_ units: Factors, gpus: Int) -> Bool {
        guard case .partial(cluster: let cluster?) = kind else { return true }
        return leastCluster(units, gpus: gpus) <= cluster
    }

    /// The smallest cluster that holds `gpus` accelerators in blocks of these units.
    ///
    /// At most that of any units which these divide level by level: blocks of more units are made of blocks
    /// of fewer. So the units of some of the degrees bound the cluster of all.
    @inline(__always)
    func leastCluster(_ units: Factors, gpus: Int) -> Int {
        if units == limits, gpus.isMultiple(of: domain) { return gpus }
        return DomainCapacity.leastCluster(gpus: gpus, sizes: sizes) { Int(units[$0]) }
    }

    /// Whether degrees that multiply to `gpus` have a legal placement.
    ///
    /// With all factors on the outermost level every accelerator is a block of its own, which no cluster of
    /// `gpus` refuses. Where domains must be full they have to divide the accelerators; every prime of a
    /// domain is then a factor of some degree.
    @inline(__always)
    func admits(gpus: Int) -> Bool {
        switch kind {
        case .partial(cluster: let cluster): return gpus <= cluster ?? .max
        case .full: return gpus.isMultiple(of: domain) || fullUnits(gpus: gpus)[0] > 0
        }
    }

    /// Whether every number of accelerators up to the cluster's is admitted.
    var admitsAll: Bool {
        if case .partial = kind { return true }
        return false
    }

    /// Units when every domain is full, shrunk to a cluster smaller than a domain; zero where domains cannot
    /// all be full.
    private func fullUnits(gpus: Int) -> Factors {
        var rest = gpus
        var units = Factors(repeating: 1)
        for (level, size) in sizes.enumerated() {
            let here = min(size, rest)
            guard rest.isMultiple(of: here) else { return Factors(repeating: 0) }
            units[level] = Double(here)
            rest /= here
        }
        return units
    }
}
