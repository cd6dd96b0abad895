import Hardware

extension Uncertainty.Request {
    /// The drawn machines; sample by sample from a seed of its own, so that more samples change none.
    /// - Parameter machine: with the stated numbers.
    /// - Returns: as many as there are samples.
    func machines(from machine: Accelerator) -> [Accelerator] {
        var seeds = SeededGenerator(seed: seed)
        return (0..<samples).map { _ in
            var generator = SeededGenerator(seed: seeds.next())
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
}
