public import Optimization
import Quantities
import Training

/// Accelerators that the best layout leaves idle, and the nearest batch that would use them.
public struct IdleAccelerators: Sendable {
    /// How many are idle, at least 1.
    public let count: Int
    /// Accelerators given.
    public let given: Int
    /// The nearest batch whose best layout uses all of them and takes less time a sequence; nil where none of those that
    /// were looked at does.
    public let remedy: Remedy?
    /// Batches that were looked at, in sequences, the nearest first.
    public let looked: [Int]

    /// A batch that uses all accelerators.
    public struct Remedy: Sendable {
        /// Sequences.
        public let batch: Int
        /// Its best layout.
        public let layout: PricedLayout
        /// Sequences a second over those of the layout that leaves some idle.
        public let speedup: Double
    }

    /// Share of the batch by which a batch that is looked at may differ.
    static let reach = 0.125
    /// The most batches that are looked at.
    static let most = 8

    /// Looks for a batch; nil where none is idle, or accelerators are asked for.
    ///
    /// All accelerators are used by d replicas of as many as N/d each, where d divides the batch. So the multiples of the
    /// divisors d of N next to the batch are looked at.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - clock: when to end.
    public init?(_ answer: TransformerAnswer, until clock: SearchClock) {
        guard let best = answer.best, let sequence = answer.sequenceSeconds,
            best.layout.gpus < answer.gpusGiven
        else { return nil }
        given = answer.gpusGiven
        count = given - best.layout.gpus
        looked = Self.batches(near: best.layout.globalBatch, for: given)
        for batch in looked where !clock.isOver {
            var question = answer.question.batched(batch)
            question.wanted = 1
            question.engine = .enumerate
            question.given = .gpus(given)
            let answer = try? TransformerPlanner(question)
                .answer(until: clock, slowest: sequence * Double(batch))
            guard let found = answer?.best, found.layout.gpus == given else { continue }
            let speedup = sequence * Double(batch) / question.wallStep(found).value
            guard speedup > 1 else { continue }
            remedy = Remedy(batch: batch, layout: found, speedup: speedup)
            return
        }
        remedy = nil
    }

    /// Multiples of the divisors of a number of accelerators next to a batch, the nearest first and of equally near ones
    /// the larger.
    static func batches(near batch: Int, for gpus: Int) -> [Int] {
        let multiples = Divisors.all(of: gpus).filter { $0 > 1 }.flatMap { divisor in
            [batch / divisor * divisor, (batch / divisor + 1) * divisor]
        }
        let near = Set(multiples).filter {
            $0 > 0 && $0 != batch && Double(abs($0 - batch)) <= reach * Double(batch)
        }
        let sorted = near.sorted { (abs($0 - batch), -$0) < (abs($1 - batch), -$1) }
        // Of multiples of small divisors there are many, and they help as little as the batch itself.
        let widest = sorted.sorted { Self.shared($0, gpus) > Self.shared($1, gpus) }.prefix(most)
        return sorted.filter(widest.contains)
    }

    /// The largest number that divides both.
    private static func shared(_ one: Int, _ other: Int) -> Int {
        var (one, other) = (one, other)
        while other > 0 { (one, other) = (other, one % other) }
        return one
    }
}
