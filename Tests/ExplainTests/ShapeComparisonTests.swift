import Files
import Optimization
import Planning
import Quantities
import Testing
import Training
import TransformerModel

/// The shapes next to a chosen one, each asked by itself.
@Suite struct ShapeComparisonTests {
    private func question(_ given: TransformerGiven) throws -> TransformerQuestion {
        let named = try ModelCatalogue.entry("llama-3-8b").model
        var question = TransformerQuestion(
            job: TrainingJob(model: named), machine: try Questions.machine("h100-sxm-80gb"),
            given: given, globalBatch: 512)
        var grid = FamilyGrid()
        (grid.widths, grid.layers, grid.ratios) = ([2048, 3072, 4096], [16, 24, 32], [1, 1.5])
        question.family = try TransformerFamily(named, grid: grid)
        question.limits.stages = [.even]
        return question
    }

    @Test(
        "Every neighbour has what its model asked by itself has, and none is better than the chosen shape",
        arguments: [
            TransformerGiven.gpusAndFlop(gpus: 64, flop: 1e22), .flopAndTime(flop: 1e22, time: Seconds(3e6)),
            .gpusAndTime(gpus: 64, time: Seconds(2e6)),
        ])
    func neighbours(_ given: TransformerGiven) throws {
        let question = try question(given)
        let family = try #require(question.family)
        let answer = try TransformerPlanner(question).answer()
        let shapes = try #require(ShapeComparison(answer, until: .unlimited))
        #expect(shapes.isProved && shapes.rows.count >= 3)
        let best = shapes.asked(shapes.best)
        for row in shapes.rows {
            let run = try #require(row.run, "\(row.shape) \(row.reason ?? "")")
            #expect(row.isProved && row.reason == nil)
            #expect(TransformerShape(run.question.job.model) == row.shape)
            let value = shapes.asked(run)
            #expect(question.measure.isBetterSmall ? value >= best : value <= best, "\(row.shape)")
            let alone = try TransformerPlanner(
                question.about(family.member(row.shape), flop: run.flop)
            ).answer()
            switch given {
            case .flopAndTime: #expect(alone.gpusGiven == run.gpusGiven)
            case .gpusAndTime: #expect(abs(try #require(alone.flop) / run.flop - 1) < 1e-9)
            case .gpus, .gpusAndFlop:
                #expect(abs(try #require(alone.plans.first).total.value / run.total.value - 1) < 1e-9)
            }
        }
    }

    @Test("What the time did not allow has no answer and says so; a given model has no neighbours")
    func limits() throws {
        var question = try question(.gpusAndFlop(gpus: 64, flop: 1e22))
        let answer = try TransformerPlanner(question).answer()
        let shapes = try #require(ShapeComparison(answer, until: SearchClock(limit: Seconds(0))))
        for row in shapes.rows {
            #expect(row.run == nil && !row.isProved && row.reason?.contains("time was up") == true)
        }
        question.family = nil
        #expect(ShapeComparison(try TransformerPlanner(question).answer(), until: .unlimited) == nil)
    }
}
