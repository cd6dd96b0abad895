public import Optimization
import Quantities
import Training

/// The batch, of several, with which a run on given accelerators takes least time, or fits on the fewest.
///
/// Runs of one amount of compute are compared, so with accelerators given the batch with the most sequences a second
/// wins; of equal ones the smaller.
public struct BatchSearch: Sendable {
    /// The question; its batch does not count.
    public let question: TransformerQuestion
    /// Batches to choose from, in sequences, from the smallest.
    public let batches: [Int]
    private let solver: (any MixedIntegerSolver)?

    /// The most batches of a range that are looked at.
    public static let most = 33

    /// Takes a question.
    /// - Parameters:
    ///   - question: any.
    ///   - batches: at least one, in sequences.
    ///   - solver: see ``TransformerPlanner``.
    /// - Throws: ``TransformerQuestionError`` naming a value that cannot be used.
    public init(
        _ question: TransformerQuestion, batches: [Int], solver: (any MixedIntegerSolver)? = nil
    ) throws(TransformerQuestionError) {
        self.question = question
        self.batches = Set(batches).sorted()
        self.solver = solver
        guard !batches.isEmpty else {
            throw TransformerQuestionError("no batch is given; at least one is needed")
        }
        for batch in self.batches { try question.batched(batch).validate() }
    }

    /// Batches of a range that stand for it: both ends, and between them the multiples of a power of two that leaves
    /// at most ``most`` of all.
    /// - Parameter range: sequences, from 1.
    /// - Returns: the batches from the smallest, and what those between the ends are multiples of.
    public static func batches(in range: ClosedRange<Int>) -> (batches: [Int], multiplesOf: Int) {
        var step = 1
        while (range.upperBound - range.lowerBound) / step > most - 3 { step *= 2 }
        let first = (range.lowerBound + step - 1) / step * step
        let inner =
            first <= range.upperBound ? Array(stride(from: first, through: range.upperBound, by: step)) : []
        return (Set([range.lowerBound, range.upperBound] + inner).sorted(), step)
    }

    /// Searches every batch, the largest first; with accelerators given, the layouts of a batch that are no quicker a
    /// sequence than the best of those before are discarded.
    /// - Parameter clock: when to end.
    /// - Returns: the answer with the best batch; its certificate counts all searches, and proves something only where
    ///   each of them does.
    /// - Throws: `EngineError` where the search of a batch does; see ``TransformerPlanner/answer(until:)``.
    public func answer(until clock: SearchClock) throws(EngineError) -> TransformerAnswer {
        var best: TransformerAnswer?
        var (account, searches, isProved) = (LeafAccount.empty, 0, true)
        for batch in batches.reversed() {
            var asked = question.batched(batch)
            asked.wanted = 1
            let slowest = best?.sequenceSeconds.map { $0 * Double(batch) } ?? .infinity
            guard let answer = try answer(asked, until: clock, slowest: slowest) else { continue }
            account.add(answer.certificate.account)
            searches += answer.certificate.searches
            isProved = isProved && (answer.certificate.isOptimal || answer.isProvedEmpty)
            if best.map({ answer.isNoWorse(than: $0) }) ?? true { best = answer }
        }
        guard var best else { preconditionFailure("every batch was checked when the search was made") }
        if question.wanted > 1, best.best != nil, !clock.isOver,
            let all = try answer(question.batched(best.question.globalBatch), until: clock)
        {
            account.add(all.certificate.account)
            searches += all.certificate.searches
            if all.best != nil { best = all }
        }
        var certificate = best.certificate
        (certificate.account, certificate.searches) = (account, searches)
        if !isProved { (certificate.isOptimal, certificate.bound, certificate.gap) = (false, nil, nil) }
        return best.certified(by: certificate)
    }

    private func answer(
        _ question: TransformerQuestion, until clock: SearchClock, slowest: Double = .infinity
    ) throws(EngineError) -> TransformerAnswer? {
        guard let planner = try? TransformerPlanner(question, solver: solver) else { return nil }
        return try planner.answer(until: clock, slowest: slowest)
    }
}

extension TransformerAnswer {
    /// Seconds of a step for each of its sequences, on the wall clock where that is asked about; nil without a layout, and where accelerators are asked for, as then
    /// the time is no measure.
    var sequenceSeconds: Double? {
        if case .flopAndTime = question.given { return nil }
        return best.map { question.wallStep($0).value / Double($0.layout.globalBatch) }
    }

    /// Whether a search that ended found nothing.
    var isProvedEmpty: Bool {
        guard layouts.isEmpty, certificate.searches > 0 else { return false }
        guard case .fewestGPUs(let fewest) = certificate.bound else { return certificate.bound == nil }
        return fewest > Double(TransformerQuestion.mostGPUs)
    }

    /// Whether it is at least as good an answer as that of another batch: fewer accelerators where they are asked for,
    /// then less time for as many sequences.
    func isNoWorse(than other: TransformerAnswer) -> Bool {
        guard let own = best else { return false }
        guard let best = other.best else { return true }
        func rank(_ layout: PricedLayout, _ answer: TransformerAnswer) -> Rank {
            var accelerators = 0.0
            if case .flopAndTime = answer.question.given { accelerators = Double(answer.gpusGiven) }
            return Rank(
                accelerators, answer.question.wallStep(layout).value / Double(layout.layout.globalBatch), 0)
        }
        return !(rank(best, other) < rank(own, self))
    }

    /// The same answer under another certificate.
    func certified(by certificate: Certificate) -> TransformerAnswer {
        TransformerAnswer(
            question: question, layouts: layouts, certificate: certificate, infeasibility: infeasibility,
            flop: flop, gpusGiven: gpusGiven)
    }
}
