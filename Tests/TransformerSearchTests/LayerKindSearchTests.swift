import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Searches over models with several kinds of layers, against plain loops.
@Suite struct LayerKindSearchTests {
    /// A small model with layers of random kinds.
    static func transformer(_ random: inout SplitMix64) -> Transformer {
        var model = SmallQuestions.transformer(&random)
        let heads = model.attention.form.heads
        let rule = Recurrence.Rule.allCases.randomElement(using: &random) ?? .mamba2
        let isScan = rule == .mamba1
        model.recurrence = Recurrence(
            rule: rule, heads: isScan ? model.width : heads, keyHeads: isScan ? 1 : heads,
            keySize: isScan ? 16 : 64,
            valueSize: isScan ? 1 : 64, convolution: rule == .lightning ? 0 : 4, chunk: isScan ? 1 : 64,
            stepRank: isScan ? 16 : 0)
        model.attention.window = SlidingWindow(
            tokens: 128, form: SlidingWindow.Form.allCases.randomElement(using: &random) ?? .sliding)
        let parts: [TokenPart] = model.experts == nil ? [.dense, .absent] : [.dense, .experts, .absent]
        model.setLayers(
            (0..<model.layers).map { _ in
                let mixer = TokenMixer.allCases.randomElement(using: &random) ?? .attention
                let part = parts.randomElement(using: &random) ?? .dense
                return LayerForm(mixer: mixer, part: mixer == .absent && part == .absent ? .dense : part)
            })
        return model
    }

    @Test("The pruned search finds what plain loops over every layout find, and counts the same layouts")
    func equalsExhaustion() throws {
        var random = SplitMix64(seed: 20_261_130)
        var (feasible, recurrent, parts) = (0, 0, 0)
        for instance in 0..<40 {
            let transformer = Self.transformer(&random)
            try transformer.validate()
            let model = TransformerStepModel(
                job: TrainingJob(model: transformer), machine: try SmallQuestions.machine(&random))
            let gpus = Int.random(in: 1...8, using: &random)
            let batch = [2, 4, 6, 8].randomElement(using: &random) ?? 4
            var space = TransformerSpace(model: model, gpus: gpus, globalBatch: batch, limits: LayoutLimits())
            let found = BranchAndBound.search(&space)
            let truth = ExhaustiveLayouts(
                model: model, gpus: gpus, globalBatch: batch, everyGroup: false, limits: LayoutLimits()
            ).search()
            #expect(found.account.spaceSize == truth.legal, "instance \(instance)")
            #expect(found.account.open <= found.account.unsettled, "instance \(instance)")
            let seconds = found.best.first?.candidate.step.total.value
            guard let best = truth.best else {
                #expect(seconds == nil, "instance \(instance)")
                continue
            }
            feasible += 1
            if transformer.recurrentLayerCount > 0 { recurrent += 1 }
            if transformer.chain.contains(where: { $0.kind.isLayer && $0.parts == 1 }) { parts += 1 }
            let one = try #require(seconds, "instance \(instance)")
            #expect(
                abs(one / best.step.total.value - 1) < 1e-12,
                "instance \(instance): \(found.best.map(\.candidate.layout)) for \(best.layout)")
        }
        #expect(feasible > 10 && recurrent > 5 && parts > 5, "\(feasible) \(recurrent) \(parts)")
    }
}
