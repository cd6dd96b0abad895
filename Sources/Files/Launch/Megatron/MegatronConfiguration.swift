import Training

/// One argument: a flag, with a value or without.
struct MegatronArgument: Hashable, Sendable {
    var flag: String
    var values: [String]

    init(_ flag: String, _ value: String? = nil) {
        self.flag = flag
        values = value.map { [$0] } ?? []
    }

    init(_ flag: String, words: [String]) {
        self.flag = flag
        values = words
    }

    init(_ flag: String, _ value: Int) { self.init(flag, "\(value)") }

    /// The words that a process is given: a value that looks like a flag is joined to its own.
    var words: [String] {
        guard let value = values.first, value.hasPrefix("-"), values.count == 1 else {
            return [flag] + values
        }
        return [flag + "=" + value]
    }
}

/// The arguments of Megatron-LM's `pretrain_gpt.py`.
///
/// Source of names, types and refusals: megatron-core 0.19.2, `megatron/training/arguments.py` and the fields of
/// `megatron/core/transformer/transformer_config.py`; checked by `LaunchOptionTests` and `Scripts/check-launch`.
public enum MegatronConfiguration {
    /// The arguments as they are given to a process: flags and values in turn.
    /// - Parameter request: model, layout, precision.
    /// - Returns: words.
    /// - Throws: ``LaunchRefusal`` where Megatron-LM cannot run the layout.
    public static func arguments(_ request: LaunchRequest) throws(LaunchRefusal) -> [String] {
        try list(request.given(.megatronLM)).flatMap(\.words)
    }

    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        let lines = try list(request).map { argument in
            // Flags are plain; what follows "=" is quoted with them.
            argument.words.map { $0.hasPrefix("--") && !$0.contains("=") ? $0 : ShellText.quoted($0) }
                .joined(separator: " ")
        }
        var notes =
            MegatronSupport.notes(request.model) + MegatronConduct.notes(request)
            + LaunchEnvironment.conflicts(request)
        notes.insert(
            "For \(request.layout.gpus) ranks; data parallelism \(request.layout.data) follows from them.",
            at: 0)
        return LaunchConfiguration(
            framework: .megatronLM, fileName: "arguments.sh", text: lines.joined(separator: " \\\n") + "\n",
            notes: notes)
    }

    static func list(_ request: LaunchRequest) throws(LaunchRefusal) -> [MegatronArgument] {
        let reasons = MegatronSupport.reasons(request, for: .megatronLM)
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .megatronLM, reasons: reasons) }
        return unchecked(request)
    }

    /// The arguments of a request that it can run.
    static func unchecked(_ request: LaunchRequest) -> [MegatronArgument] {
        parallelism(request) + pipeline(request) + sharding(request) + memory(request.layout)
            + [
                MegatronArgument("--micro-batch-size", request.layout.microbatch),
                MegatronArgument("--global-batch-size", request.layout.globalBatch),
            ] + precision(request.precision) + MegatronConduct.arguments(request)
            + model(request)
    }

    private static func parallelism(_ request: LaunchRequest) -> [MegatronArgument] {
        let layout = request.layout
        var list = [MegatronArgument("--tensor-model-parallel-size", layout.tensor)]
        if layout.sequenceParallelism == .on { list.append(MegatronArgument("--sequence-parallel")) }
        list.append(MegatronArgument("--pipeline-model-parallel-size", layout.pipeline))
        list.append(MegatronArgument("--context-parallel-size", layout.context))
        if layout.context > 1 {
            let methods: [ContextMethod: String] = [
                .ring: "p2p", .allGather: "all_gather", .allToAll: "a2a",
            ]
            list.append(MegatronArgument("--cp-comm-type", methods[layout.contextMethod] ?? "p2p"))
        }
        if request.model.hasExpertLayers {
            list += [
                MegatronArgument("--expert-model-parallel-size", layout.expert),
                MegatronArgument("--expert-tensor-parallel-size", layout.expertTensor),
            ]
        }
        return list + (MegatronSupport.orderArgument(request) ?? []).map { MegatronArgument($0) }
    }

    private static func pipeline(_ request: LaunchRequest) -> [MegatronArgument] {
        let layout = request.layout
        let model = request.model
        guard layout.pipeline > 1, MegatronMixers.way(model) != .oneParts else { return [] }
        let counts = layout.layersByChunk(of: model)
        let virtual =
            layout.chunks > 1
            ? [MegatronArgument("--num-virtual-stages-per-pipeline-rank", layout.chunks)] : []
        if Set(counts).count == 1, model.multiTokenDepth == 0 { return virtual }
        let text = MegatronPipelineText.text(of: counts, multiTokenDepth: model.multiTokenDepth)
        return [MegatronArgument("--pipeline-model-parallel-layout", text)]
    }

    private static func sharding(_ request: LaunchRequest) -> [MegatronArgument] {
        let layout = request.layout
        guard layout.sharding.stage > .nothing else {
            // A single rank shards nothing; some optimizers want the flag all the same.
            let isWanted = MegatronConduct.isPrecisionAware(request) && layout.gradientRanks == 1
            return isWanted ? [MegatronArgument("--use-distributed-optimizer")] : []
        }
        var list = [MegatronArgument("--use-distributed-optimizer")]
        if layout.sharding.stage > .optimizer {
            list += [
                MegatronArgument("--use-megatron-fsdp"),
                MegatronArgument(
                    "--data-parallel-sharding-strategy",
                    layout.sharding.stage == .gradients ? "optim_grads" : "optim_grads_params"),
                // The only format of checkpoints that it takes.
                MegatronArgument("--ckpt-format", "fsdp_dtensor"),
            ]
        }
        if layout.shardRanks < layout.gradientRanks {
            list.append(
                MegatronArgument(
                    "--num-distributed-optimizer-instances", layout.gradientRanks / layout.shardRanks))
        }
        return list
    }

    private static func memory(_ layout: TrainingLayout) -> [MegatronArgument] {
        var list: [MegatronArgument] = []
        switch layout.recomputation {
        case .nothing: break
        case .modules(let modules):
            list.append(MegatronArgument("--recompute-granularity", "selective"))
            if modules != .softwareChoice {
                list.append(MegatronArgument("--recompute-modules", words: modules.names))
            }
        case .full:
            list += [
                MegatronArgument("--recompute-granularity", "full"),
                MegatronArgument("--recompute-method", "uniform"),
                MegatronArgument("--recompute-num-layers", 1),
            ]
        case .layersPerStage(let count):
            list += [
                MegatronArgument("--recompute-granularity", "full"),
                MegatronArgument("--recompute-method", "block"),
                MegatronArgument("--recompute-num-layers", count / layout.chunks),
            ]
        case .layersByStage: break
        }
        if layout.offload.contains(.optimizer) { list.append(MegatronArgument("--optimizer-cpu-offload")) }
        return list
    }

    private static func precision(_ precision: TrainingPrecision) -> [MegatronArgument] {
        switch precision.matrix {
        case .fp32: return []
        case .fp16: return [MegatronArgument("--fp16")]
        case .bf16: return [MegatronArgument("--bf16")]
        case .fp8(let recipe):
            var list = [MegatronArgument("--bf16")]
            let isBlock = recipe == .blockwise || recipe == .microscaling
            list.append(MegatronArgument("--fp8-format", isBlock ? "e4m3" : "hybrid"))
            let names: [EightBitRecipe: String] = [
                .delayed: "delayed", .tensorwise: "tensorwise", .blockwise: "blockwise",
                .microscaling: "mxfp8",
            ]
            if let name = names[recipe] { list.append(MegatronArgument("--fp8-recipe", name)) }
            return list
        case .fp4:
            return [
                MegatronArgument("--bf16"), MegatronArgument("--fp4-format", "e2m1"),
                MegatronArgument("--fp4-recipe", "nvfp4"),
            ]
        }
    }
}
