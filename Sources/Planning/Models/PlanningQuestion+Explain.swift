import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

extension PricedPlan: ExplainedPlan {
    /// What prices the same run on another machine, perhaps with some terms free.
    func model(on machine: Accelerator, idealized: IdealizedTerms = []) -> StepModel {
        StepModel(
            machine: machine, shape: model.shape, batchTokens: model.batchTokens, settings: model.settings,
            idealized: idealized)
    }

    /// Seconds of a step on another machine.
    public func stepSeconds(on machine: Accelerator) -> Double { model(on: machine).price(plan).step }

    /// Where the seconds of a step go on another machine.
    public func costs(on machine: Accelerator) -> [PlanCost] {
        model(on: machine).costs(of: plan).map {
            PlanCost($0.kind.rawValue, words: $0.kind.words, seconds: $0.seconds)
        }
    }

    /// One removal for each of ``ScalingModel/IdealizedTerms/named``.
    public var removals: [TermRemoval] {
        IdealizedTerms.named.map { term, name in
            TermRemoval(
                name, step: model(on: machine, idealized: term).price(plan).step, of: price.step)
        }
    }

    /// Degrees with their factors by level, then the rest.
    public var decisions: [PlanDecision] {
        let degrees = zip(PartialPlan.names, PartialPlan.lists(of: plan.placement)).map { name, factors in
            PlanDecision(
                name, "\(factors.product)",
                factors: factors.count > 1 ? factors.map(String.init).joined(separator: "/") : nil)
        }
        return degrees + [
            PlanDecision("interleave", "\(plan.interleave)"),
            PlanDecision("microbatches", "\(plan.microbatches)"),
            PlanDecision("schedule", plan.schedule.rawValue),
        ]
    }

    /// Summed traffic, then the accelerators used, then the order of the degrees.
    public func tie(with reference: PricedPlan) -> String? {
        let difference = price.traffic - reference.price.traffic
        if abs(difference) > 1e-9 * reference.price.traffic {
            return "its traffic, hidden or not, takes \(Readable.time(Seconds(abs(difference)))) a step "
                + (difference > 0 ? "more" : "less")
        }
        if gpus != reference.gpus {
            return "it uses \(Readable.count(gpus)) \(machine.unit)s, not \(Readable.count(reference.gpus))"
        }
        return plan == reference.plan ? nil : "an exact tie; the order of the degrees decides"
    }
}

extension PlanningQuestion: ExplainedQuestion {
    /// The whole answer.
    public typealias Answer = PlanningAnswer
    /// Decisions that people write down.
    public typealias Given = PartialPlan

    /// What an answer says of its best plan.
    public static func best(of answer: PlanningAnswer) -> CellAnswer<PricedPlan> { CellAnswer(answer) }

    /// Rates, capacities and latencies from the matrix engine outwards; then the batch and what is given.
    public var numbers: [Knob] {
        let network = machine.network.indices.flatMap { level -> [Knob] in
            [.networkBandwidth(level: level), .networkLatency(level: level)]
        }
        let chip: [Knob] = [
            .peak, .sustainedFraction, .kernelLatency, .memoryBandwidth, .memoryCapacity, .l2Bandwidth,
            .l2Capacity, .clock, .registers,
        ]
        let own: [Knob] =
            switch given {
            case .gpusAndFlop: [.batch, .gpus, .flop]
            case .flopAndTime: [.batch, .flop, .runTime]
            case .gpusAndTime: [.batch, .gpus, .runTime]
            }
        return Knob.known(chip + network, on: machine) + own
    }

    /// A number that the question itself gives, in base units.
    public func value(of number: Knob) -> Double? {
        switch (number, given) {
        case (.gpus, .gpusAndFlop(let gpus, _)), (.gpus, .gpusAndTime(let gpus, _)): Double(gpus)
        case (.flop, .gpusAndFlop(_, let flop)), (.flop, .flopAndTime(let flop, _)): flop
        case (.runTime, .flopAndTime(_, let time)), (.runTime, .gpusAndTime(_, let time)): time.value
        default: number.value(on: machine)
        }
    }

    /// The question with a number multiplied.
    ///
    /// A sustained fraction stops at 1 and a number of accelerators is rounded, so the factor applied is
    /// returned with the question.
    public func scaled(_ number: Knob, by factor: Double) -> (question: PlanningQuestion, factor: Double)? {
        var changed = self
        var applied = factor
        switch (number, given) {
        case (.batch, _):
            guard let law = laws.batch.scaled(by: factor, laws: laws) else { return nil }
            changed.laws.batch = law.law
            applied = law.factor
        case (.runTime, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop, time: time * factor)
        case (.runTime, .gpusAndTime(let gpus, let time)):
            changed.given = .gpusAndTime(gpus: gpus, time: time * factor)
        case (.gpus, .gpusAndFlop(let gpus, let flop)):
            guard let scaled = Knob.scaled(gpus, by: factor, most: Double(DataMovementSpace.mostGPUs)) else {
                return nil
            }
            changed.given = .gpusAndFlop(gpus: scaled.count, flop: flop)
            applied = scaled.factor
        case (.gpus, .gpusAndTime(let gpus, let time)):
            guard let scaled = Knob.scaled(gpus, by: factor, most: Double(DataMovementSpace.mostGPUs)) else {
                return nil
            }
            changed.given = .gpusAndTime(gpus: scaled.count, time: time)
            applied = scaled.factor
        case (.flop, .gpusAndFlop(let gpus, let flop)):
            changed.given = .gpusAndFlop(gpus: gpus, flop: flop * factor)
        case (.flop, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop * factor, time: time)
        case (.runTime, _), (.gpus, _), (.flop, _): return nil
        default:
            applied = number.possible(factor, on: machine)
            changed.machine = number.scaled(by: applied, on: machine)
        }
        return (changed, applied)
    }

    /// The question for one plan.
    public var brief: PlanningQuestion {
        var question = self
        question.wanted = 1
        question.reasons = .brief
        question.engine = .auto
        return question
    }

    /// Only a search knows.
    public func isFeasible(until clock: SearchClock) -> Bool? { nil }

    /// Latencies a tenth; bandwidths, memory, rates and batch doubled.
    public var usualChanges: [Change] {
        let changes: [(Knob, Double)] = [
            (.everyNetworkLatency, 0.1), (.kernelLatency, 0.1), (.everyNetworkBandwidth, 2),
            (.memoryBandwidth, 2), (.memoryCapacity, 2), (.peak, 2), (.batch, 2),
        ]
        return changes.map { Change([$0], by: $1) }
    }

    /// Numbers that may make it feasible.
    public var remedies: [(number: Knob, grows: Bool)] {
        [
            (.memoryCapacity, true), (.runTime, true), (.gpus, true), (.everyNetworkBandwidth, true),
            (.everyNetworkLatency, false), (.kernelLatency, false), (.peak, true), (.memoryBandwidth, true),
        ]
    }

    // MARK: Plans of others

    /// Judges a plan; none without a best plan, whose run it is priced for.
    public func verdict(
        on given: PartialPlan, beside best: PricedPlan?, others: [PricedPlan]
    ) throws(ExplainError) -> PlanVerdict<PricedPlan>? {
        guard let best else { return nil }
        let plan = try given.completed(by: best.plan, on: machine) { plan in
            let isLegal: Void? = try? plan.check(
                shape: best.run.shape, batchTokens: best.run.batchTokens, machine: machine)
            return isLegal == nil ? .infinity : best.model.price(plan).step
        }
        return verdict(on: plan, name: given.text, beside: best, others: others)
    }

    /// Judges a whole plan.
    /// - Parameters:
    ///   - plan: any.
    ///   - name: what it is called.
    ///   - best: the best plan, whose run and model are used.
    ///   - others: plans whose binding term a search has found.
    /// - Returns: its price and everything that stands against it.
    public func verdict(
        on plan: Plan, name: String, beside best: PricedPlan, others: [PricedPlan] = []
    ) -> PlanVerdict<PricedPlan> {
        let run = best.run
        do { try plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: machine) } catch {
            return PlanVerdict(name: name, plan: nil, violations: [error.description])
        }
        let least = plan.leastCluster(on: machine)
        let given = value(of: .gpus).map { Int($0) }
        let priced = PricedPlan(
            run: run, plan: plan, model: best.model, gpusGiven: max(given ?? least, least)
        ).bound(as: [best] + others)
        let unit = machine.unit
        var violations: [String] = []
        if let given, least > given {
            violations.append(
                plan.gpus > given
                    ? "uses \(Readable.count(plan.gpus)) \(unit)s, \(Readable.count(given)) are given"
                    : "needs a cluster of \(Readable.count(least)) \(unit)s for its placement, "
                        + "\(Readable.count(given)) are given")
        }
        let capacity = machine.memory.capacity * Double(plan.gpus)
        if priced.memory > capacity {
            violations.append(
                "needs \(Readable.text(priced.memory)) of memory, its \(Readable.count(plan.gpus)) \(unit)s hold "
                    + Readable.text(capacity))
        }
        if let time = value(of: .runTime).map({ Seconds($0) }), priced.total > time {
            violations.append("takes \(Readable.time(priced.total)), \(Readable.time(time)) are allowed")
        }
        if !limits.admits(plan) { violations.append("is not of those with \(limits)") }
        let tokens = run.batchTokens / (plan.data * plan.microbatches * run.shape.experts)
        if sequences == .whole, !tokens.isMultiple(of: run.sequenceLength) {
            violations.append("a microbatch of \(tokens) tokens cuts a sequence of \(run.sequenceLength)")
        }
        return PlanVerdict(
            name: name, plan: priced, violations: violations,
            remarks: preset == .published
                ? [
                    "whether the plan lies in the published space is not checked, only the rules of the full one"
                ]
                : [])
    }

    /// Held to the degrees, whatever their factors by level.
    public func held(to given: PartialPlan) throws(ExplainError) -> PlanningQuestion {
        var asked = self
        do { try given.limit(&asked.limits) } catch { throw ExplainError(error.description) }
        return asked
    }

    /// Whether a plan has all decisions that are given.
    public func isKept(_ given: PartialPlan, by plan: PricedPlan) -> Bool { given.isKept(by: plan.plan) }

    /// The best plans.
    public func plans(_ count: Int, until clock: SearchClock) -> [PricedPlan] {
        var asked = brief
        asked.wanted = count
        asked.timeLimit = clock.secondsLeft
        return (try? Planner(asked).answer())?.plans ?? []
    }

    /// Whether memory binds takes a search to see, which not every price has.
    public func bound(_ plan: PricedPlan, as others: [PricedPlan]) -> PricedPlan { plan.bound(as: others) }
}
