import Foundation
import GLPKSolver
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Answers about runs with their failures, beside searches of each number of accelerators that know none.
@Suite struct GoodputSearchTests {
    static let most = 24

    /// A small question with failures that may be so frequent that fewer accelerators are faster.
    struct Instance {
        var question: TransformerQuestion
        /// For each number of accelerators given, the layout with the least step; nil where none fits.
        var layouts: [PricedLayout?] = []

        init(seed: UInt64) throws {
            var random = SplitMix64(seed: seed)
            func pick<Value>(_ values: [Value]) -> Value {
                values[Int.random(in: values.indices, using: &random)]
            }
            var machine = try SmallQuestions.machine(&random)
            machine.memory.capacity = machine.memory.capacity * pick([1, 1.5, 3])
            question = TransformerQuestion(
                job: TrainingJob(model: SmallQuestions.transformer(&random)), machine: machine,
                given: .gpus(1), globalBatch: pick([12, 24]))
            question.limits.microbatch = [1, 2, 4]
            question.limits.contextMethods = [.ring]
            for gpus in 1...GoodputSearchTests.most {
                question.given = .gpus(gpus)
                layouts.append(try TransformerPlanner(question).answer().best)
            }
            // A step takes some 0.1 s: the mean times between failures of all are from minutes to years.
            var failures = FailureModel(
                meanTime: Seconds(pick([2e2, 2e3, 2e4, 1e8])), write: Seconds(pick([1e-3, 1, 10])),
                restart: Seconds(pick([1, 100, 600])))
            if pick([true, false, false]) { failures.interval = .given(Seconds(pick([1e-3, 5, 100]))) }
            question.goodput = ReliabilityFactors(
                failures: failures, stragglers: Stragglers(deviation: pick([0, 0, 0.05])))
        }

        /// Seconds of the wall clock of a step, by the goodput of the layout.
        func wall(_ layout: PricedLayout) -> Double {
            let factors = question.goodput ?? ReliabilityFactors()
            let step = layout.step.total
            return step.value / Goodput(factors, accelerators: layout.layout.gpus, step: step).useful
        }

        /// The least of the wall clock on so many accelerators.
        ///
        /// Of the layouts that use n accelerators none has a shorter step than the best one *on* n, which uses no more, so
        /// that none takes less of the wall clock.
        func least(gpus: Int) -> Double? { layouts.prefix(gpus).compactMap { $0 }.map(wall).min() }
    }

    @Test(
        "The least time of 120 small questions is that of searches of each number of accelerators",
        arguments: 0..<12)
    func fastest(chunk: Int) throws {
        var found = 0
        for seed in (10 * chunk)..<(10 * chunk + 10) {
            var instance = try Instance(seed: UInt64(7000 + seed))
            let stepFlop = instance.question.stepFlop
            for gpus in [Self.most, 7] {
                instance.question.given = .gpusAndFlop(gpus: gpus, flop: 1000 * stepFlop)
                let answer = try TransformerPlanner(instance.question).answer()
                guard let least = instance.least(gpus: gpus), least.isFinite else {
                    #expect(answer.best == nil && !answer.infeasibility.isEmpty, "seed \(seed)")
                    continue
                }
                let best = try #require(answer.best, "seed \(seed)")
                let total = try #require(answer.total(best)).value
                #expect(relativeError(total, 1000 * least) < 1e-9, "seed \(seed) on \(gpus)")
                #expect(answer.certificate.isOptimal && answer.certificate.account.open == 0)
                guard case .leastSeconds(let bound) = answer.certificate.bound else {
                    Issue.record("no bound")
                    continue
                }
                #expect(relativeError(bound, total) < 1e-9)
                found += 1
                // The largest run in that time is the run.
                instance.question.given = .gpusAndTime(gpus: gpus, time: Seconds(total))
                let largest = try TransformerPlanner(instance.question).answer()
                #expect(relativeError(try #require(largest.flop), 1000 * stepFlop) < 1e-9)
            }
        }
        #expect(found >= 10)
    }

    @Test(
        "The fewest accelerators of 120 small questions are those of searches of each number",
        arguments: 0..<12)
    func fewest(chunk: Int) throws {
        for seed in (10 * chunk)..<(10 * chunk + 10) {
            var instance = try Instance(seed: UInt64(7000 + seed))
            guard let least = instance.least(gpus: Self.most), least.isFinite else { continue }
            for slack in [1.0001, 1.1, 1.5, 3] {
                let wall = least * slack
                instance.question.given = .flopAndTime(
                    flop: 50 * instance.question.stepFlop, time: Seconds(50 * wall))
                let answer = try TransformerPlanner(instance.question).answer()
                let expected = instance.layouts.compactMap { $0 }.filter { instance.wall($0) <= wall }
                    .map(\.layout.gpus).min()
                #expect(answer.gpusGiven == expected, "seed \(seed) slack \(slack)")
                let best = try #require(answer.best)
                #expect(best.layout.gpus == expected && instance.wall(best) <= wall * (1 + 1e-12))
                #expect(answer.certificate.isOptimal)
                // Of those that use as many, it is the quickest.
                let quickest = instance.layouts[best.layout.gpus - 1]
                #expect(best.step.total == quickest?.step.total)
            }
        }
    }

    @Test("Where more accelerators fail more than they add, the best layout leaves some idle")
    func idle() throws {
        var count = 0
        for seed in UInt64(7000)..<7120 {
            var instance = try Instance(seed: seed)
            instance.question.given = .gpusAndFlop(gpus: Self.most, flop: 1000 * instance.question.stepFlop)
            guard let best = try TransformerPlanner(instance.question).answer().best else { continue }
            let most = instance.layouts[Self.most - 1]?.layout.gpus ?? 0
            if best.layout.gpus < most { count += 1 }
        }
        #expect(count >= 5, "\(count)")
    }

    @Test("A run that no accelerators finish with its failures has no plan, and is told why")
    func none() throws {
        var instance = try Instance(seed: 7003)
        instance.question.goodput = ReliabilityFactors(
            failures: FailureModel(meanTime: Seconds(1), write: Seconds(10), restart: Seconds(600)))
        instance.question.given = .flopAndTime(flop: 1000 * instance.question.stepFlop, time: Seconds(100))
        let answer = try TransformerPlanner(instance.question).answer()
        #expect(answer.best == nil && answer.infeasibility.first?.contains("failures") == true)
        instance.question.given = .gpusAndFlop(gpus: Self.most, flop: 1000 * instance.question.stepFlop)
        let other = try TransformerPlanner(instance.question).answer()
        for layout in other.layouts { #expect(other.total(layout)?.value.isFinite == true) }
        instance.question.wanted = 2
        #expect(throws: TransformerQuestionError.self) { try TransformerPlanner(instance.question) }
    }

    @Test("Enumeration and masters agree on runs with their failures")
    func engines() throws {
        for seed in UInt64(7000)..<7006 {
            var instance = try Instance(seed: seed)
            instance.question.engine = .both
            instance.question.given = .gpusAndFlop(gpus: 8, flop: 1000 * instance.question.stepFlop)
            let answer = try TransformerPlanner(instance.question, solver: GLPKSolver()).answer()
            let least = instance.least(gpus: 8)
            #expect((answer.best == nil) == (least == nil), "seed \(seed)")
            if let best = answer.best, let least {
                #expect(relativeError(instance.wall(best), least) < 1e-9, "seed \(seed)")
            }
        }
    }

    @Test("90 small questions of free shapes have what every shape asked by itself has", arguments: 0..<9)
    func freeShapes(chunk: Int) throws {
        var found = 0
        for seed in UInt64(10 * chunk)..<UInt64(10 * chunk + 10) {
            var instance = try FamilyInstance(seed: seed, kind: Int(seed % 3))
            var random = SplitMix64(seed: 900 + seed)
            let means: [Double] = [50, 500, 5000, 1e7]
            let mean = means[Int.random(in: 0..<4, using: &random)]
            instance.question.goodput = ReliabilityFactors(
                failures: FailureModel(meanTime: Seconds(mean), write: Seconds(0.5), restart: Seconds(10)))
            let answer = try TransformerPlanner(instance.question).answer()
            let expected = try FamilyOracle(instance: instance) { try TransformerPlanner($0).answer() }.best()
            guard let value = instance.objective(answer) else {
                #expect(expected == nil, "seed \(seed)")
                continue
            }
            found += 1
            let other = try #require(expected, "seed \(seed)")
            for (one, two) in zip(value, other) {
                #expect(abs(one - two) <= 1e-9 * max(abs(one), abs(two)), "seed \(seed): \(value) \(other)")
            }
            #expect(answer.certificate.isOptimal && answer.certificate.shapes?.open == 0)
        }
        #expect(found >= 3)
    }
}
