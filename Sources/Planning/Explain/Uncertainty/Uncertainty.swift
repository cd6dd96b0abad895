import Optimization
import Quantities
import ScalingModel
import Training

/// How an answer fares when some numbers of the machine are only known roughly.
///
/// Every sample draws each uncertain number by itself, searches the best plan for the drawn machine, and
/// prices every candidate on it. Candidates are the best plans for the stated numbers and the plans that win
/// most often.
public struct Uncertainty<Question: SweepQuestion>: Sendable {
    /// What is asked of every machine; where the largest run was asked for, about the time of that run.
    public let question: Question
    /// Candidates, in the order of the stated numbers, then by how often they win.
    public let candidates: [Candidate]
    /// Samples in which no plan is feasible at all.
    public let infeasibleSamples: Int
    /// Best result of each sample, the plan chosen for it; without a plan infinite (a utilization: 0).
    public let best: Band
    /// What was drawn.
    public let request: UncertaintyRequest
    /// What is compared.
    public let measure: Measure

    /// A plan and how it fares.
    public struct Candidate: Sendable {
        /// The plan, priced for the stated numbers.
        public let plan: Question.Priced
        /// Seconds of the run; infinite in samples whose memory does not hold the plan.
        public let seconds: Band
        /// Share of the peak of the accelerators given; 0 where the memory does not hold the plan.
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
    private static var mostWinners: Int { 5 }

    /// One drawn machine with its best plan, nil where there is none.
    private struct Sample: Sendable {
        let machine: Accelerator
        let best: Question.Priced?
    }

    /// Draws machines and prices plans on them.
    ///
    /// A question about the largest run is turned into one about the time of that run. A sample that the time limit
    /// cuts off does not count; nil where it cuts off all, or where there is no plan.
    /// - Parameters:
    ///   - asked: the question, about the stated numbers.
    ///   - plans: that answer it, best first; the first candidates.
    ///   - request: what is drawn.
    ///   - threads: samples searched at once; they do not change the result.
    public init?(_ asked: Question, plans: [Question.Priced], request: UncertaintyRequest, threads: Int) {
        guard let nominal = plans.first else { return nil }
        let cell = asked.cell(of: nominal)
        let question = asked.at(cell, time: cell.time ?? Seconds(.infinity))
        var request = request
        let drawn = request.settled(from: question.machine, threads: threads) { machine, clock -> Sample? in
            var asked = question
            asked.machine = machine
            asked.timeLimit = min(question.timeLimit, clock.secondsLeft)
            let best = (try? asked.answered())?.plan
            return clock.isOver ? nil : Sample(machine: machine, best: best)
        }
        guard !drawn.isEmpty else { return nil }
        let winners = drawn.compactMap(\.best)
        var wins: [String: Int] = [:]
        for winner in winners { wins[winner.identity, default: 0] += 1 }
        var seen = Set(plans.map(\.identity))
        let others = winners.filter { seen.insert($0.identity).inserted }.enumerated()
            .sorted { left, right in
                let (one, two) = (wins[left.element.identity] ?? 0, wins[right.element.identity] ?? 0)
                return one != two ? one > two : left.offset < right.offset
            }
            .prefix(Self.mostWinners).map(\.element)
        let measure = asked.measure == .flop ? question.measure : asked.measure
        let rules = PlanTrial.Rules(
            deadline: cell.time?.value ?? .infinity, measure: measure, tolerance: request.tolerance)
        let won = wins
        candidates = Lanes.map(plans + others, threads: threads) { plan in
            Self.candidate(
                question.priced(plan), wins: won[plan.identity] ?? 0, question, drawn, rules)
        }
        infeasibleSamples = drawn.count - winners.count
        let none = measure == .utilization ? 0 : Double.infinity
        best = Band(drawn.map { $0.best.map { measure.value(of: $0) } ?? none })
        self.measure = measure
        self.request = request
        self.question = question
    }

    private static func candidate(
        _ plan: Question.Priced, wins: Int, _ question: Question, _ samples: [Sample],
        _ rules: PlanTrial.Rules
    ) -> Candidate {
        let trials = samples.map { sample in
            PlanTrial(
                question.held(plan, on: sample.machine), given: plan.gpusGiven,
                best: sample.best.map { PlanFigures($0) }, rules: rules)
        }
        let count = Double(samples.count)
        return Candidate(
            plan: plan,
            seconds: Band(trials.map(\.seconds)), utilization: Band(trials.map(\.utilization)),
            nearBest: Double(trials.count(where: \.isNearBest)) / count,
            feasible: Double(trials.count(where: \.isFeasible)) / count, wins: Double(wins) / count)
    }
}
