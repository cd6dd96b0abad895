import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// The fewest accelerators, beside searches of each number of them.
@Suite struct FewestAcceleratorsTests {
    private static func question(
        _ random: inout SplitMix64, _ given: (Double) -> TransformerGiven
    ) throws -> TransformerQuestion {
        var machine = try SmallQuestions.machine(&random)
        machine.memory.capacity = machine.memory.capacity * 3
        let model = SmallQuestions.transformer(&random)
        var question = TransformerQuestion(
            job: TrainingJob(model: model), machine: machine, given: .gpus(1), globalBatch: 24)
        question.given = given(question.stepFlop)
        return question
    }

    /// Any layout on so many accelerators that does a step in time, from a search of its own.
    private static func search(
        _ question: TransformerQuestion, gpus: Int
    ) throws -> SearchResult<PricedLayout> {
        let planner = try TransformerPlanner(question)
        let engines = EngineContext(
            engine: .enumerate, solver: nil, timeLimit: nil, stop: { false })
        return TransformerRun(planner: planner, engines: engines, clock: .unlimited, cuts: KnownCuts())
            .search(gpus: gpus, deadline: question.longestStep.value, goal: .any)
    }

    @Test(
        "Where no accelerators are enough, none of those counted without a search has a layout",
        arguments: 0..<6)
    func none(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(9100 + seed))
        let question = try Self.question(&random) { stepFlop in
            // A step in a microsecond: less than a launch.
            .flopAndTime(flop: stepFlop, time: Seconds(1e-6))
        }
        let answer = try TransformerPlanner(question).answer()
        #expect(answer.best == nil && answer.infeasibility.count == 1)
        let account = answer.certificate.account
        #expect(account.open == 0 && account.evaluated == 0)
        let counted = try #require(account.pruned[TransformerRun.moreGPUs])
        #expect(counted > 0 && counted < account.spaceSize)
        for power in stride(from: 30, through: 9, by: -3) {
            let found = try Self.search(question, gpus: 1 << power)
            #expect(found.best.isEmpty && found.isComplete, "\(power)")
        }
        #expect(answer.certificate.searches == TransformerRun.failuresBeforeMost + 1)
    }

    @Test("Where very many are enough, the fewest are those of searches one by one", arguments: 0..<6)
    func many(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(9200 + seed))
        var question = try Self.question(&random) { _ in .gpus(4096) }
        let fastest = try #require(try TransformerPlanner(question).answer().best)
        // Hardly longer than the shortest step: far more accelerators than the peak asks for.
        question.given = .flopAndTime(flop: question.stepFlop, time: fastest.step.total * 1.0001)
        let answer = try TransformerPlanner(question).answer()
        #expect(answer.best != nil && answer.certificate.isOptimal, "\(seed)")
        let fewest = answer.gpusGiven
        #expect(fewest <= 4096)
        #expect(try !Self.search(question, gpus: fewest).best.isEmpty)
        for gpus in [fewest - 1, fewest / 2, fewest / 3] where gpus > 0 {
            let found = try Self.search(question, gpus: gpus)
            #expect(found.best.isEmpty && found.isComplete, "\(gpus)")
        }
    }
}
