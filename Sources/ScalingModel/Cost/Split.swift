/// One number for each network level, innermost first; lanes past the last level are zero.
public typealias LevelVector = SIMD8<Double>

/// A degree spread over the network levels, in the form the collectives' formulas use.
///
/// With factors g₀, g₁, … and suffix products S_ℓ = ∏_{j≥ℓ} g_j, a ring over level ℓ repeated for each group
/// above it moves (g_ℓ − 1)·S_{ℓ+1} = S_ℓ − S_{ℓ+1} buffers.
public struct Split: Sendable {
    /// The whole degree, S₀.
    public let degree: Double
    /// S_ℓ − S_{ℓ+1} for each level.
    public let volumes: LevelVector
    /// 1 where the factor is above 1, else 0.
    public let active: LevelVector
    /// 1/S_{ℓ+1} − 1/S_ℓ: the share of peers that are reached across each level and none above it, when
    /// every peer is equally likely.
    public let reached: LevelVector
    /// The highest level with a factor above 1, or −1.
    public let highest: Int

    /// Makes a split.
    /// - Parameter factors: at least 1 each, innermost first, at most eight.
    public init(factors: [Int]) {
        var volumes = LevelVector.zero
        var active = LevelVector.zero
        var reached = LevelVector.zero
        var suffix = 1.0
        var highest = -1
        for level in factors.indices.reversed() {
            let factor = Double(factors[level])
            reached[level] = (factor - 1) / (suffix * factor)
            volumes[level] = (factor - 1) * suffix
            if factors[level] > 1 {
                active[level] = 1
                highest = max(highest, level)
            }
            suffix *= factor
        }
        degree = suffix
        self.volumes = volumes
        self.active = active
        self.reached = reached
        self.highest = highest
    }
}
