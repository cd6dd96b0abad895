import Optimization
import ScalingModel

/// Why an answer is what it is, and what would change it.
public struct Explanation: Sendable {
    /// The answer that is explained.
    public let answer: PlanningAnswer
    /// The step of the best plan as a sum; empty without one.
    public let costs: [StepCost]
    /// Terms by what their removal saves, the binding one first; empty without a plan.
    public let removals: [TermRemoval]
    /// What each number is worth, the strongest first; empty without a plan.
    public let sensitivities: [Sensitivity]
    /// Answers to changed questions.
    public let whatIfs: [WhatIf]
    /// Smallest single changes that make the question feasible; empty with a plan.
    public let remedies: [Remedy]
    /// Plans that were asked about.
    public let verdicts: [PlanVerdict]
    /// The best plan with the decisions that each verdict was asked about; nil where those decide a whole plan.
    public let conditioned: [ConditionedBest?]
    /// Factor of the re-optimised sensitivities.
    public let factor: Double

    /// What is asked beside the reasons for the best plan.
    public struct Request: Sendable {
        /// Plans to be judged against the best.
        public var plans: [PartialPlan] = []
        /// Changes to be answered, each of some numbers by one factor; nil asks the usual ones.
        public var changes: [(knobs: [Knob], factor: Double)]?
        /// By which numbers are divided and multiplied; above 1.
        public var factor = 2.0

        /// Asks for nothing but the usual.
        public init() {}
    }

    /// Explains an answer; takes some dozens of searches.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - request: what is asked.
    /// - Throws: ``ExplainError`` for a plan that cannot be completed.
    public init(_ answer: PlanningAnswer, request: Request = Request()) throws(ExplainError) {
        self.answer = answer
        factor = request.factor
        let question = answer.question
        if let changes = request.changes {
            whatIfs = changes.compactMap { WhatIf.scaling($0.knobs, by: $0.factor, in: question) }
        } else {
            whatIfs = answer.best == nil ? [] : WhatIf.usual(for: question)
        }
        guard let best = answer.best else {
            (costs, removals, sensitivities, verdicts, conditioned) = ([], [], [], [], [])
            remedies = Remedy.all(for: question)
            return
        }
        remedies = []
        costs = best.model.costs(of: best.plan)
        removals = TermRemoval.ranked(for: best)
        sensitivities = Sensitivity.all(of: question, best: best, factor: request.factor)
        // A plan that comes twice has one binding term.
        var known = [best]
        conditioned = request.plans.map { partial in
            guard !partial.isComplete else { return nil }
            let found = ConditionedBest(partial, for: question, others: known)
            if let plan = found.plan { known.append(plan) }
            return found
        }
        var verdicts: [PlanVerdict] = []
        for partial in request.plans {
            let plan = try partial.completed(by: best.plan, on: question.machine) { plan in
                let isLegal: Void? = try? plan.check(
                    shape: best.run.shape, batchTokens: best.run.batchTokens, machine: question.machine)
                return isLegal == nil ? .infinity : best.model.price(plan).step
            }
            verdicts.append(PlanVerdict(plan, for: question, reference: best, others: known))
        }
        self.verdicts = verdicts
    }
}
