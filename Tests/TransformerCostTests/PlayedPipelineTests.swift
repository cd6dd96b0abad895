import TestSupport
import Testing
import Training

@testable import TransformerModel

/// The formula that ranks layouts against the schedule played pass by pass.
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

    @Test(
        "No schedule, spread or recomputation takes longer played than promised, but for 2 %",
        arguments: StepLawTests.machines)
    func promised(_ name: String) throws {
        let machine = try LayoutSamples.machine(name)
        var worst: [Schedule: Double] = [:]
        for (model, layout) in Self.draws(5, count: 2000) {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            let played = try #require(try priced.playedPipeline(layout))
            let ratio = played.value / priced.step(layout).inPipeline.value
            #expect(ratio < 1.02, "\(model.name) of \(model.layers) layers, \(layout)")
            worst[layout.schedule] = max(worst[layout.schedule] ?? 0, ratio)
        }
        #expect(worst.count == Schedule.allCases.count)
    }

    @Test("Unequal chunks are priced as they are played, long pipelines at the pace of shorter ones")
    func pace() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var (short, long) = (0, 0)
        for (model, drawn) in Self.draws(6, count: 2000) where drawn.chunks > 1 {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            let formula = priced.step(
                drawn, costs: priced.costs(of: drawn), stages: StageTable(drawn, model: model),
                spreads: StepSpreads(drawn, placement: priced.placement))
            let step = priced.step(drawn)
            #expect(step.total >= formula.total)
            guard step != formula else { continue }
            short += 1
            let played = try #require(try priced.playedPipeline(drawn))
            #expect(relativeError(step.inPipeline.value, played.value) < 1e-12)
            guard short.isMultiple(of: 4) else { continue }
            var longer = drawn
            longer.globalBatch *= 5
            guard longer.microbatches > TransformerStepModel.playedRounds * longer.pipeline else { continue }
            long += 1
            let whole = try #require(try priced.playedPipeline(longer))
            #expect(relativeError(priced.step(longer).inPipeline.value, whole.value) < 0.01, "\(longer)")
        }
        #expect(short > 100 && long > 20)
    }
}
