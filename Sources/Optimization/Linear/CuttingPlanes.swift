/// Families of cutting planes.
public struct CuttingPlanes: OptionSet, Hashable, Sendable {
    /// One bit a family.
    public let rawValue: Int

    /// Makes a set from its bits.
    /// - Parameter rawValue: one bit a family.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Gomory's mixed-integer cuts.
    public static let gomory = CuttingPlanes(rawValue: 1)
    /// Mixed-integer rounding cuts.
    public static let mixedIntegerRounding = CuttingPlanes(rawValue: 2)
    /// Cover cuts, from knapsack rows.
    public static let cover = CuttingPlanes(rawValue: 4)
    /// Clique cuts, from binaries that exclude each other.
    public static let clique = CuttingPlanes(rawValue: 8)
    /// Every family.
    public static let all: CuttingPlanes = [.gomory, .mixedIntegerRounding, .cover, .clique]
}
