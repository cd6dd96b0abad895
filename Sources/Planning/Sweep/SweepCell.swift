import Quantities

/// Where the questions of a sweep come from.
public enum SweepPoints: Hashable, Sendable {
    /// Amounts of compute, evenly spaced in the logarithm, ends included.
    case compute(from: Double, to: Double, count: Int)
    /// The law compute of every published width.
    case publishedWidths
    /// Every pair of a number of accelerators and an amount of compute.
    case grid(gpus: [Int], from: Double, to: Double, count: Int)
    /// One amount of compute with longest runs, evenly spaced in the logarithm, ends included.
    case times(flop: Double, from: Seconds, to: Seconds, count: Int)
}

/// One question of a sweep.
public struct SweepCell: Hashable, Sendable {
    /// Its place in the answers.
    public let index: Int
    /// Accelerators given; nil asks for the fewest.
    public let gpus: Int?
    /// Training compute in FLOP.
    public let flop: Double
    /// The published width, where the points are those.
    public let width: Int?
    /// The longest run, where the points differ in it; nil takes the sweep's.
    public var time: Seconds?

    /// Makes a cell.
    public init(index: Int, gpus: Int?, flop: Double, width: Int?, time: Seconds? = nil) {
        self.index = index
        self.gpus = gpus
        self.flop = flop
        self.width = width
        self.time = time
    }
}
