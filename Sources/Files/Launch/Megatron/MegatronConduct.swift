import Training

/// The arguments that make Megatron-LM do what the price assumes: formats on the wire, what runs beside what, the
/// optimizer, the loss and the exchange of tokens.
enum MegatronConduct {
    static func arguments(_ request: LaunchRequest) -> [MegatronArgument] {
        gradients(request) + weights(request) + overlap(request) + optimizer(request) + kernels(request)
            + experts(request)
    }

    /// Whether gradients and weights are sharded by Megatron-FSDP.
    static func isFullySharded(_ layout: TrainingLayout) -> Bool { layout.sharding.stage > .optimizer }

    /// Gradients are added up over replicas in fp32 unless it is told otherwise; in fp16 they have 16 bits.
    private static func gradients(_ request: LaunchRequest) -> [MegatronArgument] {
        guard request.precision.matrix != .fp32, request.precision.matrix != .fp16 else { return [] }
        let isHalf = request.assumed.gradientTraffic == .half
        if isFullySharded(request.layout) {
            return [MegatronArgument("--megatron-fsdp-grad-comm-dtype", isHalf ? "bf16" : "fp32")]
        }
        return [
            MegatronArgument(isHalf ? "--grad-reduce-in-bf16" : "--accumulate-allreduce-grads-in-fp32")
        ]
    }

    /// Whether narrow weights are gathered as products take them; it wants sharded states, and beside an optimizer
    /// on the host scales of earlier steps.
    static func gathersNarrow(_ request: LaunchRequest) -> Bool {
        guard request.assumed.gatheredWeights == .products, request.layout.sharding.stage > .nothing,
            request.optimizer.isAdam
        else { return false }
        guard request.layout.offload.contains(.optimizer) else { return true }
        return request.precision.matrix == .fp8(.delayed) || request.precision.matrix == .fp8(.unstated)
    }

    private static func weights(_ request: LaunchRequest) -> [MegatronArgument] {
        guard gathersNarrow(request) else { return [] }
        switch request.precision.matrix {
        case .fp8(.microscaling) where !isFullySharded(request.layout):
            return [
                MegatronArgument("--fp8-param-gather"),
                MegatronArgument("--reuse-grad-buf-for-mxfp8-param-ag"),
            ]
        case .fp8: return [MegatronArgument("--fp8-param-gather")]
        case .fp4: return [MegatronArgument("--fp4-param-gather")]
        default: return []
        }
    }

    private static func overlap(_ request: LaunchRequest) -> [MegatronArgument] {
        let (layout, conduct) = (request.layout, request.assumed)
        var list: [MegatronArgument] = []
        if layout.gradientRanks > 1, conduct.dataExposed < 1 {
            list.append(MegatronArgument("--overlap-grad-reduce"))
            if layout.sharding.stage > .nothing, request.optimizer.isAdam {
                list.append(MegatronArgument("--overlap-param-gather"))
            }
        }
        if layout.tensor > 1, layout.sequenceParallelism == .on, conduct.tensorExposed < 1 {
            list.append(MegatronArgument("--tp-comm-overlap"))
        }
        return list
    }

    /// Format of moments of fewer than 32 bits; nil for others.
    private static func narrowMoments(_ request: LaunchRequest) -> String? {
        guard request.optimizer.isAdam else { return nil }
        return request.momentBytes == 2 ? "bf16" : request.momentBytes == 1 ? "fp8" : nil
    }

    /// Whether the optimizer is the one that takes moments of any format, and states on the host.
    static func isPrecisionAware(_ request: LaunchRequest) -> Bool {
        narrowMoments(request) != nil || request.layout.offload.contains(.optimizer)
    }

    private static func optimizer(_ request: LaunchRequest) -> [MegatronArgument] {
        var list = [
            MegatronArgument(
                "--optimizer", request.optimizer.isAdam ? "adam" : request.optimizer.rawValue)
        ]
        let narrow = narrowMoments(request)
        if isPrecisionAware(request) {
            list.append(MegatronArgument("--use-precision-aware-optimizer"))
        }
        if let narrow {
            list += [
                MegatronArgument("--exp-avg-dtype", narrow), MegatronArgument("--exp-avg-sq-dtype", narrow),
            ]
        }
        return list
    }

    private static func kernels(_ request: LaunchRequest) -> [MegatronArgument] {
        let kernels = request.assumed.kernels
        var list: [MegatronArgument] = []
        if kernels.loss != .eager {
            list += [
                MegatronArgument("--cross-entropy-loss-fusion"),
                MegatronArgument("--cross-entropy-fusion-impl", "native"),
            ]
        }
        if !kernels.attention.isFlash { list.append(MegatronArgument("--attention-backend", "unfused")) }
        return list
    }

    /// Whether it can exchange tokens beside other work: its own conditions, in `TransformerConfig`.
    static func exchangesBeside(_ request: LaunchRequest) -> Bool {
        let layout = request.layout
        guard layout.expert > 1, request.model.hasExpertLayers,
            request.assumed.expertOverlap == .present, layout.pipeline == 1 || layout.chunks > 1,
            MegatronMixers.way(request.model) != .oneParts,
            request.model.multiTokenDepth <= 1, request.precision.matrix != .fp32
        else { return false }
        switch layout.recomputation {
        case .nothing: return true
        case .modules(let modules): return !modules.contains(.experts)
        case .full, .layersPerStage, .layersByStage: return false
        }
    }

    /// Whether layers with experts are launched as graphs: where the software does so, and nothing is in the way.
    static func launchesGraphs(_ request: LaunchRequest) -> Bool {
        guard let architecture = request.architecture, request.assumed.graphsOn.contains(architecture),
            request.model.hasExpertLayers
        else { return false }
        switch request.layout.recomputation {
        case .nothing: return true
        case .modules(let modules):
            return modules.isDisjoint(with: [.softwareChoice, .coreAttention, .experts, .sharedExperts])
        case .full, .layersPerStage, .layersByStage: return false
        }
    }

    private static func experts(_ request: LaunchRequest) -> [MegatronArgument] {
        guard request.model.hasExpertLayers else { return [] }
        let conduct = request.assumed
        var list: [MegatronArgument] = []
        switch conduct.expertTransport {
        case .deepEP where request.layout.expert > 1, .hybridEP where request.layout.expert > 1:
            let name = conduct.expertTransport == .deepEP ? "deepep" : "hybridep"
            list += [
                MegatronArgument("--moe-token-dispatcher-type", "flex"),
                MegatronArgument("--moe-flex-dispatcher-backend", name),
            ]
            if conduct.exchangeMultiprocessors >= 1 {
                list.append(
                    MegatronArgument("--moe-flex-dispatcher-num-sms", Int(conduct.exchangeMultiprocessors)))
            }
        default: list.append(MegatronArgument("--moe-token-dispatcher-type", "alltoall"))
        }
        if exchangesBeside(request) { list.append(MegatronArgument("--overlap-moe-expert-parallel-comm")) }
        if conduct.kernels.elementwise == .fused { list.append(MegatronArgument("--moe-permute-fusion")) }
        if launchesGraphs(request) {
            list += [
                MegatronArgument("--cuda-graph-impl", "transformer_engine"),
                MegatronArgument("--cuda-graph-modules", words: ["attn", "moe_router"]),
            ]
        }
        return list
    }

    /// What the price assumes and no argument makes so.
    static func notes(_ request: LaunchRequest) -> [String] {
        var notes: [String] = []
        let hasExperts = request.layout.expert > 1 && request.model.hasExpertLayers
        if hasExperts, request.assumed.expertOverlap == .present, !exchangesBeside(request) {
            notes.append(
                "Priced with tokens exchanged beside other work, which it does not do here: that wants several "
                    + "chunks on each stage of a pipeline, nothing of the experts recomputed, one depth of "
                    + "multi-token prediction at most, and layers of two parts.")
        }
        if hasExperts, request.assumed.dispatch == .products {
            notes.append("Priced with tokens sent in fewer than 16 bits; it sends 16.")
        }
        if let architecture = request.architecture, request.assumed.graphsOn.contains(architecture),
            request.model.hasExpertLayers, !launchesGraphs(request)
        {
            notes.append(
                "Priced with layers of experts as CUDA graphs, which do not go with this recomputation.")
        }
        if case .fp8 = request.precision.matrix, request.assumed.gatheredWeights == .products,
            request.layout.sharding.stage > .nothing, !gathersNarrow(request)
        {
            notes.append("Priced with weights gathered in fp8; with this optimizer they have 16 bits.")
        }
        return notes
    }
}

extension TrainingOptimizer {
    /// Whether it is a form of Adam.
    var isAdam: Bool { self == .adam || self == .adamHalf || self == .adam8 }
}
