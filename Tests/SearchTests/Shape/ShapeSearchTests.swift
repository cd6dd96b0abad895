import Files
import Foundation
import Quantities
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

@Suite struct ShapeSearchTests {
    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 48, by: 8).map { $0..<($0 + 8) }

    @Test(
        "48 small questions: the search over shapes finds what a list of every shape and plan has",
        arguments: chunks)
    func bruteForce(seeds: Range<UInt64>) throws {
        for seed in seeds {
            let instance = try ShapeInstance(seed: seed)
            let answer = try Planner(instance.question).answer()
            let expected = try ShapeOracle(instance).best()
            #expect(answer.certificate.account.open == 0, "seed \(seed)")
            #expect(answer.certificate.shapes?.open == 0, "seed \(seed)")
            guard let best = answer.best else {
                #expect(expected == nil, "seed \(seed)")
                continue
            }
            #expect(answer.certificate.isOptimal && answer.certificate.gap == 0, "seed \(seed)")
            if case .flopAndTime = instance.question.given, best.gpus > instance.gpus {
                #expect(expected == nil, "seed \(seed)")
                continue
            }
            let other = try #require(expected, "seed \(seed)")
            #expect(ShapeOracle.isClose(other.value, instance.value(of: best)), "seed \(seed)")
        }
    }

    @Test("Brute force meets every kind of question, with plans and without")
    func coverage() throws {
        var kinds: [Int: Int] = [:]
        for seed in UInt64(0)..<120 {
            let instance = try ShapeInstance(seed: seed)
            let kind =
                switch instance.question.given {
                case .gpusAndFlop: 0
                case .flopAndTime: 1
                case .gpusAndTime: 2
                }
            let found = try Planner(instance.question).answer().best != nil
            kinds[2 * kind + (found ? 1 : 0), default: 0] += 1
        }
        for kind in [0, 1, 2] { #expect(kinds[2 * kind + 1, default: 0] >= 10, "\(kinds)") }
        let without = kinds[0, default: 0] + kinds[2, default: 0] + kinds[4, default: 0]
        #expect(without >= 5, "\(kinds)")
    }

    static let sparsities: [SparsityLaw] = [.dense, .sparse]

    @Test("A free shape never buys less effective compute than the law's shape", arguments: sparsities)
    func neverWorse(sparsity: SparsityLaw) throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let laws = WorkloadLaws(sparsity: sparsity)
        for (gpus, months) in [(64, 1.0), (1021, 3), (16384, 3), (1_000_000, 3), (40_000_000, 3)] {
            var question = PlanningQuestion(
                machine: machine, given: .gpusAndTime(gpus: gpus, time: .months(months)), laws: laws)
            let law = try #require(try Planner(question).answer().best)
            question.shape = .free(ShapeFreedom())
            let answer = try Planner(question).answer()
            let free = try #require(answer.best)
            #expect(question.bought(free) >= question.bought(law), "\(gpus)")
            #expect(free.total <= .months(months), "\(gpus)")
            // The law's compute, as effective compute, then takes no more time and no more accelerators.
            let target = question.bought(law)
            question.given = .gpusAndFlop(gpus: gpus, flop: target)
            let fast = try #require(try Planner(question).answer().best)
            #expect(fast.total.value <= law.total.value * (1 + 1e-9), "\(gpus)")
            #expect(abs(question.bought(fast) / target - 1) < 1e-9, "\(gpus)")
            question.given = .flopAndTime(flop: target, time: law.total * (1 + 1e-9))
            question.objective = .gpus
            let few = try #require(try Planner(question).answer().best)
            #expect(few.gpus <= law.gpus, "\(gpus)")
        }
    }

    @Test("The three questions agree on a free shape")
    func threeDirections() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var question = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 4096, flop: 1e25))
        question.shape = .free(ShapeFreedom())
        let fast = try #require(try Planner(question).answer().best)
        question.given = .gpusAndTime(gpus: 4096, time: fast.total)
        let large = try #require(try Planner(question).answer().best)
        #expect(abs(question.bought(large) / 1e25 - 1) < 2e-3)
        #expect(question.bought(large) >= 1e25 * (1 - 1e-9))
    }

    @Test("Limits on data hold: fewer tokens than there are, at least as many a parameter as asked for")
    func dataLimits() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var question = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1024, flop: 1e25))
        let free = { (question: PlanningQuestion) throws -> PricedPlan in
            try #require(try Planner(question).answer().best)
        }
        question.shape = .free(ShapeFreedom())
        let open = try free(question)
        question.laws.mostTokens = open.run.tokens / 2
        let short = try free(question)
        #expect(short.run.tokens <= open.run.tokens / 2)
        #expect(short.total >= open.total)
        question.shape = .law
        let law = try free(question)
        #expect(law.run.tokens <= open.run.tokens / 2)
        question.laws.mostTokens = nil
        question.laws.tokensPerParameter = 200
        question.shape = .free(ShapeFreedom(data: .atLeastLaw))
        let small = try free(question)
        #expect(small.run.tokens / small.run.shape.parameters > 150)
        #expect(small.run.shape.parameters < open.run.shape.parameters)
        // No shape has enough data: an answer with a reason, not an error.
        question.laws.mostTokens = 1e9
        let none = try Planner(question).answer()
        #expect(none.best == nil)
        #expect(none.infeasibility.first?.contains("--max-tokens") == true)
        question.shape = .law
        question.laws.fixedWidth = 4096
        let narrow = try Planner(question).answer()
        #expect(narrow.best == nil)
        #expect(narrow.infeasibility.first?.contains("--max-tokens") == true)
    }

    @Test("A range of depths is kept, and the law's own shape stays in it")
    func depthRange() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var question = PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e29, time: .months(3)))
        question.penalty = .none
        var last = Int.max
        for range in [0.99...1.01, 0.5...2, 0.25...4] {
            question.shape = .free(ShapeFreedom(depthRange: range))
            let best = try #require(try Planner(question).answer().best)
            let ratio = question.value(of: best.run.shape).depthRatio
            let own = try Planner(question).grid.shape(flop: 1e29)
            #expect(range.contains(ratio) || best.run.shape == own)
            #expect(best.gpus <= last)
            last = best.gpus
        }
    }

    @Test("A time limit leaves a plan with its true gap, and shapes not looked at")
    func timeLimit() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var question = PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e31, time: .months(3)))
        question.shape = .free(ShapeFreedom())
        question.timeLimit = Seconds(0.3)
        let answer = try Planner(question).answer()
        #expect(!answer.certificate.isOptimal)
        #expect(try #require(answer.certificate.shapes).open > 0)
        if let best = answer.best {
            guard case .fewestGPUs(let bound)? = answer.certificate.bound else {
                Issue.record("no bound")
                return
            }
            // The optimum is 3,221,225,472.
            #expect(bound <= 3_221_225_472)
            #expect(best.gpus >= 3_221_225_472)
            #expect(try #require(answer.certificate.gap) > 0)
        }
    }

    @Test("Several plans come in order, over all shapes, and the first is the answer to one")
    func severalPlans() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var question = PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e28, time: .months(3)))
        question.shape = .free(ShapeFreedom())
        let one = try #require(try Planner(question).answer().best)
        question.wanted = 40
        let plans = try Planner(question).answer().plans
        #expect(plans.count == 40)
        #expect(plans.first?.plan == one.plan)
        #expect(plans.first?.run == one.run)
        #expect(zip(plans, plans.dropFirst()).allSatisfy { ($0.gpus, $0.total) <= ($1.gpus, $1.total) })
    }
}

extension PlanningQuestion {
    /// Effective compute of a plan's run, FLOP.
    func bought(_ plan: PricedPlan) -> Double {
        effectiveCompute.flop(reducible: value(of: plan.run.shape).reducible(flop: plan.run.flop))
    }
}
