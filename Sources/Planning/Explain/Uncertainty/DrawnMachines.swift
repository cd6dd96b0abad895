import Optimization
import ScalingModel
import Training

extension Uncertainty.Request {
    /// Draws machines and computes something of each; sample by sample from a seed of its own, so that more
    /// samples change none.
    ///
    /// Where the time limit ends it, ``Uncertainty/Request/samples`` becomes the number drawn by then.
    /// - Parameters:
    ///   - machine: with the stated numbers.
    ///   - threads: samples computed at once; they change no result.
    ///   - body: works on one drawn machine.
    /// - Returns: the machines with their results, as many as there are samples.
    mutating func drawn<Value: Sendable>(
        from machine: Accelerator, threads: Int, _ body: @Sendable (Accelerator) -> Value
    ) -> (machines: [Accelerator], values: [Value]) {
        settled(from: machine, threads: threads) { drawn, _ in body(drawn) }
    }

    /// As ``drawn(from:threads:_:)``, of work that the time limit may cut off.
    /// - Parameters:
    ///   - machine: with the stated numbers.
    ///   - threads: samples computed at once; they change no result.
    ///   - body: works on one drawn machine until a clock is over; nil where it was, and then neither that machine
    ///     nor those drawn after it count, so that quick ones have no advantage.
    /// - Returns: the machines with their results, as many as there are samples; none where there was no time.
    mutating func settled<Value: Sendable>(
        from machine: Accelerator, threads: Int, _ body: @Sendable (Accelerator, SearchClock) -> Value?
    ) -> (machines: [Accelerator], values: [Value]) {
        let clock = SearchClock(limit: timeLimit)
        var seeds = SeededGenerator(seed: seed)
        var machines: [Accelerator] = []
        var values: [Value] = []
        // Without a limit in one go, with one in parts between which the clock is looked at.
        let part = timeLimit == nil ? samples : max(1, threads) * 4
        var begun = 0
        while begun < samples {
            let next = (0..<min(part, samples - begun)).map { _ in one(of: machine, seed: seeds.next()) }
            begun += next.count
            for (drawn, value) in zip(next, Lanes.map(next, threads: threads) { body($0, clock) }) {
                guard let value else { break }
                machines.append(drawn)
                values.append(value)
            }
            if clock.isOver { break }
        }
        samples = machines.count
        return (machines, values)
    }

    private func one(of machine: Accelerator, seed: UInt64) -> Accelerator {
        var generator = SeededGenerator(seed: seed)
        var drawn = machine
        for number in numbers {
            var factor = number.spread.factor(&generator)
            if number.knob == .sustainedFraction {
                factor = min(factor, 1 / machine.compute.sustainedFraction)
            }
            drawn = number.knob.scaled(by: factor, on: drawn)
        }
        return drawn
    }
}
