import Training

extension MegatronConfiguration {
    /// The arguments that describe a model, cut into the stages of a layout.
    static func model(_ request: LaunchRequest) -> [MegatronArgument] {
        let model = request.model
        var list = [
            MegatronArgument("--num-layers", model.layers), MegatronArgument("--hidden-size", model.width),
            MegatronArgument("--ffn-hidden-size", model.feedForward.width),
            MegatronArgument("--num-attention-heads", model.attention.form.heads),
        ]
        list += attention(model) + MegatronMixers.arguments(request)
        list += [
            MegatronArgument("--seq-length", model.sequenceLength),
            MegatronArgument("--max-position-embeddings", positionCount(model)),
            MegatronArgument("--position-embedding-type", positionType(model.positions)),
            MegatronArgument("--vocab-size", model.vocabulary),
            MegatronArgument("--make-vocab-size-divisible-by", 128),
            MegatronArgument(
                "--normalization", model.norms.kind == .rootMeanSquare ? "RMSNorm" : "LayerNorm"),
            // Both are 0.1 unless it is told otherwise.
            MegatronArgument("--attention-dropout", "0.0"), MegatronArgument("--hidden-dropout", "0.0"),
        ]
        list += constants(model)
        if model.feedForward.gating == .gated { list.append(MegatronArgument("--swiglu")) }
        if model.embeddings == .untied {
            list.append(MegatronArgument("--untie-embeddings-and-output-weights"))
        }
        let biases = model.biases.intersection(.layer)
        if biases.isEmpty || biases == .queryKeyValue {
            list.append(MegatronArgument("--disable-bias-linear"))
        }
        if biases == .queryKeyValue { list.append(MegatronArgument("--add-qkv-bias")) }
        if model.biases.contains(.attentionSink) {
            list.append(MegatronArgument("--softmax-type", "learnable"))
        }
        if let experts = model.experts {
            list += expertArguments(experts, model)
        }
        if model.multiTokenDepth > 0 {
            list.append(MegatronArgument("--mtp-num-layers", model.multiTokenDepth))
        }
        return list
    }

    private static func attention(_ model: Transformer) -> [MegatronArgument] {
        let attention = model.attention
        var list: [MegatronArgument] = []
        switch attention.form {
        case .grouped(let form):
            list.append(MegatronArgument("--kv-channels", form.headSize))
            if form.keyValueHeads != form.heads {
                list += [
                    MegatronArgument("--group-query-attention"),
                    MegatronArgument("--num-query-groups", form.keyValueHeads),
                ]
            }
            if attention.headNorm != .absent { list.append(MegatronArgument("--qk-layernorm")) }
        case .latent(let form):
            list.append(MegatronArgument("--multi-latent-attention"))
            // The norms of the latent vectors go by the same flag.
            list.append(MegatronArgument("--qk-layernorm"))
            if let rank = form.queryRank { list.append(MegatronArgument("--q-lora-rank", rank)) }
            list += [
                MegatronArgument("--kv-lora-rank", form.keyValueRank),
                MegatronArgument("--qk-head-dim", form.plainHeadSize),
                MegatronArgument("--qk-pos-emb-head-dim", form.rotaryHeadSize),
                MegatronArgument("--v-head-dim", form.valueHeadSize),
            ]
        }
        if let window = attention.window {
            // Tokens before the query's own, and none after it.
            list.append(MegatronArgument("--window-size", "\(window.tokens - 1),0"))
            if model.pattern != nil {
                let text = MegatronLayerList.text(model) { $0.window != nil }
                list.append(MegatronArgument("--window-attn-skip-freq", text))
            } else if window.fullEvery > 0 {
                list.append(MegatronArgument("--window-attn-skip-freq", window.fullEvery))
            }
        }
        return list
    }

    private static func constants(_ model: Transformer) -> [MegatronArgument] {
        guard let constants = model.constants else { return [] }
        var list: [MegatronArgument] = []
        if let epsilon = constants.normEpsilon {
            list.append(MegatronArgument("--norm-epsilon", "\(epsilon)"))
        }
        if model.positions == .rotary {
            // A whole number there.
            if let base = constants.rotaryBase.flatMap({ Int(exactly: $0.rounded()) }) {
                list.append(MegatronArgument("--rotary-base", base))
            }
            if let share = constants.rotaryShare {
                list.append(MegatronArgument("--rotary-percent", "\(share)"))
            }
        }
        if constants.activation == .squaredReLU, model.feedForward.gating == .plain {
            list.append(MegatronArgument("--squared-relu"))
        }
        return list
    }

    private static func expertArguments(
        _ experts: ExpertLayers, _ model: Transformer
    ) -> [MegatronArgument] {
        let constants = model.constants
        var list = [
            MegatronArgument("--num-experts", experts.experts),
            MegatronArgument("--moe-router-topk", experts.topK),
            MegatronArgument("--moe-ffn-hidden-size", experts.width),
            MegatronArgument("--moe-grouped-gemm"), MegatronArgument("--moe-router-dtype", "fp32"),
        ]
        if experts.sharedExperts > 0 {
            list.append(
                MegatronArgument(
                    "--moe-shared-expert-intermediate-size", experts.sharedExperts * experts.sharedWidth))
        }
        if experts.sharedGate == .present { list.append(MegatronArgument("--moe-shared-expert-gate")) }
        // Letters of layers of one part say where experts are.
        if MegatronMixers.way(model) != .oneParts, model.expertLayerCount < model.layers {
            let text =
                model.pattern == nil
                ? MegatronLayerList.text(experts.denseLayers, layers: model.layers)
                : MegatronLayerList.text(model) { $0.kind == .expert }
            list.append(MegatronArgument("--moe-layer-freq", text))
        }
        if let factor = experts.capacityFactor {
            list.append(MegatronArgument("--moe-expert-capacity-factor", "\(factor)"))
        }
        if experts.groups > 1 {
            list += [
                MegatronArgument("--moe-router-num-groups", experts.groups),
                MegatronArgument("--moe-router-group-topk", experts.groupsPerToken),
            ]
        }
        if experts.routerBias == .present {
            list += [
                MegatronArgument("--moe-router-score-function", "sigmoid"),
                MegatronArgument("--moe-router-enable-expert-bias"),
            ]
        } else if experts.topK == 1 {
            // It refuses one expert a token otherwise: the softmax of one score has no slope.
            list.append(MegatronArgument("--moe-router-pre-softmax"))
        }
        if let loss = constants?.auxiliaryLoss, loss > 0 {
            list += [
                MegatronArgument(
                    "--moe-router-load-balancing-type",
                    experts.routerBias == .present ? "seq_aux_loss" : "aux_loss"),
                MegatronArgument("--moe-aux-loss-coeff", "\(loss)"),
            ]
        } else {
            list.append(MegatronArgument("--moe-router-load-balancing-type", "none"))
        }
        if let scale = constants?.expertScale {
            list.append(MegatronArgument("--moe-router-topk-scaling-factor", "\(scale)"))
        }
        return list
    }

    private static func positionCount(_ model: Transformer) -> Int {
        if case .learned(let count) = model.positions { return count }
        return model.sequenceLength
    }

    private static func positionType(_ positions: Positions) -> String {
        switch positions {
        case .rotary: "rope"
        case .learned: "learned_absolute"
        case .linearBias, .absent: "none"
        }
    }
}
