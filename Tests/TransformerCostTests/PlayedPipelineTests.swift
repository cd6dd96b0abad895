import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// The closed form and the price of layouts against the schedule played pass by pass.
@Suite struct PlayedPipelineTests {
    /// Legal layouts over every schedule, spread of layers and recomputation, with a pipeline.
    static func draws(_ seed: UInt64, count: Int) -> [(model: Transformer, layout: TrainingLayout)] {
        var random = SplitMix64(seed: seed)
        var found: [(Transformer, TrainingLayout)] = []
        while found.count < count {
            var model = Bool.random(using: &random) ? LayoutSamples.llama : LayoutSamples.mixture
            model.layers = Int.random(in: 8...64, using: &random)
            guard var layout = LayoutSamples.layout(for: model, &random) else { continue }
            layout.pipeline = [2, 3, 4, 6, 8].randomElement(using: &random) ?? 2
            layout.sharding.stage = [.nothing, .optimizer].randomElement(using: &random) ?? .nothing
            layout.schedule = Schedule.allCases.randomElement(using: &random) ?? .oneForwardOneBackward
            let chunks = layout.schedule.chunkRange
            layout.chunks = chunks.count > 1 ? Int.random(in: 2...4, using: &random) : chunks.lowerBound
            let microbatches = layout.pipeline * Int.random(in: 2...6, using: &random)
            layout.globalBatch = layout.data * layout.microbatch * microbatches
            layout.spread = spread(model, layout, &random)
            if layout.problems(for: model).isEmpty { found.append((model, layout)) }
        }
        return found
    }

    /// Even, counting ends, or layers given at random.
    private static func spread(
        _ model: Transformer, _ layout: TrainingLayout, _ random: inout SplitMix64
    ) -> LayerSpread {
        switch Int.random(in: 0...2, using: &random) {
        case 0: return .even
        case 1: return .countingEnds
        default:
            let chunks = layout.pipeline * layout.chunks
            guard chunks <= model.layers else { return .even }
            let cuts = Array(1..<model.layers).shuffled(using: &random).prefix(chunks - 1).sorted()
            return .given(zip(cuts + [model.layers], [0] + cuts).map { $0 - $1 })
        }
    }

    /// The closed form of a layout's step.
    private static func form(_ model: TransformerStepModel, _ layout: TrainingLayout) -> StepBreakdown {
        model.step(
            layout, costs: model.costs(of: layout), stages: StageTable(layout, model: model.job.model),
            spreads: StepSpreads(layout, placement: model.placement))
    }

    @Test(
        "The price of a pipeline is the schedule played, and the closed form is not above it",
        arguments: StepLawTests.machines)
    func isPlayed(_ name: String) throws {
        let machine = try LayoutSamples.machine(name)
        var (schedules, exact) = (Set<Schedule>(), 0)
        for (model, layout) in Self.draws(5, count: 2000) {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            let played = try #require(try priced.playedPipeline(layout)).value
            let (form, step) = (Self.form(priced, layout).inPipeline.value, priced.step(layout))
            #expect(form <= played * (1 + 1e-9), "\(model.name) of \(model.layers) layers, \(layout)")
            #expect(
                relativeError(step.inPipeline.value, played) < 1e-9,
                "\(model.name) of \(model.layers) layers, \(layout)")
            #expect(step.bubble >= .zero)
            let formula = try #require(priced.pipelineFormula(layout)).value
            #expect(relativeError(formula, form) < 1e-9)
            if step.inPipeline.value == form { exact += 1 }
            schedules.insert(layout.schedule)
        }
        #expect(schedules.count == Schedule.allCases.count)
        #expect(exact > 100)
    }

    @Test("Hosts that hold up stages on several nodes do so in the closed form and played")
    func hosts() throws {
        let software = try SoftwareCatalogue.software("nanotron")
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var held = 0
        for (model, drawn) in Self.draws(9, count: 600) {
            var layout = drawn
            layout.tensor = 4
            guard layout.problems(for: model).isEmpty else { continue }
            var job = TrainingJob(model: model)
            job.conduct = software.conduct
            let priced = TransformerStepModel(job: job, machine: machine)
            job.conduct.hostPipeline = 0
            let other = TransformerStepModel(job: job, machine: machine)
            let played = try #require(try priced.playedPipeline(layout)).value
            let form = Self.form(priced, layout).inPipeline.value
            #expect(form <= played * (1 + 1e-9), "\(layout)")
            #expect(relativeError(priced.step(layout).inPipeline.value, played) < 1e-9, "\(layout)")
            if form > Self.form(other, layout).inPipeline.value { held += 1 }
        }
        #expect(held > 20)
    }

    @Test("Long pipelines go on at the pace of shorter ones")
    func pace() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var errors: [Double] = []
        for (model, drawn) in Self.draws(6, count: 400) {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            for more in [5, 40] {
                var longer = drawn
                longer.globalBatch *= more
                // Numbers that stages do not divide, for groups of unequal size.
                if more == 5, longer.schedule == .interleaved {
                    longer.globalBatch += 3 * longer.data * longer.microbatch
                }
                guard longer.problems(for: model).isEmpty,
                    longer.microbatches > TransformerStepModel.playedRounds * longer.pipeline
                else { continue }
                let whole = try #require(try priced.playedPipeline(longer)).value
                let error = priced.step(longer).inPipeline.value / whole - 1
                errors.append(abs(error))
                #expect(abs(error) < 0.01, "\(error): \(longer)")
                #expect(Self.form(priced, longer).inPipeline.value <= whole * (1 + 1e-9))
            }
        }
        errors.sort()
        print("\(errors.count) long pipelines: \(errors[errors.count * 99 / 100]) at the 99th percentile")
        #expect(errors.count > 200)
        #expect(errors[errors.count * 99 / 100] < 0.002)
    }
}
