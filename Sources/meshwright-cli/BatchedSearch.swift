import GLPKSolver
import Optimization
import Quantities
import Training
import TransformerModel

/// The search of a question about a transformer, for its batch or the best of a range.
struct BatchedSearch {
    private let question: TransformerQuestion
    private let batch: TransformerBatch
    private let range: BatchSearch?
    private let planner: TransformerPlanner

    /// Takes a question.
    /// - Throws: `TransformerQuestionError` naming a value that cannot be used.
    init(_ question: TransformerQuestion, _ batch: TransformerBatch) throws {
        self.question = question
        self.batch = batch
        planner = try TransformerPlanner(question, solver: GLPKSolver())
        range =
            batch.isRange
            ? try BatchSearch(question, batches: batch.candidates, solver: GLPKSolver()) : nil
    }

    /// Searches until a clock ends.
    /// - Throws: `EngineError` where the engine asked for gave no answer.
    func answer(until clock: SearchClock) throws -> TransformerAnswer {
        try range?.answer(until: clock) ?? planner.answer(until: clock)
    }

    /// Longest search for a batch that leaves no accelerator idle.
    private static let idleLimit = Seconds(5)

    /// What is to be said of the batch of an answer.
    /// - Parameters:
    ///   - answer: of the question.
    ///   - clock: when to end.
    /// - Returns: a sentence each.
    func notes(on answer: TransformerAnswer, until clock: SearchClock) -> [String] {
        guard answer.best != nil else { return [] }
        return [rangeNote(answer), idleNote(answer, until: clock)].compactMap { $0 }
    }

    private func rangeNote(_ answer: TransformerAnswer) -> String? {
        guard batch.isRange else { return nil }
        let (batches, step) = BatchSearch.batches(in: batch.range)
        let chosen = Readable.count(answer.question.globalBatch)
        let looked =
            step == 1
            ? "all from \(batch.range.lowerBound) to \(batch.range.upperBound)"
            : "\(batches.count): \(batch.range.lowerBound), \(batch.range.upperBound) and the multiples of \(step) between"
        let why =
            if case .flopAndTime = question.given { "fewest \(question.machine.unit)s" } else {
                "most sequences a second"
            }
        return "the batch of \(chosen) sequences is that with the \(why) of those looked at (\(looked))"
    }

    private func idleNote(_ answer: TransformerAnswer, until clock: SearchClock) -> String? {
        let limit = min(clock.secondsLeft, Self.idleLimit)
        guard let idle = IdleAccelerators(answer, until: SearchClock(limit: limit)) else { return nil }
        let unit = question.machine.unit
        let first = "\(Readable.count(idle.count)) of \(Readable.count(idle.given)) \(unit)s are idle"
        guard let remedy = idle.remedy else {
            return "\(first): no layout of all of them is quicker, nor with the batches next to "
                + "\(answer.question.globalBatch) that were looked at"
        }
        return "\(first); --batch \(remedy.batch) uses all of them: "
            + "\(Readable.time(remedy.layout.step.total)) a step, \(Readable.percent(remedy.speedup - 1)) more sequences a second"
    }
}
