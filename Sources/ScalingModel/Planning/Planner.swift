import Foundation
import Optimization
import Quantities
import Training

/// Answers planning questions with the engine that the question names.
public struct Planner: Sendable {
    /// The question.
    public let question: PlanningQuestion
    var grid: WidthGrid
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
    /// - Throws: `EngineError` where the engine has no solver, its solver failed, or two engines disagree.
    public func answer() throws(EngineError) -> PlanningAnswer {
        let stop = timeLimitWatch()
        let limit = question.timeLimit.value
        let engines = EngineContext(
            engine: question.engine, solver: solver, timeLimit: limit.isFinite ? .seconds(limit) : nil,
            stop: stop)
        var planner = self
        planner.engines = engines
        if case .free(let freedom) = question.shape {
            return try planner.freeAnswer(freedom, engines: engines, stop: stop)
        }
        return try completed(planner.answered(stop: stop), engines)
    }

    private func answered(stop: @escaping @Sendable () -> Bool) -> PlanningAnswer {
        switch question.given {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _):
            let run = run(flop: flop)
            if let shortage = dataShortage(run) { return shortage }
            return self.answer(solved(run, hint: nil, stop: stop), run: run)
        case .gpusAndTime(let gpus, let time): return largestRun(gpus: gpus, time: time.value, stop: stop)
        }
    }

    /// The run that the laws give to an amount of compute.
    /// - Parameter flop: FLOP, above zero.
    /// - Returns: shape, batch and compute.
    public func run(flop: Double) -> TrainingRun {
        let shape = grid.shape(flop: flop)
        return TrainingRun(
            shape: shape, batchSequences: question.laws.batchSequences(flop: flop, shape: shape),
            sequenceLength: question.laws.sequenceLength, flop: flop)
    }

    /// True once the question's time limit, counted from now, has passed.
    func timeLimitWatch() -> @Sendable () -> Bool {
        let clock = SearchClock(limit: question.timeLimit)
        return { clock.isOver }
    }

    /// From the accelerators that the arithmetic alone needs, to as many as may be.
    func gpuRange(run: TrainingRun, time: Double) -> ClosedRange<Int> {
        let sustained = question.machine.compute.sustained.value
        let factor = question.settings.recomputation == .full ? 4.0 / 3 : 1
        let least = (run.flop * factor / (time * sustained) * (1 - 1e-9)).rounded(.up)
        let most = Double(DataMovementSpace.mostGPUs)
        return max(1, Int(min(max(1, least), most)))...DataMovementSpace.mostGPUs
    }
}
