import Optimization
import Quantities
import ScalingModel
import Training

/// Whether a plan may answer a question, and if not, everything that stands against it.
public struct PlanVerdict: Sendable {
    /// The plan.
    public let plan: Plan
    /// Its price; nil where the plan does not divide what it must.
    public let priced: PricedPlan?
    /// What stands against it, one line each; empty for a legal plan.
    public let violations: [String]
    /// What was not checked.
    public let remarks: [String]

    /// Judges a plan for a question.
    /// - Parameters:
    ///   - plan: any.
    ///   - question: gives the limits.
    ///   - reference: the best plan, whose run and model are used.
    ///   - others: plans whose binding term a search has found.
    public init(
        _ plan: Plan, for question: PlanningQuestion, reference: PricedPlan, others: [PricedPlan] = []
    ) {
        self.plan = plan
        let run = reference.run
        do {
            try plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: question.machine)
        } catch {
            priced = nil
            violations = [error.description]
            remarks = []
            return
        }
        var given: Int?
        switch question.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _): given = gpus
        case .flopAndTime: break
        }
        let least = plan.leastCluster(on: question.machine)
        let priced = PricedPlan(
            run: run, plan: plan, model: reference.model, gpusGiven: max(given ?? least, least)
        ).bound(as: [reference] + others)
        self.priced = priced
        let unit = question.machine.unit
        var violations: [String] = []
        if let given, least > given {
            violations.append(
                plan.gpus > given
                    ? "uses \(Readable.count(plan.gpus)) \(unit)s, \(Readable.count(given)) are given"
                    : "needs a cluster of \(Readable.count(least)) \(unit)s for its placement, "
                        + "\(Readable.count(given)) are given")
        }
        let capacity = question.machine.memory.capacity * Double(plan.gpus)
        if priced.memory > capacity {
            violations.append(
                "needs \(Readable.text(priced.memory)) of memory, its \(Readable.count(plan.gpus)) \(unit)s hold "
                    + Readable.text(capacity))
        }
        switch question.given {
        case .flopAndTime(_, let time), .gpusAndTime(_, let time):
            if priced.total > time {
                violations.append(
                    "takes \(Readable.time(priced.total)), \(Readable.time(time)) are allowed")
            }
        case .gpusAndFlop: break
        }
        if !question.limits.admits(plan) { violations.append("is not of those with \(question.limits)") }
        let tokens = run.batchTokens / (plan.data * plan.microbatches * run.shape.experts)
        if question.sequences == .whole, !tokens.isMultiple(of: run.sequenceLength) {
            violations.append("a microbatch of \(tokens) tokens cuts a sequence of \(run.sequenceLength)")
        }
        self.violations = violations
        remarks =
            question.preset == .published
            ? ["whether the plan lies in the published space is not checked, only the rules of the full one"]
            : []
    }
}
