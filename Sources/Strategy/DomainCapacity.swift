/// How many accelerators of a cluster a placement can reach when it leaves some of every domain idle.
public enum DomainCapacity {
    /// Groups of `used` lower domains that `gpus` accelerators hold at the outermost bounded level.
    ///
    /// Counted level by level: whole domains serve always, a partial one if what it holds suffices.
    /// - Parameters:
    ///   - gpus: accelerators in the cluster, at least 0.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - used: units used per domain on these levels, each from 1 to the size.
    /// - Returns: groups available; with no bounded level, the accelerators themselves.
    public static func groups(gpus: Int, sizes: [Int], used: [Int]) -> Int {
        groups(gpus: gpus, sizes: sizes, level: sizes.count - 1) { used[$0] }
    }

    /// As ``groups(gpus:sizes:used:)``, with the units used per domain from a function of the level, so that
    /// nothing is allocated.
    /// - Parameters:
    ///   - gpus: accelerators in the cluster, at least 0.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - level: outermost bounded level that counts; −1 for none.
    ///   - used: units used per domain of a level.
    /// - Returns: groups available.
    @inlinable
    public static func groups(gpus: Int, sizes: [Int], level: Int, used: (Int) -> Int) -> Int {
        if level < 0 { return gpus }
        // Accelerators in a whole domain; a product past any cluster means that only a partial one exists.
        var whole = 1
        for inner in 0...level {
            let (product, overflow) = whole.multipliedReportingOverflow(by: sizes[inner])
            whole = overflow ? Int.max : product
        }
        let below = groups(gpus: gpus % whole, sizes: sizes, level: level - 1, used: used)
        return gpus / whole + (below >= used(level) ? 1 : 0)
    }

    /// The smallest cluster that holds a placement.
    /// - Parameters:
    ///   - gpus: accelerators the plan uses.
    ///   - sizes: domain sizes of the bounded levels, innermost first.
    ///   - used: units used per domain on these levels; their product divides `gpus`.
    /// - Returns: accelerators, at least `gpus`.
    public static func leastCluster(gpus: Int, sizes: [Int], used: [Int]) -> Int {
        // From the outermost level inwards: all needed domains but the last are whole.
        var groups = gpus / used.product
        var cluster = 0
        for level in sizes.indices.reversed() {
            cluster += (groups - 1) * Array(sizes[...level]).product
            groups = used[level]
        }
        return cluster + groups
    }
}
