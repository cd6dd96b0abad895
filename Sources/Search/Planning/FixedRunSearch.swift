import CostModel
import Foundation
import Hardware
import Strategy
import Workload

/// The search for the best plan of one fixed shape and batch: what every question comes down to.
struct FixedRunSearch {
    let question: PlanningQuestion
    let run: TrainingRun
    let model: StepModel
    let stop: () -> Bool
    /// The engine asked for; nil enumerates.
    let engines: EngineContext?

    struct Outcome {
        let result: SearchResult<PlanCandidate>
        /// Whether a plan that memory alone excluded might have been better.
        let memoryMayBind: Bool
    }

    init(
        question: PlanningQuestion, run: TrainingRun, idealized: IdealizedTerms = [],
        engines: EngineContext? = nil, stop: @escaping () -> Bool
    ) {
        self.question = question
        self.run = run
        self.stop = stop
        self.engines = engines
        model = StepModel(
            machine: question.machine, shape: run.shape, batchTokens: run.batchTokens,
            settings: question.settings, idealized: idealized)
    }

    /// Searches the plans.
    /// - Parameters:
    ///   - objective: what comes first.
    ///   - gpus: accelerators that plans may use.
    ///   - cluster: accelerators given, nil for any number.
    ///   - deadline: longest run in seconds.
    ///   - memory: whether it is checked.
    ///   - wanted: how many plans; nil for what the question asks.
    ///   - goal: the best plans, or any.
    func best(
        objective: Objective, gpus: ClosedRange<Int>, cluster: Int?, deadline: Double,
        memory: MemoryRule = .checked, wanted: Int? = nil, goal: BranchAndBound.Goal = .best
    ) -> Outcome {
        var space = DataMovementSpace(
            model: model, preset: question.preset, objective: objective, gpus: gpus, cluster: cluster,
            steps: run.steps, deadline: deadline, memory: memory,
            cutUnit: question.sequences == .whole ? run.sequenceLength : 1)
        let count = wanted ?? question.wanted
        let result =
            if let engines, goal == .best {
                engines.result(&space, wanted: count)
            } else {
                BranchAndBound.search(&space, wanted: count, goal: goal, stop: stop)
            }
        let worst = result.best.first?.rank ?? .worst
        return Outcome(result: result, memoryMayBind: space.leastExcludedByMemory < worst)
    }

    /// The report on a candidate.
    /// - Parameters:
    ///   - candidate: from ``best(objective:gpus:cluster:deadline:memory:wanted:)``.
    ///   - given: accelerators given; nil takes the smallest cluster that holds the plan.
    ///   - run: the run it is reported for, if its compute differs from the one searched.
    ///   - binding: the binding term where the caller knows it.
    func report(
        _ candidate: PlanCandidate, given: Int?, run: TrainingRun? = nil, binding: String? = nil
    ) -> PricedPlan {
        PricedPlan(
            run: run ?? self.run, plan: candidate.plan, model: model, gpusGiven: given, binding: binding)
    }
}
