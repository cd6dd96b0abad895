import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

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
    /// A factor on the memory with which a layout fits; nil where one does, or memory is not what lacks.
    public let memoryFactor: Double?
    /// The factor on the memory below which no layout fits, at most ``memoryFactor``.
    public let leastMemoryFactor: Double?
    /// Factor of the re-optimised sensitivities.
    public let factor: Double

    /// An answer with one number changed.
    public struct WhatIf: Sendable {
        /// The number.
        public let number: StepNumber
        /// By what it is multiplied.
        public let factor: Double
        /// The answer.
        public let again: AnswerAgain
    }

    /// Explains an answer; takes two searches for each number.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - verdicts: of layouts that were asked about.
    ///   - changes: numbers to be changed, each alone.
    ///   - factor: by which numbers are divided and multiplied, above 1.
    ///   - clock: when all searches must end; the question's time limit does not count.
    public init(
        _ answer: TransformerAnswer, verdicts: [LayoutVerdict] = [], changes: [(StepNumber, Double)] = [],
        factor: Double = 2, clock: SearchClock = .unlimited
    ) {
        self.answer = answer
        self.verdicts = verdicts
        self.factor = factor
        whatIfs = changes.map { number, scale in
            WhatIf(
                number: number, factor: scale,
                again: AnswerAgain(answer.question, number, scale, clock: clock))
        }
        guard let best = answer.best else {
            sensitivities = []
            let need = answer.leastMemory(until: clock)
            let usable = answer.question.machine.memory.usable
            let lacks = need.map { $0.leanest > usable } ?? false
            // With room for the rounding of the product.
            memoryFactor = lacks ? need.map { $0.leanest / usable * (1 + 1e-9) } : nil
            leastMemoryFactor = lacks ? need.map { max(1, min($0.bound, $0.leanest) / usable) } : nil
            return
        }
        memoryFactor = nil
        leastMemoryFactor = nil
        sensitivities = LayoutSensitivity.all(of: answer, best: best, factor: factor, clock: clock)
    }
}
