import Optimization
import Quantities
import ScalingModel
import Training

/// How an answer fares when some numbers of the machine are only known roughly.
///
/// Every sample draws each uncertain number by itself, searches the best plan for the drawn machine, and
/// prices every candidate on it. Candidates are the best plans for the stated numbers and the plans that win
/// most often.
public struct Uncertainty: Sendable {
    /// Candidates, in the order of the stated numbers, then by how often they win.
    public let candidates: [Candidate]
    /// Samples in which no plan is feasible at all.
    public let infeasibleSamples: Int
    /// Best result of each sample, the plan chosen for it; without a plan infinite (a utilization: 0).
    public let best: Band
    /// What was asked.
    public let request: Request
    /// What is compared.
    public let measure: Measure

    /// What is drawn and how often.
    public struct Request: Hashable, Sendable {
        /// The numbers.
        public var numbers: [UncertainNumber]
        /// How many machines are drawn, at least 1.
        public var samples: Int
        /// Decides every drawn number; the threads do not.
        public var seed: UInt64
        /// How far from the best a plan may be to count as near it, a share such as 0.05.
        public var tolerance: Double
        /// After this time no more machines are drawn: the answer is about those drawn by then, at least a few,
        /// and its request says how many they were; nil for no limit.
        public var timeLimit: Duration?

        /// Makes a request.
        public init(
            numbers: [UncertainNumber], samples: Int = 200, seed: UInt64 = 1, tolerance: Double = 0.05
        ) {
            self.numbers = numbers
            self.samples = samples
            self.seed = seed
            self.tolerance = tolerance
        }
    }

    /// A plan and how it fares.
    public struct Candidate: Sendable {
        /// The plan, priced for the stated numbers.
        public let plan: PricedPlan
        /// Seconds of the run; infinite in samples whose memory does not hold the plan.
        public let seconds: Band
        /// Share of the peak of the accelerators used; 0 where the memory does not hold the plan.
        public let utilization: Band
        /// Share of samples in which the plan is feasible and within the tolerance of the best plan.
        public let nearBest: Double
        /// Share of samples in which the plan fits and finishes in the time allowed.
        public let feasible: Double
        /// Share of samples in which it is the best plan.
        public let wins: Double
    }

    /// The candidate that is most often near the best; of equal ones the first.
    public var robust: Candidate? {
        candidates.enumerated().max { left, right in
            left.element.nearBest != right.element.nearBest
                ? left.element.nearBest < right.element.nearBest : left.offset > right.offset
        }?.element
    }

    /// Winners of samples that become candidates.
    static let mostWinners = 5

    /// Draws machines and prices plans on them; nil where the answer has no plan.
    ///
    /// A question about the largest run is turned into one about the time of that run.
    /// - Parameters:
    ///   - answer: with at least one plan; its plans are the first candidates.
    ///   - request: what is drawn.
    ///   - threads: samples searched at once; they do not change the result.
    public init?(_ answer: PlanningAnswer, request: Request, threads: Int) {
        guard let nominal = answer.best else { return nil }
        let question = Self.fixedRun(answer.question, flop: nominal.run.flop)
        var request = request
        let drawn = request.drawn(from: question.machine, threads: threads) { machine -> PricedPlan? in
            var asked = question
            asked.machine = machine
            return (try? asked.brief.answered())?.plan
        }
        let (machines, winners) = (drawn.machines, drawn.values)
        let measure = question.measure
        var plans = answer.plans.map(\.plan)
        var wins: [Plan: Int] = [:]
        for winner in winners { if let winner { wins[winner.plan, default: 0] += 1 } }
        let known = Set(plans)
        var seen = known
        let others = winners.compactMap { $0?.plan }.filter { seen.insert($0).inserted }
        plans += others.enumerated().sorted { left, right in
            let (one, two) = (wins[left.element] ?? 0, wins[right.element] ?? 0)
            return one != two ? one > two : left.offset < right.offset
        }.prefix(Self.mostWinners).map(\.element)
        let (won, made) = (wins, request)
        candidates = Lanes.map(plans, threads: threads) { plan in
            Self.candidate(plan, won[plan] ?? 0, nominal, question, machines, winners, measure, made)
        }
        infeasibleSamples = winners.count { $0 == nil }
        let none = measure == .utilization ? 0 : Double.infinity
        best = Band(winners.map { $0.map { measure.value(of: $0) } ?? none })
        self.request = request
        self.measure = measure
    }

    /// The question about the time of a run where the largest run was asked for.
    private static func fixedRun(_ question: PlanningQuestion, flop: Double) -> PlanningQuestion {
        guard case .gpusAndTime(let gpus, _) = question.given else { return question }
        var fixed = question
        fixed.given = .gpusAndFlop(gpus: gpus, flop: flop)
        fixed.objective = .time
        return fixed
    }

    private static func candidate(
        _ plan: Plan, _ wins: Int, _ nominal: PricedPlan, _ question: PlanningQuestion,
        _ machines: [Accelerator], _ winners: [PricedPlan?], _ measure: Measure, _ request: Request
    ) -> Candidate {
        var deadline = Double.infinity
        if case .flopAndTime(_, let time) = question.given { deadline = time.value }
        let rules = PlanTrial.Rules(
            deadline: deadline, measure: measure, tolerance: request.tolerance)
        var given: Int?
        if case .gpusAndFlop(let gpus, _) = question.given { given = gpus }
        let priced = PricedPlan(run: nominal.run, plan: plan, model: nominal.model, gpusGiven: given)
        let trials = zip(machines, winners).map { machine, winner in
            PlanTrial(
                question.held(priced, on: machine), given: priced.gpusGiven,
                best: winner.map(PlanFigures.init), rules: rules)
        }
        let count = Double(machines.count)
        return Candidate(
            plan: priced,
            seconds: Band(trials.map(\.seconds)), utilization: Band(trials.map(\.utilization)),
            nearBest: Double(trials.count(where: \.isNearBest)) / count,
            feasible: Double(trials.count(where: \.isFeasible)) / count, wins: Double(wins) / count)
    }
}
