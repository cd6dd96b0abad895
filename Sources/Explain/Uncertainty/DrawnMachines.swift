import Hardware

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
        let start = ContinuousClock.now
        var seeds = SeededGenerator(seed: seed)
        var machines: [Accelerator] = []
        var values: [Value] = []
        // Without a limit in one go, with one in parts between which the clock is looked at.
        let part = timeLimit == nil ? samples : max(1, threads) * 4
        while machines.count < samples {
            let next = (0..<min(part, samples - machines.count)).map { _ in
                one(of: machine, seed: seeds.next())
            }
            values += Lanes.map(next, threads: threads, body)
            machines += next
            if let timeLimit, ContinuousClock.now - start >= timeLimit { break }
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
