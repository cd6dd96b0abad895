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

    /// A model for each kind of layer besides attention to all keys, and each way of interleaving them.
    static let kinds: [Transformer] = {
        func model(_ name: String, _ pattern: String, _ change: (inout Transformer) -> Void) -> Transformer {
            var model = pattern.contains("E") ? mixture : llama
            model.name = name
            model.experts?.denseLayers = DenseLayers()
            model.pattern = LayerPattern(text: pattern)
            change(&model)
            return model
        }
        return [
            model("delta", "M- M- M- *-") {
                $0.attention.outputGate = .present
                $0.recurrence = Recurrence(
                    rule: .gatedDelta, heads: 32, keyHeads: 16, keySize: 128, valueSize: 128, convolution: 4,
                    chunk: 64)
            },
            model("hybrid", "M - M E M * E -") {
                $0.norms.perLayer = 1
                $0.recurrence = Recurrence(
                    rule: .mamba2, heads: 64, keyHeads: 8, keySize: 128, valueSize: 64, convolution: 4,
                    chunk: 128)
            },
            model("selective", "M- ME *- ME") {
                $0.recurrence = Recurrence(
                    rule: .mamba1, heads: 8192, keyHeads: 1, keySize: 16, valueSize: 1, convolution: 4,
                    chunk: 1,
                    stepRank: 256)
            },
            model("lightning", "ME ME ME *E") {
                $0.recurrence = Recurrence(
                    rule: .lightning, heads: 32, keyHeads: 32, keySize: 128, valueSize: 128, convolution: 0,
                    chunk: 256)
            },
            model("chunked", "W- WE W- *E") {
                $0.attention.window = SlidingWindow(tokens: 1024, form: .chunked)
            },
            model("indexed", "*- *E *E *E") {
                $0.attention.form = .latent(
                    LatentAttention(
                        heads: 32, queryRank: 1536, keyValueRank: 512, rotaryHeadSize: 64, plainHeadSize: 128,
                        valueHeadSize: 128))
                $0.attention.indexer = KeyIndexer(heads: 32, headSize: 128, topK: 2048)
                $0.multiTokenDepth = 1
            },
        ]
    }()

    static func machine(_ name: String) throws -> Accelerator { try HardwareCatalogue.entry(name).machine }

    /// A legal layout, or nil where the draw is not legal.
    static func layout(for model: Transformer, _ random: inout SplitMix64) -> TrainingLayout? {
        func power(_ range: ClosedRange<Int>) -> Int { 1 << Int.random(in: range, using: &random) }
        var layout = TrainingLayout()
        layout.tensor = power(0...3)
        layout.pipeline = power(0...3)
        layout.data = power(0...4)
        layout.context = power(0...1)
        if model.attention.indexer != nil { layout.contextMethod = .allGather }
        if let recurrence = model.recurrence, !recurrence.isSplit { (layout.tensor, layout.context) = (1, 1) }
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
    /// - Parameters:
    ///   - seed: of the draws.
    ///   - count: draws, the illegal ones among them.
    ///   - kinds: models of which every third draw takes one.
    /// - Returns: models with layouts.
    static func draws(
        _ seed: UInt64, count: Int, kinds: [Transformer] = kinds
    ) -> [(model: Transformer, layout: TrainingLayout)] {
        var random = SplitMix64(seed: seed)
        return (0..<count).compactMap { index in
            let model =
                index % 3 == 0 ? mixture : index % 3 == 1 ? llama : kinds[index / 3 % kinds.count]
            return layout(for: model, &random).map { (model, $0) }
        }
    }
}
