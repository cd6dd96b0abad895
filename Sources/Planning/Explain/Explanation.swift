import Optimization

/// Why an answer is what it is, and what would change it.
public struct Explanation<Question: ExplainedQuestion>: Sendable {
    /// A plan with its price.
    public typealias Priced = Question.Priced

    /// The question.
    public let question: Question
    /// The answer that is explained.
    public let answer: Question.Answer
    /// Its best plan; nil where none is feasible.
    public let best: Priced?
    /// The step of the best plan as a sum; empty without one.
    public let costs: [PlanCost]
    /// Terms by what their removal saves, most first; empty without a plan.
    public let removals: [TermRemoval]
    /// What each number is worth, the strongest first; empty without a plan.
    public let sensitivities: [Sensitivity<Priced>]
    /// Answers to changed questions.
    public let whatIfs: [WhatIf<Priced>]
    /// Smallest single changes that make the question feasible; empty with a plan.
    public let remedies: [Remedy<Priced>]
    /// Plans that were asked about.
    public let verdicts: [PlanVerdict<Priced>]
    /// The best plan with the decisions that each verdict was asked about; nil where those decide a whole plan.
    public let conditioned: [ConditionedBest<Priced>?]
    /// Factor of the re-optimised sensitivities.
    public let factor: Double

    /// What is asked beside the reasons for the best plan.
    public struct Request: Sendable {
        /// Plans to be judged against the best.
        public var plans: [Question.Given] = []
        /// Changes to be answered; nil asks the usual ones.
        public var changes: [Change]?
        /// By which numbers are divided and multiplied; above 1.
        public var factor = 2.0
        /// When all searches must end; the question's own time limit does not count.
        public var clock = SearchClock.unlimited
        /// Searches that run at once, at least 1; they change no result where the clock does not end them.
        public var threads = 2

        /// Asks for nothing but the usual.
        public init() {}
    }

    /// Explains an answer; takes some dozens of searches.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - question: that was answered.
    ///   - request: what is asked.
    /// - Throws: ``ExplainError`` for a plan that cannot be completed.
    public init(
        _ answer: Question.Answer, to question: Question, request: Request = Request()
    ) throws(ExplainError) {
        self.question = question
        self.answer = answer
        let best = Question.best(of: answer).plan
        self.best = best
        factor = request.factor
        let numbers = best == nil ? [] : question.numbers
        let changes = request.changes ?? (best == nil ? [] : question.usualChanges)
        let asked =
            changes
            + numbers.flatMap { [Change([$0], by: 1 / request.factor), Change([$0], by: request.factor)] }
        let answers = ChangedAnswers(asked, of: question, clock: request.clock, threads: request.threads)
        whatIfs = changes.compactMap { change in
            answers[change].map {
                WhatIf(change: change, words: change.words(on: question.machine), again: $0.again)
            }
        }
        (verdicts, conditioned) = try Self.judged(request, question, best)
        guard let best else {
            (costs, removals, sensitivities) = ([], [], [])
            remedies = Remedy.all(for: question, clock: request.clock, threads: request.threads)
            return
        }
        remedies = []
        costs = best.costs
        removals = best.rankedRemovals
        sensitivities = Sensitivity.all(
            numbers, of: question, best: best, factor: request.factor, answers: answers)
    }

    private static func judged(
        _ request: Request, _ question: Question, _ best: Priced?
    ) throws(ExplainError) -> ([PlanVerdict<Priced>], [ConditionedBest<Priced>?]) {
        // A plan that comes twice has one binding term.
        var known = best.map { [$0] } ?? []
        var verdicts: [PlanVerdict<Priced>] = []
        var conditioned: [ConditionedBest<Priced>?] = []
        for given in request.plans {
            var found: ConditionedBest<Priced>?
            if best != nil, !given.isComplete {
                found = ConditionedBest(given, for: question, others: known, clock: request.clock)
                if let plan = found?.plan { known.append(plan) }
            }
            guard var verdict = try question.verdict(on: given, beside: best, others: known) else { continue }
            verdict.change = verdict.plan.flatMap { question.bestChange(of: $0, until: request.clock) }
            verdicts.append(verdict)
            conditioned.append(found)
        }
        return (verdicts, conditioned)
    }
}

/// Answers to a question with numbers changed, each found once.
struct ChangedAnswers<Question: ExplainedQuestion>: Sendable {
    /// What was found for one change.
    struct Found: Sendable {
        /// The factor that was applied, within what can be asked.
        let factor: Double
        let again: AnswerAgain<Question.Priced>
    }

    private let found: [Change: Found]

    /// Answers each change of a list once.
    init(_ changes: [Change], of question: Question, clock: SearchClock, threads: Int) {
        var distinct: [Change] = []
        for change in changes where !distinct.contains(change) { distinct.append(change) }
        let answers = Lanes.map(distinct, threads: threads) { change -> Found? in
            question.changed(change).map { Found(factor: $0.factor, again: $0.question.again(until: clock)) }
        }
        found = Dictionary(
            uniqueKeysWithValues: zip(distinct, answers).compactMap { pair in
                pair.1.map { (pair.0, $0) }
            })
    }

    /// The answer to a change; nil where the question has no such number.
    subscript(change: Change) -> Found? { found[change] }
}

/// The answer to a question with some numbers changed.
public struct WhatIf<Priced: ExplainedPlan>: Sendable {
    /// The change.
    public let change: Change
    /// The change in words.
    public let words: String
    /// The answer then.
    public let again: AnswerAgain<Priced>
}
