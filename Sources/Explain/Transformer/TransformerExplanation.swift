import Strategy
import TransformerCost
import TransformerSearch

/// Why an answer about a transformer is what it is, and what would change it.
public struct TransformerExplanation: Sendable {
    /// The answer that is explained.
    public let answer: TransformerAnswer
    /// What each number of the machine is worth, the strongest first; empty without a layout.
    public let sensitivities: [LayoutSensitivity]
    /// Layouts that were asked about.
    public let verdicts: [LayoutVerdict]
    /// Answers with one number changed, as they were asked for.
    public let whatIfs: [WhatIf]
    /// The least factor on the memory with which a layout fits; nil where one does, or none helps.
    public let memoryFactor: Double?
    /// Factor of the re-optimised sensitivities.
    public let factor: Double

    /// An answer with one number changed.
    public struct WhatIf: Sendable {
        /// The number.
        public let number: StepNumber
        /// By what it is multiplied.
        public let factor: Double
        /// The answer; nil where nothing is feasible.
        public let value: Double?
    }

    /// Explains an answer; takes two searches for each number.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - verdicts: of layouts that were asked about.
    ///   - changes: numbers to be changed, each alone.
    ///   - factor: by which numbers are divided and multiplied, above 1.
    public init(
        _ answer: TransformerAnswer, verdicts: [LayoutVerdict] = [], changes: [(StepNumber, Double)] = [],
        factor: Double = 2
    ) {
        self.answer = answer
        self.verdicts = verdicts
        self.factor = factor
        whatIfs = changes.map { number, scale in
            WhatIf(
                number: number, factor: scale,
                value: LayoutSensitivity.again(answer.question, number, scale))
        }
        guard let best = answer.best else {
            sensitivities = []
            memoryFactor = Self.memoryFactor(answer.question)
            return
        }
        memoryFactor = nil
        sensitivities = LayoutSensitivity.all(of: answer, best: best, factor: factor)
    }

    /// Found by halving to a part in a hundred: with more memory whatever fitted fits.
    private static func memoryFactor(_ question: TransformerQuestion) -> Double? {
        let memory = StepNumber(kind: .memoryCapacity)
        func fits(_ factor: Double) -> Bool { LayoutSensitivity.again(question, memory, factor) != nil }
        var (low, high) = (1.0, 2.0)
        while !fits(high) {
            (low, high) = (high, 2 * high)
            if high > 1024 { return nil }
        }
        while high > 1.01 * low {
            let middle = (low * high).squareRoot()
            if fits(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
