import Files
import Quantities
import Testing
import Training
import TransformerModel

@testable import Planning

/// Bands of answers about free shapes: each drawn machine has its own best shape.
@Suite struct FreeShapeUncertaintyTests {
    private func question(_ given: TransformerGiven, _ name: String = "llama-3-8b") throws
        -> TransformerQuestion
    {
        let named = try ModelCatalogue.entry(name).model
        var question = TransformerQuestion(
            job: TrainingJob(model: named), machine: try Questions.machine("h100-sxm-80gb"),
            given: given, globalBatch: 512)
        var grid = FamilyGrid()
        (grid.widths, grid.layers, grid.ratios) = ([2048, 3072, 4096], [16, 24, 32], [1])
        question.family = try TransformerFamily(named, grid: grid)
        question.limits.stages = [.even]
        return question
    }

    private let rough = [
        UncertainNumber(.peak, .normal(deviation: 0.1)),
        UncertainNumber(.everyNetworkBandwidth, .logUniform(0.1...1)),
    ]

    @Test(
        "Every sample is plan alone on its machine, with any shape, and no candidate is better there",
        arguments: [
            TransformerGiven.gpusAndFlop(gpus: 64, flop: 1e22), .flopAndTime(flop: 1e22, time: Seconds(3e6)),
        ], ["llama-3-8b", "mixtral-8x7b"])
    func alone(_ given: TransformerGiven, name: String) throws {
        let question = try question(given, name)
        var request = UncertaintyRequest(numbers: rough, samples: 8)
        let answer = try TransformerPlanner(question).answer()
        let found = try #require(
            Uncertainty(question, plans: answer.plans, request: request, threads: 2))
        let machines = request.settled(from: question.machine, threads: 1) { machine, _ in machine }
        var best: [Double] = []
        for machine in machines {
            var one = question
            one.machine = machine
            let plan = try #require(try TransformerPlanner(one).answer().plans.first)
            best.append(question.measure.value(of: plan))
            #expect(abs(question.held(plan, on: machine).seconds / plan.total.value - 1) < 1e-12)
            if case .gpusAndFlop = given {
                for candidate in found.candidates {
                    #expect(
                        question.held(candidate.plan, on: machine).seconds
                            >= plan.total.value * (1 - 1e-12))
                }
            }
        }
        #expect(found.best == Band(best))
        #expect(found.candidates.contains { $0.wins > 0 })
    }

    @Test("Of the largest run, what is asked of drawn machines is the compute that it is worth")
    func largest() throws {
        let question = try question(.gpusAndTime(gpus: 64, time: Seconds(2e6)))
        let answer = try TransformerPlanner(question).answer()
        let plan = try #require(answer.plans.first)
        let exact = UncertaintyRequest(numbers: [UncertainNumber(.peak, .logUniform(1...1))], samples: 2)
        let found = try #require(
            Uncertainty(question, plans: answer.plans, request: exact, threads: 2))
        guard case .gpusAndFlop(64, let flop) = found.question.given else {
            Issue.record("\(found.question.given)")
            return
        }
        #expect(abs(flop / question.effectiveFlop(of: plan) - 1) < 1e-12 && flop != plan.flop)
        // The best of all runs of that worth takes as long as the largest run.
        #expect(abs(found.best.middle / plan.total.value - 1) < 1e-6)
    }

    @Test(
        "A frontier with numbers known exactly has the stated points in every sample; threads change nothing")
    func frontier() throws {
        let template = try question(.flopAndTime(flop: 1e22, time: Seconds(3e6)))
        let sweep = try Sweep(
            template: template, points: .compute(from: 1e21, to: 1e23, count: 3), time: Seconds(3e6))
        let stated = try SweepFrontier(
            sweep: sweep, points: try sweep.answers(), looking: .endsAlone, threads: 2)
        func bands(_ numbers: [UncertainNumber], samples: Int, threads: Int) throws -> FrontierUncertainty {
            try #require(
                FrontierUncertainty(
                    stated, request: UncertaintyRequest(numbers: numbers, samples: samples), threads: threads)
            )
        }
        let exact = try bands([UncertainNumber(.peak, .logUniform(1...1))], samples: 2, threads: 2)
        for (point, band) in zip(stated.points, exact.points) {
            let plan = try #require(point.plan)
            let utilization = template.utilization(of: plan)
            #expect(band.utilization.low == utilization && band.utilization.high == utilization)
            #expect(band.gpus.middle == Double(plan.gpusGiven))
            #expect(band.held == FrontierUncertainty.Point.Held(feasible: 1, nearBest: 1))
        }
        let one = try bands(rough, samples: 4, threads: 1)
        #expect(try bands(rough, samples: 4, threads: 3).points == one.points)
        #expect(one.points != exact.points)
    }
}
