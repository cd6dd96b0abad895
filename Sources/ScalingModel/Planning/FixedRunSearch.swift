import Foundation
import Optimization
import Quantities
import Training

/// The search for the best plan of one fixed shape and batch: what every question comes down to.
package struct FixedRunSearch {
    let question: PlanningQuestion
    let run: TrainingRun
    let model: StepModel
    let stop: () -> Bool
    /// The engine asked for; nil enumerates.
    let engines: EngineContext?

    package struct Outcome {
        package let result: SearchResult<PlanCandidate>
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

    /// A search with a model at hand.
    package init(question: PlanningQuestion, run: TrainingRun, model: StepModel, stop: @escaping () -> Bool) {
        self.question = question
        self.run = run
        self.model = model
        self.stop = stop
        engines = nil
    }

    /// What a search is for and which plans it may take.
    package struct Bounds {
        /// What comes first.
        let objective: Objective
        /// Accelerators that plans may use.
        let gpus: ClosedRange<Int>
        /// Accelerators given, nil for any number.
        let cluster: Int?
        /// Longest run in seconds.
        let deadline: Double

        package init(objective: Objective, gpus: ClosedRange<Int>, cluster: Int?, deadline: Double) {
            self.objective = objective
            self.gpus = gpus
            self.cluster = cluster
            self.deadline = deadline
        }

        /// Least time on any number of accelerators.
        static func fastest(deadline: Double) -> Bounds {
            Bounds(objective: .time, gpus: 1...DataMovementSpace.mostGPUs, cluster: nil, deadline: deadline)
        }
    }

    /// The rank of a plan if it is a leaf of the space, else nil.
    /// - Parameters:
    ///   - plan: of the same shape and batch, from a search with the same preset.
    ///   - bounds: describe the space.
    /// - Returns: its rank, or nil where it is not legal within the limits.
    package func rank(of plan: Plan, within bounds: Bounds) -> Rank? {
        let used = plan.gpus
        guard bounds.gpus.contains(used), question.limits.admits(plan),
            (try? plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: question.machine))
                != nil,
            model.memoryBytes(plan) <= model.machine.memory.capacity.value * Double(used)
        else { return nil }
        let cluster = plan.leastCluster(on: question.machine)
        guard cluster <= bounds.cluster ?? .max else { return nil }
        let price = model.price(plan)
        guard price.step * run.steps <= bounds.deadline else { return nil }
        return bounds.objective.rank(
            step: price.step, traffic: price.traffic,
            gpus: Double(bounds.objective == .time ? used : cluster))
    }

    /// Searches the plans.
    /// - Parameters:
    ///   - bounds: what for, and within which limits.
    ///   - memory: whether it is checked.
    ///   - wanted: how many plans; nil for what the question asks.
    ///   - cutoff: a rank that some plan of the space reaches; nothing above it is looked at.
    ///   - goal: the best plans, or any.
    /// - Returns: the best plans with their account.
    func best(
        _ bounds: Bounds, memory: MemoryRule = .checked, wanted: Int? = nil, cutoff: Rank = .worst,
        goal: BranchAndBound.Goal = .best
    ) -> Outcome {
        var space = DataMovementSpace(
            model: model, preset: question.preset, objective: bounds.objective, gpus: bounds.gpus,
            cluster: bounds.cluster, steps: run.steps, deadline: bounds.deadline, memory: memory,
            cutUnit: question.sequences == .whole ? run.sequenceLength : 1, limits: question.limits)
        let count = wanted ?? question.wanted
        let result =
            if let engines, goal == .best {
                engines.result(&space, wanted: count, cutoff: cutoff)
            } else {
                BranchAndBound.search(&space, wanted: count, cutoff: cutoff, goal: goal, stop: stop)
            }
        let worst = result.best.first?.rank ?? .worst
        return Outcome(result: result, memoryMayBind: space.leastExcludedByMemory < worst)
    }

    /// Whether some plan would be better if memory were unlimited.
    /// - Parameters:
    ///   - rank: of the best plan that fits.
    ///   - bounds: describe the space.
    /// - Returns: true once one is found; false where there is none or the search is ended before.
    func isBeaten(_ rank: Rank, _ bounds: Bounds) -> Bool {
        // The greatest rank below the one given: any plan within it is better.
        let below = Rank(rank.primary, rank.secondary, rank.tertiary.nextDown)
        return !best(bounds, memory: .exceeded, wanted: 1, cutoff: below, goal: .any).result.best.isEmpty
    }

    /// Whether any plan on any number of accelerators is legal, whatever its memory and time.
    var hasPlans: Bool {
        var space = DataMovementSpace(
            model: model, preset: question.preset, objective: .time, gpus: 1...DataMovementSpace.mostGPUs,
            cluster: nil, steps: run.steps, memory: .ignored,
            cutUnit: question.sequences == .whole ? run.sequenceLength : 1, limits: question.limits)
        return BranchAndBound.search(&space, wanted: 1, cutoff: .worst, goal: .any, stop: stop).best.first
            != nil
    }

    /// The report on a candidate.
    /// - Parameters:
    ///   - candidate: from ``best(_:memory:wanted:cutoff:goal:)``.
    ///   - given: accelerators given; nil takes the smallest cluster that holds the plan.
    ///   - run: the run it is reported for, if its compute differs from the one searched.
    ///   - binding: the binding term where the caller knows it.
    /// - Returns: the priced plan.
    func report(
        _ candidate: PlanCandidate, given: Int?, run: TrainingRun? = nil, binding: String? = nil
    ) -> PricedPlan {
        PricedPlan(
            run: run ?? self.run, plan: candidate.plan, model: model, gpusGiven: given, binding: binding)
    }
}
