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
        guard let size = sizes.last else { return gpus }
        let outer = sizes.count - 1
        // Accelerators in a whole domain of the outermost bounded level; a product past any cluster means
        // that only a partial domain exists.
        var whole = size
        for inner in sizes[..<outer] {
            let (product, overflow) = whole.multipliedReportingOverflow(by: inner)
            if overflow { return partial(gpus, sizes, used) }
            whole = product
        }
        return gpus / whole + partial(gpus % whole, sizes, used)
    }

    /// 1 if a partial outermost domain of `gpus` accelerators holds one group, else 0.
    private static func partial(_ gpus: Int, _ sizes: [Int], _ used: [Int]) -> Int {
        let outer = sizes.count - 1
        let below = groups(gpus: gpus, sizes: Array(sizes[..<outer]), used: Array(used[..<outer]))
        return below >= used[outer] ? 1 : 0
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
