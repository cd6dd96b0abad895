import Files
import GLPKSolver
import Optimization
import Quantities
import ScalingModel
import SolverTestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct TransformerPlannerTests {
    static let questions: [TransformerGiven] = [
        .gpus(24), .gpusAndFlop(gpus: 23, flop: 1e21), .gpusAndTime(gpus: 16, time: Calendar.day * 10),
        .flopAndTime(flop: 1e21, time: Calendar.day),
    ]

    private func question(_ given: TransformerGiven, _ engine: Engine) throws -> TransformerQuestion {
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry("llama-3-8b").model),
            machine: try HardwareLookup.entry("h100-sxm-80gb").machine, given: given, globalBatch: 48)
        question.engine = engine
        return question
    }

    @Test("Every question has the same answer from both engines", arguments: questions)
    func sameAnswer(given: TransformerGiven) throws {
        let expected = try TransformerPlanner(question(given, .enumerate)).answer()
        let layout = try #require(expected.best).layout
        for engine in [Engine.mip, .both] {
            let found = try TransformerPlanner(question(given, engine), solver: GLPKSolver()).answer()
            #expect(found.best?.layout == layout)
            #expect(found.flop == expected.flop)
            #expect(found.gpusGiven == expected.gpusGiven)
            #expect(found.certificate.engine == engine.rawValue)
            // A cut that is not proved the shortest leaves the same gap to both.
            #expect(found.certificate.isOptimal == (found.certificate.gap == 0))
            #expect(found.certificate.gap == expected.certificate.gap)
            #expect(found.certificate.bound == expected.certificate.bound)
            #expect(try #require(found.certificate.engines?.mixedInteger).masters > 0)
        }
    }

    @Test("A difference between the engines is an error and no answer", arguments: questions)
    func difference(given: TransformerGiven) throws {
        var question = try question(given, .both)
        // Whose cuts are all proved, so that nothing excuses a difference.
        question.limits.stages = [.even]
        let planner = try TransformerPlanner(question, solver: Pessimist())
        let error = #expect(throws: EngineError.self) { try planner.answer() }
        #expect(error?.description.contains("the engines disagree") == true)
    }

    @Test("The engine mip without a solver says so, and auto says which engine and why")
    func noSolver() throws {
        #expect(throws: EngineError.noSolver) {
            try TransformerPlanner(question(Self.questions[0], .mip)).answer()
        }
        let answer = try TransformerPlanner(question(Self.questions[0], .auto)).answer()
        #expect(answer.certificate.engines?.reason == "enumerate: no solver for masters was given")
    }

    @Test("Where no layout fits, both engines say so")
    func infeasible() throws {
        var question = try question(.gpus(1), .both)
        question.limits.sharding = [.nothing]
        let answer = try TransformerPlanner(question, solver: GLPKSolver()).answer()
        #expect(answer.best == nil)
        #expect(answer.certificate.engine == "both")
        #expect(answer.infeasibility.first?.contains("no layout fits") == true)
    }
}
