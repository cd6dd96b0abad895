import Files
import GLPKSolver
import Quantities
import SolverTestSupport
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

@Suite struct EngineTests {
    static let questions: [Given] = [
        .gpusAndFlop(gpus: 24, flop: 1e18), .flopAndTime(flop: 1e18, time: Seconds(700)),
        .gpusAndTime(gpus: 12, time: Seconds(1000)),
    ]

    private func question(_ given: Given, _ engine: Engine) throws -> PlanningQuestion {
        let laws = WorkloadLaws(
            batch: .given(sequences: 24), sequenceLength: 128, fixedWidth: 768, fixedLayers: 6)
        var question = PlanningQuestion(
            machine: try HardwareCatalogue.entry("h100-sxm").machine, given: given, laws: laws)
        question.engine = engine
        return question
    }

    @Test("All three questions have the same answer from both engines", arguments: questions)
    func sameAnswer(given: Given) throws {
        let expected = try Planner(question(given, .enumerate)).answer()
        let found = try Planner(question(given, .mip), solver: GLPKSolver()).answer()
        let best = try #require(found.best)
        #expect(best.plan == expected.best?.plan)
        #expect(best.run.flop == expected.best?.run.flop)
        #expect(found.certificate.engine == "mip")
        #expect(found.certificate.isOptimal)
        #expect(found.certificate.gap == 0)
        #expect(found.certificate.bound == expected.certificate.bound)
        #expect(found.certificate.account.open == 0)
        #expect(try #require(found.certificate.engines?.mixedInteger).masters > 0)
        let both = try Planner(question(given, .both), solver: GLPKSolver()).answer()
        #expect(both.best?.plan == best.plan)
        #expect(both.certificate.engine == "both")
    }

    @Test("A difference between the engines is an error and no answer", arguments: questions)
    func difference(given: Given) throws {
        let planner = try Planner(question(given, .both), solver: Pessimist())
        let error = #expect(throws: EngineError.self) { try planner.answer() }
        #expect(error?.description.contains("the engines disagree") == true)
    }

    @Test("No plan is an answer with reasons and no error, whatever the engine", arguments: Engine.allCases)
    func infeasible(engine: Engine) throws {
        var question = try question(Self.questions[0], engine)
        question.machine.memory.capacity = Bytes(1e5)
        let answer = try Planner(question, solver: GLPKSolver()).answer()
        #expect(answer.best == nil)
        #expect(answer.certificate.account.spaceSize > 0 && answer.certificate.account.open == 0)
        #expect(answer.infeasibility.first?.contains("GPUs hold") == true)
    }

    @Test("The engine mip without a solver says so")
    func noSolver() throws {
        #expect(throws: EngineError.noSolver) {
            try Planner(question(Self.questions[0], .mip)).answer()
        }
    }

    @Test("auto says which engine and why")
    func automatic() throws {
        let without = try Planner(question(Self.questions[0], .auto)).answer()
        #expect(without.certificate.engine == "enumerate")
        #expect(without.certificate.engines?.reason == "enumerate: no solver for masters was given")
        let with = try Planner(question(Self.questions[0], .auto), solver: GLPKSolver()).answer()
        #expect(with.certificate.engine == "enumerate")
        #expect(with.certificate.engines?.reason?.contains("assignments") == true)
        let large = EngineChoice.choose(.auto, leaves: EngineChoice.largestEnumeration + 1, hasSolver: true)
        #expect(large.engine == .mip)
    }

    @Test("A comparison accepts 1e-9 and refuses more, also of a bound above a plan in hand")
    func comparison() throws {
        func enumerated(_ time: Double) -> SearchResult<Int> {
            SearchResult(
                best: [RankedCandidate(candidate: 0, rank: Rank(time, 0, 0))], account: .empty, openBound: nil
            )
        }
        func found(_ time: Double, bound: Double, isComplete: Bool) -> MixedIntegerSearchResult<Int> {
            MixedIntegerSearchResult(
                best: [RankedCandidate(candidate: 0, rank: Rank(time, 0, 0))], bound: Rank(bound, 0, 0),
                isComplete: isComplete, account: MixedIntegerAccount(), spaceSize: 1)
        }
        try EngineSearch.compare(enumerated(1), found(1 + 5e-10, bound: 1, isComplete: true))
        try EngineSearch.compare(enumerated(1), found(1.5, bound: 0.9, isComplete: false))
        #expect(throws: EngineError.self) {
            try EngineSearch.compare(enumerated(1), found(1.001, bound: 1, isComplete: true))
        }
        #expect(throws: EngineError.self) {
            try EngineSearch.compare(enumerated(1), found(1.5, bound: 1.1, isComplete: false))
        }
        #expect(throws: EngineError.self) {
            try EngineSearch.compare(enumerated(1), found(0.9, bound: 0.8, isComplete: false))
        }
    }
}
