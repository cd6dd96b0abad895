import Optimization
import Quantities
import Training

/// Answers questions about transformers by searching every legal layout, with proof.
public struct TransformerPlanner: Sendable {
    /// The question.
    public let question: TransformerQuestion
    let model: TransformerStepModel
    private let solver: (any MixedIntegerSolver)?
    let cuts: CutTables

    /// Takes a question.
    /// - Parameters:
    ///   - question: any.
    ///   - solver: solves the masters of the engine `mip`; nil for none.
    ///   - cuts: ways to cut models that planners of other questions may have listed, which saves time alone.
    /// - Throws: ``TransformerQuestionError`` naming a value that cannot be used.
    public init(
        _ question: TransformerQuestion, solver: (any MixedIntegerSolver)? = nil,
        cuts: CutTables = CutTables()
    ) throws(TransformerQuestionError) {
        try question.validate()
        var question = question
        question.limits = question.job.suiting(question.limits)
        self.question = question
        self.solver = solver
        self.cuts = cuts
        model = TransformerStepModel(job: question.job, machine: question.machine)
    }

    /// Takes a question that was checked, and what prices its layouts.
    init(unchecked question: TransformerQuestion, model: TransformerStepModel) {
        self.question = question
        self.model = model
        solver = nil
        cuts = CutTables()
    }

    /// Searches within the question's time limit; blocks the calling thread.
    /// - Returns: the best layouts with their certificate, or why there is none.
    /// - Throws: `EngineError` where the engine has no solver, its solver failed, or two engines disagree.
    public func answer() throws(EngineError) -> TransformerAnswer {
        try answer(until: SearchClock(limit: question.timeLimit))
    }

    /// Searches; blocks the calling thread.
    /// - Parameter clock: when to end, tables and reasons included; the question's time limit does not count.
    /// - Returns: the best layouts with their certificate, or why there is none.
    /// - Throws: `EngineError` where the engine has no solver, its solver failed, or two engines disagree.
    public func answer(until clock: SearchClock) throws(EngineError) -> TransformerAnswer {
        try answer(until: clock, enough: nil)
    }

    /// As ``answer(until:)``, from accelerators that are known to be enough where the fewest are asked, and with steps
    /// of at most so many seconds, on the wall clock where that is asked about, where accelerators are given.
    package func answer(
        until clock: SearchClock, enough: Int? = nil, slowest: Double = .infinity
    ) throws(EngineError) -> TransformerAnswer {
        let engines = EngineContext(
            engine: question.engine, solver: solver, timeLimit: clock.left, stop: { clock.isOver })
        if let family = question.family {
            return try freeAnswer(family, engines: engines, clock: clock).completed(by: engines)
        }
        let run = TransformerRun(
            planner: self, engines: engines, clock: clock, cuts: KnownCuts(cuts))
        if let goodput = question.goodput {
            return try run.answer(on: goodput, slowest: slowest).completed(by: engines)
        }
        let answer =
            switch question.given {
            case .gpus(let gpus): run.fastest(gpus: gpus, flop: nil, slowest: slowest)
            case .gpusAndFlop(let gpus, let flop): run.fastest(gpus: gpus, flop: flop, slowest: slowest)
            case .gpusAndTime(let gpus, let time): run.largest(gpus: gpus, time: time, slowest: slowest)
            case .flopAndTime(let flop, let time): run.fewest(flop: flop, time: time, enough: enough)
            }
        return try answer.completed(by: engines)
    }
}
