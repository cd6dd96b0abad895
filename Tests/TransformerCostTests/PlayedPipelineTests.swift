import Pipeline
import Strategy
import TestSupport
import Testing
import Workload

@testable import TransformerCost

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
            layout.schedule = LayoutSchedule.allCases.randomElement(using: &random) ?? .oneForwardOneBackward
            layout.chunks = 1
            if layout.schedule == .interleaved { layout.chunks = Int.random(in: 2...4, using: &random) }
            if layout.schedule == .zeroBubbleV || layout.schedule == .dualPipe { layout.chunks = 2 }
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

    @Test("stats")
    func stats() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var ratios: [String: [Double]] = [:]
        for (model, layout) in Self.draws(5, count: 3000) {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            guard let played = try priced.playedPipeline(layout) else { continue }
            let kind: String
            if case .given = layout.spread { kind = "given" } else { kind = "\(layout.spread)" }
            ratios["\(layout.schedule.rawValue) \(kind)", default: []].append(
                played.value / priced.step(layout).inPipeline.value)
        }
        for (kind, all) in ratios.sorted(by: { $0.key < $1.key }) {
            let sorted = all.sorted()
            print(kind, sorted.count, sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1])
        }
    }
}
