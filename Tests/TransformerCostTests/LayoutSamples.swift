import Files
import TestSupport
import Training
import TransformerModel

/// Models, machines and legal layouts drawn from a seed.
enum LayoutSamples {
    static let llama = Transformer(
        name: "llama", layers: 32, width: 4096,
        attention: Attention(
            form: .grouped(GroupedAttention(heads: 32, keyValueHeads: 8, headSize: 128)), window: nil),
        feedForward: FeedForward(width: 14336, gating: .gated), experts: nil, vocabulary: 128_256,
        embeddings: .untied, positions: .rotary, norms: Norms(kind: .rootMeanSquare), sequenceLength: 4096)

    static var mixture: Transformer {
        var model = llama
        model.name = "mixture"
        model.experts = ExpertLayers(
            experts: 16, topK: 2, width: 2048, sharedExperts: 1, denseLayers: DenseLayers(first: 2))
        return model
    }

    static func machine(_ name: String) throws -> Accelerator { try HardwareCatalogue.entry(name).machine }

    /// A legal layout, or nil where the draw is not legal.
    static func layout(for model: Transformer, _ random: inout SplitMix64) -> TrainingLayout? {
        func power(_ range: ClosedRange<Int>) -> Int { 1 << Int.random(in: range, using: &random) }
        var layout = TrainingLayout()
        layout.tensor = power(0...3)
        layout.pipeline = power(0...3)
        layout.data = power(0...4)
        layout.context = power(0...1)
        layout.microbatch = power(0...2)
        layout.globalBatch = layout.data * layout.microbatch * power(3...5)
        layout.sequenceParallelism = Bool.random(using: &random) ? .on : .off
        layout.sharding = Sharding(Sharding.Stage.allCases.randomElement(using: &random) ?? .nothing)
        let sets = RecomputedModules.sets(
            of: model, known: RecomputedModules(RecomputedModules.named.map(\.module)))
        layout.recomputation =
            [.nothing, .selective, .full, .layersPerStage(2)].randomElement(using: &random) ?? .nothing
        if Int.random(in: 0..<4, using: &random) == 0, let set = sets.randomElement(using: &random) {
            layout.recomputation = .modules(set)
        }
        if model.experts != nil { layout.expert = min(power(0...3), layout.stageRanks) }
        if layout.pipeline > 1, Bool.random(using: &random) {
            layout.schedule = .interleaved
            layout.chunks = 2
        }
        if layout.sharding.stage == .weights { layout.pipeline = 1 }
        if layout.pipeline == 1 { (layout.schedule, layout.chunks) = (.oneForwardOneBackward, 1) }
        return layout.problems(for: model).isEmpty ? layout : nil
    }

    /// Every draw of a seed that is legal, with its model.
    static func draws(_ seed: UInt64, count: Int) -> [(model: Transformer, layout: TrainingLayout)] {
        var random = SplitMix64(seed: seed)
        return (0..<count).compactMap { index in
            let model = index.isMultiple(of: 3) ? mixture : llama
            return layout(for: model, &random).map { (model, $0) }
        }
    }
}
