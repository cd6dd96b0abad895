import Training

/// The arguments of Megatron-DeepSpeed, which holds what DeepSpeed's own file does not: the model and the ranks that are
/// no replicas.
///
/// Source of the names: deepspeedai/Megatron-DeepSpeed at 4efb479 (2025-07-16), `megatron/arguments.py`.
enum DeepSpeedTrainer {
    static func arguments(_ request: LaunchRequest) -> [MegatronArgument] {
        let layout = request.layout
        var list = [
            MegatronArgument("--tensor-model-parallel-size", layout.tensor),
            MegatronArgument("--pipeline-model-parallel-size", layout.pipeline),
        ]
        if layout.pipeline == 1 { list.append(MegatronArgument("--no-pipeline-parallel")) }
        if layout.sequenceParallelism == .on { list.append(MegatronArgument("--sequence-parallel")) }
        if layout.context > 1 { list.append(MegatronArgument("--ds-sequence-parallel-size", layout.context)) }
        list += [
            MegatronArgument("--micro-batch-size", layout.microbatch),
            MegatronArgument("--global-batch-size", layout.globalBatch),
        ]
        switch request.precision.matrix {
        case .bf16: list.append(MegatronArgument("--bf16"))
        case .fp16: list.append(MegatronArgument("--fp16"))
        default: break
        }
        list += recomputation(layout.recomputation) + model(request.model)
        if request.model.hasExpertLayers, let experts = request.model.experts {
            list += [
                MegatronArgument("--num-experts", experts.experts), MegatronArgument("--topk", experts.topK),
                MegatronArgument("--expert-interval", experts.denseLayers.expertsEvery),
                MegatronArgument("--moe-expert-parallel-size", layout.expert),
            ]
            if layout.expertTensor > 1 {
                list.append(MegatronArgument("--enable-expert-tensor-parallelism"))
            }
        }
        return list
    }

    private static func recomputation(_ recomputation: LayoutRecomputation) -> [MegatronArgument] {
        switch recomputation {
        case .nothing, .layersByStage: []
        case .modules: [MegatronArgument("--recompute-granularity", "selective")]
        case .full:
            [
                MegatronArgument("--deepspeed-activation-checkpointing"),
                MegatronArgument("--checkpoint-activations"),
            ]
        case .layersPerStage(let count):
            [
                MegatronArgument("--recompute-granularity", "full"),
                MegatronArgument("--recompute-method", "block"),
                MegatronArgument("--recompute-num-layers", count),
            ]
        }
    }

    private static func model(_ model: Transformer) -> [MegatronArgument] {
        var list = [
            MegatronArgument("--num-layers", model.layers), MegatronArgument("--hidden-size", model.width),
            MegatronArgument("--ffn-hidden-size", model.feedForward.width),
            MegatronArgument("--num-attention-heads", model.attention.form.heads),
        ]
        if case .grouped(let form) = model.attention.form {
            list += [
                MegatronArgument("--kv-channels", form.headSize),
                MegatronArgument("--num-key-value-heads", form.keyValueHeads),
            ]
        }
        list += [
            MegatronArgument("--seq-length", model.sequenceLength),
            MegatronArgument("--max-position-embeddings", positionCount(model)),
            MegatronArgument("--attention-dropout", "0.0"), MegatronArgument("--hidden-dropout", "0.0"),
            MegatronArgument(
                "--normalization", model.norms.kind == .rootMeanSquare ? "rmsnorm" : "layernorm"),
        ]
        if model.positions == .rotary {
            list.append(MegatronArgument("--use-rotary-position-embeddings"))
            if let base = model.constants?.rotaryBase.flatMap({ Int(exactly: $0.rounded()) }) {
                list.append(MegatronArgument("--rotary-position-embeddings-theta", base))
            }
        }
        if let epsilon = model.constants?.normEpsilon {
            list.append(MegatronArgument("--layernorm-epsilon", "\(epsilon)"))
        }
        if model.feedForward.gating == .gated { list.append(MegatronArgument("--swiglu")) }
        if model.constants?.activation == .squaredReLU, model.feedForward.gating == .plain {
            list.append(MegatronArgument("--squared-relu"))
        }
        if model.embeddings == .untied {
            list.append(MegatronArgument("--untie-embeddings-and-output-weights"))
        }
        if model.biases.isDisjoint(with: .layer) { list.append(MegatronArgument("--disable-bias-linear")) }
        return list
    }

    private static func positionCount(_ model: Transformer) -> Int {
        if case .learned(let count) = model.positions { return count }
        return model.sequenceLength
    }

    /// Traits of the model and of its experts that its arguments do not have.
    static func notes(_ model: Transformer) -> [String] {
        var traits: [String] = []
        if model.attention.form.isLatent { traits.append("latent attention") }
        if model.attention.headNorm != .absent { traits.append("norms of heads") }
        if model.attention.window != nil { traits.append("the window of attention") }
        if model.positions == .linearBias { traits.append("ALiBi") }
        let biases = model.biases.intersection(.layer)
        if !biases.isEmpty, biases != .layer { traits.append("biases on some matrices of a layer only") }
        if let experts = model.experts, model.hasExpertLayers {
            if experts.sharedExperts > 0 { traits.append("shared experts") }
            if experts.denseLayers.first > 0 { traits.append("first layers without experts") }
            if experts.width != model.feedForward.width { traits.append("the width of experts") }
        }
        return traits.isEmpty
            ? [] : ["Not carried over by Megatron-DeepSpeed: \(traits.joined(separator: ", "))."]
    }
}
