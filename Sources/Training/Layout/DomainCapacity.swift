/// How many accelerators of a cluster a placement can reach when domains are cut into blocks.
///
/// A placement uses u₀ accelerators of an innermost domain for one *block*, and u_ℓ blocks of level ℓ − 1,
/// all in one domain of level ℓ, for a block of level ℓ. A domain of size g holds ⌊g/u₀⌋ blocks, and a domain
/// of level ℓ as many as the blocks of its lower domains make:
///
///     b₋₁ = 1,   b_ℓ = ⌊g_ℓ·b_{ℓ−1}/u_ℓ⌋
///
/// Blocks of one domain are alike, so forming as many as possible at each level in turn is the best packing.
/// What two blocks say to each other is priced at the next level even where they share a domain, so a plan
/// of blocks is never priced too low. Pinned by `DomainCapacityTests`.
public enum DomainCapacity {
    /// Blocks of the outermost bounded level that `gpus` accelerators hold.
    /// - Parameters:
    ///   - gpus: accelerators in the cluster, at least 0.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - used: blocks of the level below in each block, each at least 1; innermost first.
    /// - Returns: blocks; with no bounded level, the accelerators themselves.
    public static func groups(gpus: Int, sizes: [Int], used: [Int]) -> Int {
        groups(gpus: gpus, sizes: sizes, level: sizes.count - 1) { used[$0] }
    }

    /// As ``groups(gpus:sizes:used:)``, with what a block uses from a function of the level, so that nothing
    /// is allocated.
    /// - Parameters:
    ///   - gpus: accelerators in the cluster, at least 0.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - level: outermost bounded level that counts; −1 for none.
    ///   - used: blocks of the level below in a block of a level.
    /// - Returns: blocks of the level.
    @inlinable
    public static func groups(gpus: Int, sizes: [Int], level: Int, used: (Int) -> Int) -> Int {
        if level < 0 { return gpus }
        let whole = accelerators(sizes: sizes, level: level)
        let partial = groups(gpus: gpus % whole, sizes: sizes, level: level - 1, used: used) / used(level)
        return gpus / whole * blocks(sizes: sizes, level: level, used: used) + partial
    }

    /// Blocks that one whole domain of a level holds, b_ℓ; at most 2^60.
    /// - Parameters:
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - level: −1 for one accelerator.
    ///   - used: blocks of the level below in a block of a level.
    /// - Returns: blocks; 0 where a block does not fit into the domain.
    @inlinable
    public static func blocks(sizes: [Int], level: Int, used: (Int) -> Int) -> Int {
        var blocks = 1
        for inner in 0..<(level + 1) { blocks = product(sizes[inner], blocks) / used(inner) }
        return blocks
    }

    /// The smallest cluster that holds a placement.
    /// - Parameters:
    ///   - gpus: accelerators the plan uses; the product of what blocks use divides it.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - used: blocks of the level below in each block, so few that one fits into its domain.
    /// - Returns: accelerators, at least `gpus`.
    public static func leastCluster(gpus: Int, sizes: [Int], used: [Int]) -> Int {
        leastCluster(gpus: gpus, sizes: sizes) { used[$0] }
    }

    /// As ``leastCluster(gpus:sizes:used:)``, with what a block uses from a function of the level.
    @inlinable
    public static func leastCluster(gpus: Int, sizes: [Int], used: (Int) -> Int) -> Int {
        // From the outermost level inwards: whole domains as long as they are all needed, then what the last
        // one must hold, in blocks of the level below.
        var needed = gpus
        for level in sizes.indices { needed /= used(level) }
        var cluster = 0
        for level in sizes.indices.reversed() {
            let each = blocks(sizes: sizes, level: level, used: used)
            let whole = (needed - 1) / each
            if whole > 0 { cluster += whole * accelerators(sizes: sizes, level: level) }
            needed = (needed - whole * each) * used(level)
        }
        return cluster + needed
    }

    /// Accelerators of a whole domain; at most 2^60, past which only a part of one can exist.
    @inlinable
    static func accelerators(sizes: [Int], level: Int) -> Int {
        var whole = 1
        for inner in 0...level { whole = product(whole, sizes[inner]) }
        return whole
    }

    /// A product, at most 2^60.
    @inlinable
    static func product(_ left: Int, _ right: Int) -> Int {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? 1 << 60 : min(product, 1 << 60)
    }
}

extension Plan {
    /// The smallest cluster of a machine that holds the plan.
    /// - Parameter machine: one for which the plan's placement is legal.
    /// - Returns: accelerators, at least those that the plan uses.
    public func leastCluster(on machine: Accelerator) -> Int {
        let sizes = machine.domainSizes
        return DomainCapacity.leastCluster(gpus: gpus, sizes: sizes) { placement.used(at: $0) }
    }
}
