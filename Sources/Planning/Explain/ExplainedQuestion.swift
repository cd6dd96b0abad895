import Optimization
import Training

/// Seconds of a step with their name.
public struct PlanCost: Hashable, Sendable {
    /// Name, as in columns.
    public let name: String
    /// The name for people.
    public let words: String
    /// Seconds of a step, at least 0.
    public let seconds: Double

    /// Names seconds.
    public init(_ name: String, words: String, seconds: Double) {
        self.name = name
        self.words = words
        self.seconds = seconds
    }
}

/// A decision of a plan as it is shown.
public struct PlanDecision: Hashable, Sendable {
    /// Name, as in columns.
    public let name: String
    /// A number or a word.
    public let value: String
    /// Factors by network level like 8/4; nil for what has none.
    public let factors: String?

    /// Names a decision.
    public init(_ name: String, _ value: String, factors: String? = nil) {
        self.name = name
        self.value = value
        self.factors = factors
    }
}

/// A plan of which can be said where its seconds go and what it would take on another machine.
public protocol ExplainedPlan: PricedRun {
    /// Seconds of a step on a machine with other numbers and the same network levels, the decisions held.
    func stepSeconds(on machine: Accelerator) -> Double
    /// The seconds of a step on such a machine as a sum; the same names in the same order for every plan.
    func costs(on machine: Accelerator) -> [PlanCost]
    /// What the step would take without one of its terms, the decisions held; in any order.
    var removals: [TermRemoval] { get }
    /// All decisions; the same names in the same order for every plan.
    var decisions: [PlanDecision] { get }
    /// What separates plans of equal time, in words; nil where nothing does.
    func tie(with reference: Self) -> String?
}

extension ExplainedPlan {
    /// Seconds of a step.
    public var stepSeconds: Double { stepSeconds(on: machine) }
    /// The seconds of a step as a sum.
    public var costs: [PlanCost] { costs(on: machine) }
    /// What the removal of each term saves, most first; of equal ones as the plan has them.
    public var rankedRemovals: [TermRemoval] {
        removals.enumerated().sorted { left, right in
            left.element.step != right.element.step
                ? left.element.step < right.element.step : left.offset < right.offset
        }.map(\.element)
    }
}

/// What a plan would take if one term were free: the term whose removal shortens it most binds it.
public struct TermRemoval: Hashable, Sendable {
    /// Name of the term, as in the column `binding` where it can stand there.
    public let term: String
    /// Seconds of a step without the term, the plan held fixed.
    public let step: Double
    /// Share of the step that goes, 0...1.
    public let saving: Double

    /// Makes a removal.
    /// - Parameters:
    ///   - term: name.
    ///   - step: seconds without the term.
    ///   - whole: seconds with it.
    public init(_ term: String, step: Double, of whole: Double) {
        self.term = term
        self.step = step
        saving = 1 - step / whole
    }
}

/// Some decisions of a plan as somebody wrote them down, or all of them.
public protocol GivenPlan: Sendable {
    /// What was written, or where it was read.
    var text: String { get }
    /// Whether nothing is left to choose.
    var isComplete: Bool { get }
}

/// A question whose answer can be explained.
///
/// A cost model that conforms has sensitivities, counterfactuals, remedies, and verdicts on plans that people
/// bring along.
public protocol ExplainedQuestion: SweepQuestion where Priced: ExplainedPlan {
    /// The whole answer.
    associatedtype Answer: Sendable
    /// Decisions that people write down.
    associatedtype Given: GivenPlan

    /// The best plan of an answer, why there is none, and what was proved.
    static func best(of answer: Answer) -> CellAnswer<Priced>

    /// One of ``SweepQuestion/numbers`` in base units; nil where there is no such number.
    func value(of number: Knob) -> Double?
    /// The question with a number multiplied, kept within what can be asked.
    /// - Returns: the question and the factor applied; nil where the question has no such number.
    func scaled(_ number: Knob, by factor: Double) -> (question: Self, factor: Double)?
    /// The question for one plan, without reasons where there is none.
    var brief: Self { get }
    /// Whether some plan answers the question, where that is known without a search; nil elsewhere.
    func isFeasible(until clock: SearchClock) -> Bool?

    /// Changes that are answered unless others are asked for.
    var usualChanges: [Change] { get }
    /// Changes of one number, each towards more plans, that may make an infeasible question feasible.
    var remedies: [(number: Knob, grows: Bool)] { get }

    /// Judges a plan.
    /// - Parameters:
    ///   - given: its decisions; what is left out is as in the best plan.
    ///   - best: the best plan; nil where none is feasible.
    ///   - others: plans with their binding terms that a search has found.
    /// - Returns: the verdict; nil where there is none without a best plan.
    /// - Throws: ``ExplainError`` for a plan that cannot be completed.
    func verdict(
        on given: Given, beside best: Priced?, others: [Priced]
    ) throws(ExplainError) -> PlanVerdict<Priced>?
    /// The question for the plans that keep some decisions, as far as a search can be held to them.
    /// - Throws: ``ExplainError`` where no plan of the question can keep them.
    func held(to given: Given) throws(ExplainError) -> Self
    /// Whether a plan has all decisions that are given.
    func isKept(_ given: Given, by plan: Priced) -> Bool
    /// The best plans, best first.
    /// - Parameters:
    ///   - count: how many at most.
    ///   - clock: when to end.
    /// - Returns: fewer where there are no more, or the clock ended the search.
    func plans(_ count: Int, until clock: SearchClock) -> [Priced]
    /// The change of one decision of a plan that helps it most; nil where it is not looked for.
    func bestChange(of plan: Priced, until clock: SearchClock) -> SingleChange<Priced>?
    /// A plan with what binds it as in the first of others that is the same plan.
    func bound(_ plan: Priced, as others: [Priced]) -> Priced
}

extension ExplainedQuestion {
    /// The question with several numbers multiplied by one factor; nil where it has not all of them.
    func changed(_ change: Change) -> (question: Self, factor: Double)? {
        var (question, applied) = (self, change.factor)
        for number in change.numbers {
            guard let scaled = question.scaled(number, by: change.factor) else { return nil }
            (question, applied) = scaled
        }
        return (question, applied)
    }

    /// Not looked for.
    public func bestChange(of plan: Priced, until clock: SearchClock) -> SingleChange<Priced>? { nil }

    /// Nothing binds a plan but what its own price says.
    public func bound(_ plan: Priced, as others: [Priced]) -> Priced { plan }
}

/// Numbers of a question, all multiplied by one factor.
public struct Change: Hashable, Sendable {
    /// The numbers.
    public let numbers: [Knob]
    /// By what they are multiplied, above zero.
    public let factor: Double

    /// Multiplies numbers.
    public init(_ numbers: [Knob], by factor: Double) {
        self.numbers = numbers
        self.factor = factor
    }

    /// The change in words.
    public func words(on machine: Accelerator) -> String {
        let names = numbers.map { $0.words(on: machine) }.joined(separator: ", ")
        return (factor >= 1 ? "\(Self.text(factor)) x " : "1/\(Self.text(1 / factor)) of ") + names
    }

    private static func text(_ factor: Double) -> String {
        factor == factor.rounded() && factor < 1e6 ? String(Int(factor)) : String(factor)
    }
}

/// The answer to a changed question.
public struct AnswerAgain<Priced: ExplainedPlan>: Sendable {
    /// The best plan found; nil where there is none, or none was found in time.
    public let plan: Priced?
    /// Whether the search came to its end; if not, the plan is the best that was found in time.
    public let isProved: Bool

    /// Takes both.
    public init(plan: Priced?, isProved: Bool) {
        self.plan = plan
        self.isProved = isProved
    }
}

extension ExplainedQuestion {
    /// Answers the question once more with other numbers.
    /// - Parameter clock: when to end.
    /// - Returns: the best plan found, and whether that is proved.
    func again(until clock: SearchClock) -> AnswerAgain<Priced> {
        guard !clock.isOver else { return AnswerAgain(plan: nil, isProved: false) }
        var question = brief
        question.timeLimit = clock.secondsLeft
        // What is out of range, such as a number that was scaled too far, has no plan.
        guard let answer = try? question.answered() else { return AnswerAgain(plan: nil, isProved: true) }
        return AnswerAgain(
            plan: answer.plan,
            isProved: answer.plan == nil ? !clock.isOver : answer.certificate.isOptimal)
    }
}
