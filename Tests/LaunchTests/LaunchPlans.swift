import Files
import TestSupport
import Training

/// Random layouts that a framework's software runs.
struct LaunchPlans {
    static let models = [
        "llama-3-8b", "llama-3-70b", "llama-3-405b", "mixtral-8x7b", "qwen3-30b-a3b", "qwen3-235b-a22b",
        "deepseek-v3", "nemotron-4-340b", "gpt-3-175b", "llama-2-13b",
    ]

    static let precisions: [TrainingPrecision] = [
        .bf16, .bf16, .fp16, .fp8(.microscaling), .fp8(.blockwise), .fp8(.tensorwise), .fp8(.delayed),
        .fp8(.rowwise), .fp4(.nvfp4),
    ]

    /// Requests of which a framework writes a configuration, with it.
    static func written(
        _ framework: LaunchFramework, count: Int, seed: UInt64
    ) throws -> [(request: LaunchRequest, configuration: LaunchConfiguration)] {
        var generator = SplitMix64(seed: seed)
        var found: [(LaunchRequest, LaunchConfiguration)] = []
        // Formats and routing that MaxText has and the others have not.
        let isMaxText = framework == .maxText
        let isMegatron = framework == .megatronLM || framework == .megatronBridge
        let models =
            models
            + (isMaxText
                ? ["gpt-oss-120b", "kimi-k2", "qwen3-next-80b-a3b", "gemma-3-27b", "llama-4-maverick"] : [])
            + (isMegatron ? LayerKindTests.models : [])
        let precisions = precisions + (isMaxText ? [.fp8(.unstated), .fp32] : [])
        for _ in 0..<400_000 where found.count < count {
            let name = models[Int.random(in: 0..<models.count, using: &generator)]
            var request = LaunchRequest(
                model: try ModelCatalogue.entry(name).model, layout: layout(&generator, framework),
                precision: precisions[Int.random(in: 0..<precisions.count, using: &generator)])
            request.optimizer =
                [.adam, .adam, .adamHalf, .adam8, .muon][Int.random(in: 0..<5, using: &generator)]
            if framework == .megatronBridge, Int.random(in: 0..<4, using: &generator) == 0 {
                request.trained = .adapters(rank: Int.random(in: 1...64, using: &generator))
            }
            request.architecture =
                (framework == .maxText ? [.tpu, .tpu, .hopper] : [.hopper, .blackwell, nil])[
                    Int.random(in: 0..<3, using: &generator)]
            request.domain =
                request.architecture == .tpu ? [64, 256, 8_960][Int.random(in: 0..<3, using: &generator)] : 8
            request.layout.expertTensor =
                request.model.expertLayerCount > 0 && Bool.random(using: &generator)
                ? request.layout.tensor : 1
            // Every third pipeline is cut so that the first stage has a layer fewer.
            if request.layout.pipeline > 1, request.layout.sharding.stage < .gradients,
                Int.random(in: 0..<3, using: &generator) == 0
            {
                var counts = request.layout.layersByChunk(of: request.model)
                if counts[0] > 1 {
                    counts[0] -= 1
                    counts[counts.count - 1] += 1
                    request.layout.spread = .given(counts)
                }
            }
            guard let configuration = try? Launch.configuration(request, for: framework) else { continue }
            found.append((request, configuration))
        }
        return found
    }

    /// The model that was read, with what no argument of Megatron says of another: its name, its usual batch, and that a
    /// gate is SiLU, which it is with every gate that is written.
    static func model(_ run: LaunchRun, as written: Transformer) -> Transformer {
        var model = run.request.model
        (model.name, model.defaultGlobalBatch) = (written.name, written.defaultGlobalBatch)
        if model.feedForward.gating == .gated, written.constants?.activation == .silu {
            model.constants?.activation = .silu
        }
        // The same layers have a period of their own where a pattern is cut at its end.
        let isAlike = (0..<written.layers).allSatisfy {
            model.element(atLayer: $0) == written.element(atLayer: $0)
        }
        if isAlike, model.pattern != nil, written.pattern != nil { model.pattern = written.pattern }
        return model
    }

    private static func layout(
        _ generator: inout SplitMix64, _ framework: LaunchFramework
    ) -> TrainingLayout {
        func one<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: 0..<values.count, using: &generator)]
        }
        let (tensor, context, pipeline) = (
            one([1, 1, 2, 4, 8]), one([1, 1, 1, 2, 4]), one([1, 1, 2, 4, 8])
        )
        let chunks = pipeline > 1 ? one([1, 1, 2]) : 1
        var layout = TrainingLayout(
            tensor: tensor, sequenceParallelism: tensor > 1 ? one([.on, .on, .off]) : .off,
            context: context, contextMethod: context > 1 ? one([.ring, .allGather, .allToAll]) : .ring,
            pipeline: pipeline, chunks: chunks,
            schedule: chunks > 1
                ? .interleaved : pipeline > 1 && framework == .maxText ? .gpipe : .oneForwardOneBackward,
            expert: one([1, 1, 2, 8]), data: one([1, 2, 4, 16]), microbatch: one([1, 2]), globalBatch: 1)
        layout.globalBatch = layout.data * layout.microbatch * pipeline * one([1, 2, 8])
        let ranks = layout.data * context
        if ranks > 1 {
            layout.sharding.stage = one([.nothing, .optimizer, .optimizer, .gradients, .weights])
            if layout.sharding.stage != .nothing, ranks > 4, one([true, false, false]) {
                layout.sharding.group = ranks / 2
            }
        }
        layout.recomputation = one([
            .nothing, .nothing, .selective, .full, .layersPerStage(2),
            .modules([.coreAttention, .feedForward]),
            .modules(.experts), .modules(.expertActivation), .modules([.norms, .latentUp]),
            .modules([.coreAttention, .sharedExperts]),
        ])
        layout.offload = one([[], [], [], .optimizer, [.optimizer, .weights]])
        return layout
    }
}
