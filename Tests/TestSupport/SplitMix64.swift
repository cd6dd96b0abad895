/// The generator of Steele, Lea and Flood 2014: the same numbers on every machine for a seed.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator.
    /// - Parameter seed: where it starts.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number as a double.
    /// - Parameter range: where it lies.
    /// - Returns: a number of the range, each as likely.
    public mutating func whole(in range: ClosedRange<Int>) -> Double {
        Double(Int.random(in: range, using: &self))
    }
}
