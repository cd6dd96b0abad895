/// What is drawn and how often.
public struct UncertaintyRequest: Hashable, Sendable {
    /// The numbers.
    public var numbers: [UncertainNumber]
    /// How many machines are drawn, at least 1.
    public var samples: Int
    /// Decides every drawn number; the threads do not.
    public var seed: UInt64
    /// How far from the best a plan may be to count as near it, a share such as 0.05.
    public var tolerance: Double
    /// After this time no more machines are drawn: the answer is about those answered by then, and its request says
    /// how many they were; nil for no limit.
    public var timeLimit: Duration?

    /// Makes a request.
    public init(
        numbers: [UncertainNumber], samples: Int = 200, seed: UInt64 = 1, tolerance: Double = 0.05
    ) {
        self.numbers = numbers
        self.samples = samples
        self.seed = seed
        self.tolerance = tolerance
    }
}
