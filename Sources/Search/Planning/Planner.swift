import CostModel
import Foundation
import Hardware
import MixedInteger
import Quantities
import Strategy
import Workload

/// Answers planning questions with the engine that the question names.
public struct Planner: Sendable {
    /// The question.
    public let question: PlanningQuestion
    let grid: WidthGrid
    let solver: (any MixedIntegerSolver)?
    /// Engine of the answer under way; nil enumerates.
    var engines: EngineContext?

    /// Checks a question.
    /// - Parameters:
    ///   - question: any.
    ///   - solver: solves the masters of the engine `mip`; nil for none.
    /// - Throws: ``PlanningError`` naming the value that cannot be used.
    public init(
        _ question: PlanningQuestion, solver: (any MixedIntegerSolver)? = nil
    ) throws(PlanningError) {
        try question.check()
        self.question = question
        self.solver = solver
        do { grid = try WidthGrid(laws: question.laws) } catch { throw PlanningError("\(error)") }
    }

    /// Answers the question on the calling thread.
    /// - Returns: the best plans with their certificate, or why there is none.
    public func answer() -> PlanningAnswer {
        let clock = ContinuousClock()
        let start = clock.now
        let limit = question.timeLimit.value
        let stop: @Sendable () -> Bool = {
            guard limit.isFinite else { return false }
            return start.duration(to: clock.now) >= .seconds(limit)
        }
        let engines = EngineContext(
            engine: question.engine, solver: solver, timeLimit: limit.isFinite ? .seconds(limit) : nil, stop: stop)
        var planner = self
        planner.engines = engines
        return completed(planner.answered(stop: stop), engines)
    }

    private func answered(stop: @escaping @Sendable () -> Bool) -> PlanningAnswer {
        switch question.given {
        case .gpusAndFlop(let gpus, let flop): return leastTime(gpus: gpus, flop: flop, stop: stop)
        case .flopAndTime(let flop, let time):
            return fewestGPUs(run: run(flop: flop), time: time.value, stop: stop)
        case .gpusAndTime(let gpus, let time): return largestRun(gpus: gpus, time: time.value, stop: stop)
        }
    }

    /// The run that the laws give to an amount of compute.
    /// - Parameter flop: FLOP, above zero.
    public func run(flop: Double) -> TrainingRun {
        let shape = grid.shape(flop: flop)
        return TrainingRun(
            shape: shape, batchSequences: question.laws.batchSequences(flop: flop, shape: shape),
            sequenceLength: question.laws.sequenceLength, flop: flop)
    }

    // MARK: How fast

    private func leastTime(gpus: Int, flop: Double, stop: @escaping @Sendable () -> Bool) -> PlanningAnswer {
        let search = FixedRunSearch(question: question, run: run(flop: flop), engines: engines, stop: stop)
        let outcome = search.best(objective: .time, gpus: 1...gpus, cluster: gpus, deadline: .infinity)
        let binding = memoryBinding(outcome, search) { memory in
            search.best(
                objective: .time, gpus: 1...gpus, cluster: gpus, deadline: .infinity, memory: memory, wanted: 1)
        }
        let plans = outcome.result.best.enumerated().map { index, ranked in
            search.report(ranked.candidate, given: gpus, binding: index == 0 ? binding : nil)
        }
        let steps = search.run.steps
        let best = outcome.result.best.first?.rank.primary
        let bound = outcome.result.openBound.map { min($0.primary, best ?? .infinity) } ?? best
        return PlanningAnswer(
            question: question, plans: plans,
            certificate: Certificate(
                engine: "enumerate", isOptimal: outcome.result.isComplete && best != nil,
                bound: bound.map { .leastSeconds(max(0, $0) * steps) }, account: outcome.result.account, searches: 1,
                gap: best.flatMap { best in bound.map { (best - max(0, $0)) / best } }),
            infeasibility: plans.isEmpty ? memoryReasons(search, gpus: gpus, stopped: !outcome.result.isComplete) : [],
            notes: notes(plans.first, run: search.run))
    }

    // MARK: How many

    func fewestGPUs(
        run: TrainingRun, time: Double, stop: @escaping @Sendable () -> Bool
    ) -> PlanningAnswer {
        let search = FixedRunSearch(question: question, run: run, engines: engines, stop: stop)
        let gpus = gpuRange(run: run, time: time)
        let outcome = search.best(objective: question.objective, gpus: gpus, cluster: nil, deadline: time)
        let binding = memoryBinding(outcome, search) { memory in
            search.best(
                objective: question.objective, gpus: gpus, cluster: nil, deadline: time, memory: memory, wanted: 1)
        }
        let plans = outcome.result.best.enumerated().map { index, ranked in
            search.report(ranked.candidate, given: nil, binding: index == 0 ? binding : nil)
        }
        let best = outcome.result.best.first?.rank.primary
        let bound = outcome.result.openBound.map { min($0.primary, best ?? .infinity) } ?? best
        let proved: Certificate.ProvedBound? = bound.map { bound in
            guard question.objective == .utilization else { return .fewestGPUs(max(bound, Double(gpus.lowerBound))) }
            return .highestUtilization(search.model.utilization(step: bound, gpus: 1))
        }
        return PlanningAnswer(
            question: question, plans: plans,
            certificate: Certificate(
                engine: "enumerate", isOptimal: outcome.result.isComplete && best != nil, bound: proved,
                account: outcome.result.account, searches: 1,
                gap: best.flatMap { best in bound.map { (best - max(0, $0)) / best } }),
            infeasibility: plans.isEmpty ? deadlineReasons(search, time: time, stopped: !outcome.result.isComplete) : [],
            notes: notes(plans.first, run: run))
    }

    /// From the accelerators that the arithmetic alone needs, to as many as may be.
    func gpuRange(run: TrainingRun, time: Double) -> ClosedRange<Int> {
        let sustained = question.machine.compute.sustained.value
        let factor = question.settings.recomputation == .full ? 4.0 / 3 : 1
        let least = (run.flop * factor / (time * sustained) * (1 - 1e-9)).rounded(.up)
        let most = Double(DataMovementSpace.mostGPUs)
        return max(1, Int(min(max(1, least), most)))...DataMovementSpace.mostGPUs
    }

    // MARK: Shared

    /// `memory` if lifting the limit gives a better plan, else nil.
    private func memoryBinding(
        _ outcome: FixedRunSearch.Outcome, _ search: FixedRunSearch,
        again: (MemoryRule) -> FixedRunSearch.Outcome
    ) -> String? {
        guard outcome.memoryMayBind, let best = outcome.result.best.first else { return nil }
        guard let freed = again(.ignored).result.best.first else { return nil }
        return freed.rank < best.rank ? "memory" : nil
    }
}
