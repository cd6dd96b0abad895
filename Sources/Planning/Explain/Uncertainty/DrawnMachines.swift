import Optimization
import ScalingModel
import Training

extension UncertaintyRequest {
    /// Draws machines and computes something of each; sample by sample from a seed of its own, so that more
    /// samples change none.
    ///
    /// Where the time limit ends it, ``UncertaintyRequest/samples`` becomes the number that counts.
    /// - Parameters:
    ///   - machine: with the stated numbers.
    ///   - threads: samples computed at once; they change no result.
    ///   - body: works on one drawn machine until a clock is over; nil where it was, and then neither that machine
    ///     nor those drawn after it count, so that quick ones have no advantage.
    /// - Returns: the results, as many as there are samples; none where there was no time.
    mutating func settled<Value: Sendable>(
        from machine: Accelerator, threads: Int, _ body: @Sendable (Accelerator, SearchClock) -> Value?
    ) -> [Value] {
        let clock = SearchClock(limit: timeLimit)
        var seeds = SeededGenerator(seed: seed)
        var values: [Value] = []
        // Without a limit in one go, with one in parts between which the clock is looked at.
        let part = timeLimit == nil ? samples : max(1, threads) * 4
        var begun = 0
        while begun < samples {
            let next = (0..<min(part, samples - begun)).map { _ in one(of: machine, seed: seeds.next()) }
            begun += next.count
            for value in Lanes.map(next, threads: threads, { body($0, clock) }) {
                guard let value else { break }
                values.append(value)
            }
            if clock.isOver { break }
        }
        samples = values.count
        return values
    }

    private func one(of machine: Accelerator, seed: UInt64) -> Accelerator {
        var generator = SeededGenerator(seed: seed)
        return numbers.reduce(machine) { drawn, number in
            let factor = number.knob.possible(number.spread.factor(&generator), on: machine)
            return number.knob.scaled(by: factor, on: drawn)
        }
    }
}
