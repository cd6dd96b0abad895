import Foundation
import Optimization
import Quantities
import Training

/// A search of a fixed shape and batch that has ended: it answers every run that differs in compute alone
/// where the accelerators are given.
public struct SolvedRun {
    package let search: FixedRunSearch
    package let outcome: FixedRunSearch.Outcome
    /// The binding term of the best plan where it is memory.
    let binding: String?
    /// Whether a given plan was the first limit.
    public let wasWarm: Bool
}

extension Planner {
    /// Searches the plans of one run.
    /// - Parameters:
    ///   - run: what the laws give to the question's compute.
    ///   - hint: a plan that may be good; it changes how long the search takes and nothing else.
    ///   - stop: ends the search early; nil takes the question's time limit.
    /// - Returns: what was found, which ``answer(_:run:)`` turns into an answer.
    package func solved(_ run: TrainingRun, hint: Plan?, stop: (@Sendable () -> Bool)? = nil) -> SolvedRun {
        let search = FixedRunSearch(
            question: question, run: run, engines: engines, stop: stop ?? timeLimitWatch())
        let bounds: FixedRunSearch.Bounds
        switch question.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _):
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: gpus, deadline: .infinity)
        case .flopAndTime(_, let time):
            bounds = FixedRunSearch.Bounds(
                objective: question.objective, gpus: gpuRange(run: run, time: time.value), cluster: nil,
                deadline: time.value)
        }
        // With a time limit a search from nothing may end with a plan where one from a high rank has none.
        let mayHint = question.wanted == 1 && question.timeLimit.value == .infinity
        let cutoff = mayHint ? hint.flatMap { search.rank(of: $0, within: bounds) } : nil
        let outcome = search.best(bounds, cutoff: cutoff ?? .worst)
        return SolvedRun(
            search: search, outcome: outcome, binding: memoryBinding(outcome, search, bounds),
            wasWarm: cutoff != nil)
    }

    /// `memory` if lifting the limit gives a better plan, else nil.
    private func memoryBinding(
        _ outcome: FixedRunSearch.Outcome, _ search: FixedRunSearch, _ bounds: FixedRunSearch.Bounds
    ) -> String? {
        guard outcome.memoryMayBind, let best = outcome.result.best.first else { return nil }
        return search.isBeaten(best.rank, bounds) ? "memory" : nil
    }

    /// The answer to the question from an ended search.
    /// - Parameters:
    ///   - solved: of the run's shape and batch.
    ///   - run: what is reported; its compute may differ from the one searched if accelerators are given.
    /// - Returns: plans with their certificate, or why there is none.
    package func answer(_ solved: SolvedRun, run: TrainingRun) -> PlanningAnswer {
        let (search, result) = (solved.search, solved.outcome.result)
        var given: Int?
        if case .gpusAndFlop(let gpus, _) = question.given { given = gpus }
        let plans = result.best.enumerated().map { index, ranked in
            search.report(
                ranked.candidate, given: given, run: run, binding: index == 0 ? solved.binding : nil)
        }
        let best = result.best.first?.rank.primary
        let bound = result.openBound.map { min($0.primary, best ?? .infinity) } ?? best
        return PlanningAnswer(
            question: question, plans: plans,
            certificate: Certificate(
                engine: "enumerate", isOptimal: result.isComplete && best != nil,
                bound: bound.map { proved($0, search, run) }, account: result.account, searches: 1,
                gap: best.flatMap { best in bound.map { (best - max(0, $0)) / best } }),
            infeasibility: plans.isEmpty ? reasons(search, stopped: !result.isComplete) : [],
            notes: notes(plans.first, run: run))
    }

    private func proved(
        _ bound: Double, _ search: FixedRunSearch, _ run: TrainingRun
    ) -> Certificate.ProvedBound {
        guard case .flopAndTime(_, let time) = question.given else {
            return .leastSeconds(max(0, bound) * run.steps)
        }
        guard question.objective == .utilization else {
            return .fewestGPUs(max(bound, Double(gpuRange(run: run, time: time.value).lowerBound)))
        }
        return .highestUtilization(search.model.utilization(step: bound, gpus: 1))
    }

    private func reasons(_ search: FixedRunSearch, stopped: Bool) -> [String] {
        if !stopped, !question.limits.isEmpty, !search.hasPlans {
            let shape = search.run.shape
            return [
                "no plan has \(question.limits): tensor degrees divide d_model \(shape.width) and d_ff "
                    + "\(shape.feedForwardWidth), pipeline and interleave \(shape.layers) layers, expert degrees "
                    + "\(shape.experts) experts, data times microbatches "
                    + "\(search.run.batchTokens / shape.experts) tokens"
            ]
        }
        let reasons = unlimitedReasons(search, stopped: stopped)
        return question.limits.isEmpty || stopped
            ? reasons : reasons + ["only plans with \(question.limits) were allowed"]
    }

    private func unlimitedReasons(_ search: FixedRunSearch, stopped: Bool) -> [String] {
        switch question.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _):
            memoryReasons(search, gpus: gpus, stopped: stopped)
        case .flopAndTime(_, let time): deadlineReasons(search, time: time.value, stopped: stopped)
        }
    }
}
