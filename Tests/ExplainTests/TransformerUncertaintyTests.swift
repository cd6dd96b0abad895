import Files
import Optimization
import Quantities
import Testing
import Training
import TransformerModel

@testable import Planning

/// Bands of a single answer about a transformer.
@Suite struct TransformerUncertaintyTests {
    private func question(
        _ given: TransformerGiven = .gpusAndFlop(gpus: 32, flop: 1e22)
    ) throws -> TransformerQuestion {
        TransformerQuestion(
            job: TrainingJob(model: try ModelCatalogue.entry("llama-3-8b").model),
            machine: try Questions.machine("h100-sxm-80gb"), given: given, globalBatch: 64)
    }

    private func request(
        _ question: TransformerQuestion, _ spreads: [String: UncertainNumber.Spread], samples: Int = 12,
        seed: UInt64 = 1
    ) throws -> UncertaintyRequest {
        let numbers = try spreads.sorted { $0.key < $1.key }.flatMap { key, spread in
            try Knob.named(key, among: question.numbers.filter(\.isOfMachine), on: question.machine)
                .map { UncertainNumber($0, spread) }
        }
        return UncertaintyRequest(numbers: numbers, samples: samples, seed: seed)
    }

    private func result(
        _ question: TransformerQuestion, _ request: UncertaintyRequest, threads: Int = 2
    ) throws -> Uncertainty<TransformerQuestion> {
        let answer = try TransformerPlanner(question).answer()
        return try #require(
            Uncertainty(question, plans: answer.plans, request: request, threads: threads))
    }

    private let rough: [String: UncertainNumber.Spread] = [
        "compute.peak": .normal(deviation: 0.1), "network.*.bandwidth": .logUniform(0.3...3),
        "calibration.outer_step_latency": .logUniform(0.5...2),
    ]

    @Test("Threads change nothing, the seed does")
    func reproducible() throws {
        var question = try question()
        question.wanted = 3
        let asked = try request(question, rough)
        let one = try result(question, asked, threads: 1)
        let many = try result(question, asked, threads: 5)
        #expect(one.best == many.best && one.request.samples == 12)
        #expect(one.candidates.count >= 3)
        #expect(one.candidates.map(\.plan.identity) == many.candidates.map(\.plan.identity))
        #expect(one.candidates.map(\.seconds) == many.candidates.map(\.seconds))
        #expect(try result(question, request(question, rough, seed: 2)).best != one.best)
    }

    @Test("Every sample is plan alone on its machine, and no candidate is better there")
    func alone() throws {
        let question = try question()
        var asked = try request(question, rough)
        let found = try result(question, asked)
        let machines = asked.settled(from: question.machine, threads: 1) { machine, _ in machine }
        #expect(machines.count == 12 && Set(machines).count == 12)
        var best: [Double] = []
        for machine in machines {
            var one = question
            one.machine = machine
            let answer = try TransformerPlanner(one).answer()
            let plan = try #require(answer.plans.first)
            best.append(plan.total.value)
            for candidate in found.candidates {
                #expect(question.held(candidate.plan, on: machine).seconds >= plan.total.value)
            }
            #expect(question.held(plan, on: machine).seconds == plan.total.value)
        }
        #expect(found.best == Band(best))
    }

    @Test("Numbers known exactly give the stated answer; roughly, its band holds the stated time")
    func nominal() throws {
        let question = try question()
        let exact = try result(question, request(question, ["hbm.bandwidth": .logUniform(1...1)], samples: 3))
        let first = try #require(exact.candidates.first)
        let total = first.plan.total.value
        let answer = try TransformerPlanner(question).answer()
        #expect(total == answer.plans.first?.total.value && exact.candidates.count == 1)
        #expect(first.seconds.low == total && first.seconds.high == total)
        #expect(first.nearBest == 1 && first.feasible == 1 && first.wins == 1)
        let rough = try result(
            question, request(question, ["*.bandwidth": .logUniform(0.5...2)], samples: 20))
        let held = try #require(rough.candidates.first).seconds
        #expect(held.low < total && total < held.high)
    }

    @Test("Every number that is drawn changes the steps of layouts, in every precision")
    func read() throws {
        for precision in [TrainingPrecision.bf16, .fp8(.tensorwise)] {
            var question = try question(.gpus(64))
            question.job.precision = precision
            question.limits.tensor = [4]
            question.limits.pipeline = [2]
            let plan = try #require(try TransformerPlanner(question).answer().plans.first)
            for number in question.numbers.filter(\.isOfMachine) where number.key != "hbm.capacity" {
                let machine = number.scaled(by: 0.5, on: question.machine)
                #expect(
                    question.held(plan, on: machine).seconds != plan.total.value, "\(number.key)")
            }
        }
    }

    @Test("A step alone, the fewest in time and the largest run have bands of their own measures")
    func measures() throws {
        let step = try question(.gpus(32))
        let found = try result(step, request(step, rough, samples: 4))
        #expect(found.measure == .stepSeconds && found.candidates[0].seconds.middle < 60)

        let fewest = try question(.flopAndTime(flop: 1e21, time: Seconds(86400)))
        let bands = try result(fewest, request(fewest, ["compute.peak": .logUniform(0.7...1.4)], samples: 10))
        #expect(bands.measure == .gpus && bands.best.low < bands.best.high)
        #expect((0.1...0.9).contains(bands.candidates[0].feasible))

        let largest = try question(.gpusAndTime(gpus: 32, time: Seconds(86400)))
        let held = try result(largest, request(largest, ["hbm.capacity": .logUniform(0.2...1)], samples: 10))
        #expect(held.measure == .seconds && held.candidates[0].feasible < 1)
    }

    @Test("Where the time limit cuts all samples off there are no bands")
    func limit() throws {
        let question = try question()
        var asked = try request(question, rough)
        asked.timeLimit = .zero
        let answer = try TransformerPlanner(question).answer()
        #expect(Uncertainty(question, plans: answer.plans, request: asked, threads: 2) == nil)
    }
}
