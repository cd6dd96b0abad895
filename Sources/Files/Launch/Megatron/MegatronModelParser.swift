import Quantities
import Training

/// The model of an argument list of Megatron-LM.
enum MegatronModelParser {
    static func model(_ values: ArgumentValues) throws(LaunchParseError) -> Transformer {
        let width = try values.count("--hidden-size", default: nil)
        let heads = try values.count("--num-attention-heads", default: nil)
        let pattern = try MegatronLayersParser.pattern(values)
        let given = try pattern == nil ? values.count("--num-layers", default: nil) : 1
        let layers = pattern?.joined().count ?? given
        let length = try values.count("--seq-length", default: nil)
        // Megatron-LM's default inner width: 4 of the model's, a third less where it is gated.
        let gating: Gating = values.has("--swiglu") ? .gated : .plain
        let usualInner = gating == .gated ? 4 * width * 2 / 3 / 64 * 64 : 4 * width
        var model = Transformer(
            name: "megatron", layers: layers, width: width,
            attention: try attention(values, width: width, heads: heads),
            feedForward: FeedForward(
                width: try values.count("--ffn-hidden-size", default: max(1, usualInner)), gating: gating),
            experts: try experts(values, width: width),
            vocabulary: try values.count("--vocab-size", default: nil),
            embeddings: values.has("--untie-embeddings-and-output-weights") ? .untied : .tied,
            positions: try positions(values, length: length),
            norms: Norms(kind: values.text("--normalization") == "RMSNorm" ? .rootMeanSquare : .layer),
            biases: biases(values), sequenceLength: length,
            multiTokenDepth: try values.optionalCount("--mtp-num-layers") ?? 0,
            constants: try constants(values).ifKnown)
        try MegatronLayersParser.take(values, into: &model)
        return model
    }

    private static func constants(_ values: ArgumentValues) throws(LaunchParseError) -> ModelConstants {
        ModelConstants(
            rotaryBase: try values.number("--rotary-base", 1...1e12),
            rotaryShare: try values.number("--rotary-percent", 1e-3...1),
            normEpsilon: try values.number("--norm-epsilon", 1e-30...1),
            activation: values.has("--squared-relu") ? .squaredReLU : nil,
            expertScale: try values.number("--moe-router-topk-scaling-factor", 1e-6...1e6),
            // 0 by default.
            auxiliaryLoss: try values.number("--moe-aux-loss-coeff", 0...1e6).flatMap { $0 > 0 ? $0 : nil })
    }

    private static func attention(
        _ values: ArgumentValues, width: Int, heads: Int
    ) throws(LaunchParseError) -> Attention {
        var attention: Attention
        if values.has("--multi-latent-attention") {
            attention = Attention(
                form: .latent(
                    LatentAttention(
                        heads: heads, queryRank: try values.optionalCount("--q-lora-rank"),
                        keyValueRank: try values.count("--kv-lora-rank", default: 32),
                        rotaryHeadSize: try values.count("--qk-pos-emb-head-dim", default: 64),
                        plainHeadSize: try values.count("--qk-head-dim", default: 128),
                        valueHeadSize: try values.count("--v-head-dim", default: 128))))
        } else {
            let groups =
                values.has("--group-query-attention")
                ? try values.count("--num-query-groups", default: 1) : heads
            attention = Attention(
                form: .grouped(
                    GroupedAttention(
                        heads: heads, keyValueHeads: groups,
                        headSize: try values.count("--kv-channels", default: max(1, width / heads)))),
                headNorm: values.has("--qk-layernorm") ? .queriesAndKeys : .absent)
        }
        if let text = values.text("--window-size") {
            let digits = text.filter { $0 != "(" && $0 != ")" }.split { $0 == "," || $0 == " " }
            guard let before = digits.first.flatMap({ Int($0) }), before >= 0, before < Int(Int32.max) else {
                throw LaunchParseError(
                    "\(values.place("--window-size")) is \(Shown.value(text)); two whole numbers such as 127,0 are needed"
                )
            }
            attention.window = SlidingWindow(tokens: before + 1)
        }
        if values.has("--attention-output-gate") { attention.outputGate = .present }
        if values.text("--experimental-attention-variant") == "dsa" {
            attention.indexer = KeyIndexer(
                heads: try values.count("--dsa-indexer-n-heads", default: nil),
                headSize: try values.count("--dsa-indexer-head-dim", default: nil),
                topK: try values.count("--dsa-indexer-topk", default: nil))
        }
        return attention
    }

    private static func experts(
        _ values: ArgumentValues, width: Int
    ) throws(LaunchParseError) -> ExpertLayers? {
        guard let count = try values.optionalCount("--num-experts") else { return nil }
        let inner = try values.optionalCount("--moe-ffn-hidden-size")
        let usual = try values.count("--ffn-hidden-size", default: 4 * width)
        let shared = try values.optionalCount("--moe-shared-expert-intermediate-size")
        var capacity: Double?
        if let text = values.text("--moe-expert-capacity-factor") {
            guard let factor = Double(text), factor > 0 else {
                throw LaunchParseError(
                    "\(values.place("--moe-expert-capacity-factor")) \(Shown.value(text)) is no number above zero"
                )
            }
            capacity = factor
        }
        return ExpertLayers(
            experts: count, topK: try values.count("--moe-router-topk", default: 2), width: inner ?? usual,
            sharedExperts: shared == nil ? 0 : 1, sharedWidth: shared,
            capacityFactor: capacity, groups: try values.count("--moe-router-num-groups", default: 1),
            groupsPerToken: try values.count("--moe-router-group-topk", default: 1),
            routerBias: values.has("--moe-router-enable-expert-bias") ? .present : .absent,
            sharedGate: values.has("--moe-shared-expert-gate") ? .present : .absent)
    }

    private static func positions(
        _ values: ArgumentValues, length: Int
    ) throws(LaunchParseError) -> Positions {
        let usual = values.has("--use-rotary-position-embeddings") ? "rope" : "learned_absolute"
        switch values.text("--position-embedding-type") ?? usual {
        case "rope", "yarn", "mrope": return .rotary
        case "learned_absolute":
            return .learned(try values.count("--max-position-embeddings", default: length))
        case "none": return .absent
        case let other:
            throw LaunchParseError(
                "\(values.place("--position-embedding-type")) \(Shown.value(other)) is not read; rope, learned_absolute or none is"
            )
        }
    }

    private static func biases(_ values: ArgumentValues) -> Biases {
        var biases: Biases = values.has("--disable-bias-linear") ? [] : .layer
        if values.has("--add-qkv-bias") { biases.insert(.queryKeyValue) }
        if values.text("--softmax-type") == "learnable" { biases.insert(.attentionSink) }
        return biases
    }
}

/// Flags that the parser reads.
enum MegatronFlags {
    static let read: Set<String> = [
        "--tensor-model-parallel-size", "--sequence-parallel", "--pipeline-model-parallel-size",
        "--context-parallel-size", "--cp-comm-type", "--expert-model-parallel-size",
        "--expert-tensor-parallel-size", "--use-tp-pp-dp-mapping", "--num-virtual-stages-per-pipeline-rank",
        "--num-layers-per-virtual-pipeline-stage", "--pipeline-model-parallel-layout",
        "--account-for-embedding-in-pipeline-split", "--account-for-loss-in-pipeline-split",
        "--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers",
        "--use-distributed-optimizer", "--use-megatron-fsdp", "--use-torch-fsdp2",
        "--data-parallel-sharding-strategy", "--num-distributed-optimizer-instances",
        "--recompute-activations", "--recompute-granularity", "--recompute-method",
        "--recompute-num-layers", "--recompute-modules", "--optimizer-cpu-offload", "--micro-batch-size",
        "--global-batch-size",
        "--fp16", "--bf16", "--fp8-format", "--fp8-recipe", "--fp4-format", "--fp4-recipe", "--num-layers",
        "--hidden-size", "--ffn-hidden-size", "--num-attention-heads", "--kv-channels",
        "--group-query-attention", "--num-query-groups", "--qk-layernorm", "--multi-latent-attention",
        "--q-lora-rank", "--kv-lora-rank", "--qk-head-dim", "--qk-pos-emb-head-dim", "--v-head-dim",
        "--window-size", "--window-attn-skip-freq", "--seq-length", "--max-position-embeddings",
        "--position-embedding-type", "--use-rotary-position-embeddings", "--vocab-size", "--normalization",
        "--swiglu", "--untie-embeddings-and-output-weights", "--disable-bias-linear", "--add-qkv-bias",
        "--softmax-type", "--num-experts", "--moe-router-topk", "--moe-ffn-hidden-size",
        "--moe-shared-expert-intermediate-size", "--moe-layer-freq", "--moe-expert-capacity-factor",
        "--moe-router-enable-expert-bias", "--moe-router-num-groups", "--moe-router-group-topk",
        "--mtp-num-layers", "--rotary-base", "--rotary-percent", "--norm-epsilon", "--squared-relu",
        "--moe-router-topk-scaling-factor", "--moe-aux-loss-coeff", "--optimizer", "--exp-avg-dtype",
        "--exp-avg-sq-dtype", "--moe-shared-expert-gate", "--attention-output-gate",
        "--experimental-attention-variant", "--linear-attention-freq", "--dsa-indexer-n-heads",
        "--dsa-indexer-head-dim", "--dsa-indexer-topk", "--hybrid-layer-pattern", "--hybrid-override-pattern",
        "--mamba-num-heads", "--mamba-num-groups", "--mamba-state-dim", "--mamba-head-dim",
        "--linear-num-value-heads", "--linear-num-key-heads", "--linear-key-head-dim",
        "--linear-value-head-dim", "--linear-conv-kernel-dim",
    ]

    /// Flags that say what a price assumes anyway, and change no layout.
    static let assumed: Set<String> = [
        "--attention-dropout", "--hidden-dropout", "--grad-reduce-in-bf16",
        "--accumulate-allreduce-grads-in-fp32", "--megatron-fsdp-grad-comm-dtype", "--overlap-grad-reduce",
        "--overlap-param-gather", "--tp-comm-overlap", "--fp8-param-gather", "--fp4-param-gather",
        "--reuse-grad-buf-for-mxfp8-param-ag", "--ckpt-format", "--cross-entropy-loss-fusion",
        "--cross-entropy-fusion-impl", "--use-precision-aware-optimizer", "--moe-token-dispatcher-type",
        "--moe-flex-dispatcher-backend", "--moe-flex-dispatcher-num-sms",
        "--overlap-moe-expert-parallel-comm",
        "--moe-permute-fusion", "--moe-grouped-gemm", "--moe-router-dtype", "--moe-router-score-function",
        "--moe-router-pre-softmax", "--moe-router-load-balancing-type", "--make-vocab-size-divisible-by",
        "--cuda-graph-impl", "--cuda-graph-modules", "--attention-backend", "--dsa-kernel-backend",
        "--no-rope-fusion",
    ]
}
