import Foundation
import Optimization
import Quantities
import Training

extension Planner {
    /// The largest run that some plan finishes in time.
    ///
    /// Shape and batch are constant on ranges of compute, and there the largest run of a step time s is
    /// C = 6·(P/E)·B·T/s, at most the end of the range. Ranges are searched from the largest downwards; the
    /// first one with a plan holds the answer, because every larger run lies in a range without one.
    func largestRun(gpus: Int, time: Double, stop: @escaping @Sendable () -> Bool) -> PlanningAnswer {
        let descent = RangeDescent(planner: self, gpus: 1...gpus, cluster: gpus, time: time, stop: stop)
        let most = Double(gpus) * question.machine.compute.sustained.value * time * (1 + 1e-9)
        let found = descent.largest(below: most)
        let plans = found.plans
        let flop = plans.first?.run.flop
        return PlanningAnswer(
            question: question, plans: plans,
            certificate: Certificate(
                engine: "enumerate", isOptimal: !found.stopped && flop != nil,
                bound: .largestFlop(found.bound), account: found.account, searches: found.searches,
                gap: flop.map { (found.bound - $0) / found.bound }),
            infeasibility: plans.isEmpty
                ? [
                    found.stopped
                        ? "the time limit ended the search before any plan was found"
                        : "no run of at least \(Readable.scientific(ComputeRange.least)) FLOP finishes in "
                            + "\(Readable.time(Seconds(time))) on \(Readable.count(gpus)) \(question.machine.unit)s; allow "
                            + "more time or more of them"
                            + (question.limits.isEmpty
                                ? "" : "; only plans with \(question.limits) were allowed")
                ] : [],
            notes: plans.first.map { notes($0, run: $0.run) } ?? [])
    }
}

/// Searches ranges of constant shape and batch from the largest compute downwards.
struct RangeDescent {
    let planner: Planner
    let gpus: ClosedRange<Int>
    let cluster: Int?
    let time: Double
    var idealized: IdealizedTerms = []
    let stop: @Sendable () -> Bool

    struct Found {
        var plans: [PricedPlan] = []
        /// No run above this finishes.
        var bound: Double
        var account = LeafAccount.empty
        var searches = 0
        var stopped = false
    }

    /// The largest run that finishes in time.
    /// - Parameter most: FLOP that arithmetic alone does not allow to pass.
    /// - Returns: the largest run with its account.
    func largest(below most: Double) -> Found {
        guard most >= ComputeRange.least else { return Found(bound: ComputeRange.least) }
        return largest(in: ComputeRange.least...min(most, ComputeRange.most))
    }

    /// The largest run of an interval that finishes in time.
    /// - Parameter interval: compute in FLOP.
    /// - Returns: the largest run with its account.
    func largest(in interval: ClosedRange<Double>) -> Found {
        var upper = min(interval.upperBound, planner.grid.mostFlop)
        var found = Found(bound: upper)
        // Ranges are listed a factor of 100 at a time: the answer is seldom far below the upper end.
        while upper >= interval.lowerBound {
            let lower = max(interval.lowerBound, upper / 100)
            let ranges = planner.grid.constantRanges(in: lower...upper, laws: planner.question.laws)
            for range in ranges.reversed() {
                found.bound = range.highest
                if search(range, into: &found) { return found }
            }
            upper = lower.nextDown
        }
        return found
    }

    /// Searches one range; true ends the descent.
    private func search(_ range: ConstantRange, into found: inout Found) -> Bool {
        let question = planner.question
        // At the range's least compute a plan must finish; it then finishes all that its step time allows.
        let run = TrainingRun(
            shape: range.shape, batchSequences: range.batchSequences,
            sequenceLength: question.laws.sequenceLength, flop: range.lowest)
        let search = FixedRunSearch(
            question: question, run: run, idealized: idealized, engines: planner.engines, stop: stop)
        let outcome = search.best(
            FixedRunSearch.Bounds(objective: .time, gpus: gpus, cluster: cluster, deadline: time))
        found.account.add(outcome.result.account)
        found.searches += 1
        let stepFlop = run.shape.flopPerToken * Double(run.batchTokens)
        found.plans = outcome.result.best.enumerated().map { index, ranked in
            let flop = Self.largestFlop(
                range: range, step: ranked.candidate.price.step, stepFlop: stepFlop, time: time)
            let largest = TrainingRun(
                shape: run.shape, batchSequences: run.batchSequences, sequenceLength: run.sequenceLength,
                flop: flop)
            return search.report(ranked.candidate, given: cluster, run: largest)
        }
        if let open = outcome.result.openBound {
            found.stopped = true
            let step = min(max(open.primary, 0), outcome.result.best.first?.rank.primary ?? .infinity)
            if step > 0 { found.bound = min(found.bound, stepFlop * time / step) }
            return true
        }
        guard let best = found.plans.first else { return false }
        found.bound = best.run.flop
        return true
    }

    /// C = stepFlop·T/s, at most the range's end, and never so much that rounding passes the deadline.
    private static func largestFlop(
        range: ConstantRange, step: Double, stepFlop: Double, time: Double
    ) -> Double {
        let tokens = stepFlop / range.shape.flopPerToken
        var flop = min(range.highest, stepFlop * time / step)
        while flop > range.lowest, step * (flop / range.shape.flopPerToken / tokens) > time {
            flop = flop.nextDown
        }
        return max(flop, range.lowest)
    }
}
