import Foundation
import Optimization
import Quantities
import ScalingModel
import Testing

@testable import Planning

@Suite struct UncertaintyTests {
    private func result(
        _ question: PlanningQuestion, _ numbers: [UncertainNumber], samples: Int = 40, seed: UInt64 = 1,
        threads: Int = 2
    ) throws -> Uncertainty<PlanningQuestion> {
        let answer = try Planner(question).answer()
        return try #require(
            Uncertainty(
                question, plans: answer.plans,
                request: UncertaintyRequest(numbers: numbers, samples: samples, seed: seed), threads: threads)
        )
    }

    private var rough: [UncertainNumber] {
        [
            UncertainNumber(.everyNetworkBandwidth, .logUniform(0.5...2)),
            UncertainNumber(.kernelLatency, .normal(deviation: 0.3)),
        ]
    }

    @Test("Threads change nothing, the seed does")
    func reproducible() throws {
        var question = try Questions.fast(gpus: 4096, flop: 1e26)
        question.wanted = 3
        let one = try result(question, rough, threads: 1)
        let many = try result(question, rough, threads: 7)
        #expect(one.best == many.best)
        #expect(one.candidates.map(\.plan.plan) == many.candidates.map(\.plan.plan))
        #expect(one.candidates.map(\.seconds) == many.candidates.map(\.seconds))
        #expect(one.candidates.map(\.nearBest) == many.candidates.map(\.nearBest))
        #expect(try result(question, rough, seed: 2).best != one.best)
    }

    @Test("Numbers that are known exactly give the stated answer in every sample")
    func certain() throws {
        var question = try Questions.fast()
        question.wanted = 2
        let exact = try result(question, [UncertainNumber(.memoryBandwidth, .logUniform(1...1))])
        let first = try #require(exact.candidates.first)
        let total = first.plan.total.value
        #expect(abs(first.seconds.low / total - 1) < 1e-12 && abs(first.seconds.high / total - 1) < 1e-12)
        #expect(first.nearBest == 1 && first.feasible == 1 && first.wins == 1)
        #expect(exact.robust?.plan.plan == first.plan.plan)
    }

    @Test("Times scale as the peak does where arithmetic is all that counts: bands by hand")
    func bands() throws {
        // Peak times a factor f of 0.9...1: the time of a plan whose step is arithmetic alone is 1/f; all ratios
        // as likely, so p10 and p90 of f^-1 lie near 0.9^-0.1 and 0.9^-0.9 of the stated time.
        let question = try Questions.fast(gpus: 16384, flop: 1e27)
        let result = try result(
            question, [UncertainNumber(.peak, .logUniform(0.9...1))], samples: 2000)
        let first = try #require(result.candidates.first)
        let total = first.plan.total.value
        #expect(abs(first.seconds.low / total - pow(0.9, -0.1)) < 0.004)
        #expect(abs(first.seconds.middle / total - pow(0.9, -0.5)) < 0.004)
        #expect(abs(first.seconds.high / total - pow(0.9, -0.9)) < 0.004)
    }

    @Test("No candidate is faster than the best plan of a sample, and the robust one is the nearest")
    func bestIsBest() throws {
        var question = try Questions.fast(gpus: 4096, flop: 1e26)
        question.wanted = 4
        let result = try result(question, rough, samples: 60)
        for candidate in result.candidates {
            #expect(result.best.low <= candidate.seconds.low && result.best.high <= candidate.seconds.high)
            #expect(candidate.nearBest <= (try #require(result.robust)).nearBest)
        }
    }

    @Test("Memory that may be too small makes plans infeasible in some samples")
    func memory() throws {
        let question = try Questions.fast(gpus: 400, flop: 1e27)
        let result = try result(
            question, [UncertainNumber(.memoryCapacity, .logUniform(0.5...1.5))], samples: 200)
        #expect(result.infeasibleSamples > 0)
        let first = try #require(result.candidates.first)
        #expect(first.feasible < 1 && first.feasible > 0)
    }

    @Test("Fewest GPUs in time: a plan that is just in time fails where machines are slower")
    func deadline() throws {
        let question = PlanningQuestion(
            machine: try Questions.machine(), given: .flopAndTime(flop: 1e26, time: .months(3)))
        let result = try result(
            question, [UncertainNumber(.peak, .logUniform(0.8...1.25))], samples: 60)
        let first = try #require(result.candidates.first)
        #expect(first.feasible < 0.7)
        #expect((try #require(result.robust)).nearBest >= first.nearBest)
    }

    @Test("Quantiles by nearest rank")
    func quantiles() {
        // Ten values: ranks 1, 5 and 9.
        let band = Band([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(band.low == 1 && band.middle == 5 && band.high == 9)
    }

    @Test(
        "Spreads are read, others refused", arguments: ["2..0.5x", "..", "0..1", "normal:0", "normal:2", "x"])
    func badSpread(_ text: String) throws {
        #expect(throws: ExplainError.self) { try UncertainNumber.Spread(parsing: text) }
        #expect(try UncertainNumber.Spread(parsing: "0.5..2x") == .logUniform(0.5...2))
        #expect(try UncertainNumber.Spread(parsing: "normal:0.1") == .normal(deviation: 0.1))
    }
}
