import Training

/// The options of a torchtitan run: a configuration that torchtitan has, and what a plan changes in it.
///
/// Source of names, values and refusals: torchtitan 0.3.0, `torchtitan/config/configs.py`, `config/manager.py`,
/// `trainer.py` and `distributed/activation_checkpoint.py`. Its job files in TOML are gone since 0.2.2.
enum TorchtitanConfiguration {
    /// One option with its values.
    typealias Option = (name: String, values: [String])

    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        let reasons = LaunchFramework.torchtitan.refusals(of: request) + reasons(request)
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .torchtitan, reasons: reasons) }
        let named = TorchtitanModel.named(request)
        let options: [Option] =
            [("module", [named?.module ?? "MODULE"]), ("config", [named?.function ?? "CONFIG"])]
            + training(request) + parallelism(request)
        var lines = options.map { option in
            (["--" + option.name] + option.values.map(ShellText.quoted)).joined(separator: " ")
        }
        // A choice among policies, and so no option: it comes last.
        lines.append("activation-checkpoint:" + recomputation(request.layout))
        return LaunchConfiguration(
            framework: .torchtitan, fileName: "arguments.sh", text: lines.joined(separator: " \\\n") + "\n",
            notes: notes(request, named: named))
    }

    private static func training(_ request: LaunchRequest) -> [Option] {
        let layout = request.layout
        // With a pipeline the local batch is what passes through it in a step; without, one microbatch.
        let local = layout.pipeline > 1 ? layout.globalBatch / layout.data : layout.microbatch
        var list: [Option] = [
            ("training.local_batch_size", ["\(local)"]),
            ("training.global_batch_size", ["\(layout.globalBatch)"]),
            ("training.seq_len", ["\(request.model.sequenceLength)"]),
            ("training.dtype", ["float32"]),
            (
                "training.mixed_precision_param",
                [request.precision.matrix == .fp32 ? "float32" : "bfloat16"]
            ),
            // The price launches every kernel from the host; a pipeline refuses graphs, and so do most experts.
            ("training.disable_cuda_graphs", []),
        ]
        if !layout.offload.isEmpty { list.append(("training.enable_cpu_offload", [])) }
        if request.assumed.kernels.elementwise == .fused { list.append(("compile.enable", [])) }
        return list
    }

    /// Replicas outside and inside the shard groups.
    private static func replicas(_ layout: TrainingLayout) -> (replicate: Int, shard: Int) {
        guard layout.sharding.stage > .nothing else { return (layout.data, 1) }
        let shard = max(1, layout.shardRanks / layout.context)
        return (layout.data / shard, shard)
    }

    private static func parallelism(_ request: LaunchRequest) -> [Option] {
        let layout = request.layout
        let replicas = replicas(layout)
        var list: [Option] = []
        if layout.pipeline > 1 {
            list += [
                ("pipeline_parallel_schedule", [TorchtitanSchedule.names[layout.schedule] ?? "1F1B"]),
                ("pipeline_parallel_microbatch_size", ["\(layout.microbatch)"]),
                ("module_fqns_per_model_part", parts(request)),
            ]
        }
        list += [
            ("pipeline_parallel_degree", ["\(layout.pipeline)"]),
            ("data_parallel_replicate_degree", ["\(replicas.replicate)"]),
            ("data_parallel_shard_degree", ["\(replicas.shard)"]),
        ]
        if layout.sharding.stage > .nothing {
            list.append(
                ("fsdp_reshard_after_forward", [layout.sharding.stage == .weights ? "always" : "never"]))
        }
        list += [
            ("tensor_parallel_degree", ["\(layout.tensor)"]),
            ("context_parallel_degree", ["\(layout.context)"]),
        ]
        if request.model.hasExpertLayers {
            list.append(("expert_parallel_degree", ["\(layout.expert)"]))
        }
        return list.map { ("parallelism." + $0.name, $0.values) }
    }

    /// The modules of each part, with commas between them.
    private static func parts(_ request: LaunchRequest) -> [String] {
        let counts = request.layout.layersByChunk(of: request.model)
        var next = 0
        return counts.enumerated().map { index, count in
            var names = (next..<(next + count)).map { "layers.\($0)" }
            next += count
            if index == 0 { names.insert("tok_embeddings", at: 0) }
            if index == counts.count - 1 { names += ["norm", "lm_head"] }
            return names.joined(separator: ",")
        }
    }

    private static func recomputation(_ layout: TrainingLayout) -> String {
        switch layout.recomputation {
        case .modules: "selective"
        case .full: "full"
        case .nothing, .layersPerStage, .layersByStage: "none"
        }
    }

    private static func reasons(_ request: LaunchRequest) -> [String] {
        let layout = request.layout
        var reasons: [String] = []
        let counts = layout.pipeline > 1 ? layout.layersByChunk(of: request.model) : []
        if counts.dropFirst().dropLast().contains(0) {
            reasons.append("each part of its pipelines has a layer at least")
        }
        return reasons
    }

    private static func notes(
        _ request: LaunchRequest, named: (module: String, function: String)?
    ) -> [String] {
        var notes = ["For \(request.layout.gpus) ranks of torchtitan 0.3.0."]
        if named == nil {
            notes.append(
                "Put in place of MODULE and CONFIG what has the shape of \(ShellText.name(request.model.name)): "
                    + "shapes are code there, not options."
                    + TorchtitanModel.converter(request.precision.matrix))
        }
        if request.order != LayoutPlacement.usualOrder {
            notes.append("Its order of ranks is fixed; the one asked for is not carried over.")
        }
        return notes
    }
}

/// Schedules by the names of PyTorch.
enum TorchtitanSchedule {
    static let names: [Schedule: String] = [
        .gpipe: "GPipe", .oneForwardOneBackward: "1F1B", .interleaved: "Interleaved1F1B",
        .zeroBubbleV: "ZBVZeroBubble", .dualPipeV: "DualPipeV",
    ]
}

/// The configurations of torchtitan 0.3.0 (`models/*/config_registry.py`) for models of the catalogue.
enum TorchtitanModel {
    /// Module and function of a model in a format of products; nil where there is none.
    static func named(_ request: LaunchRequest) -> (module: String, function: String)? {
        guard let entry = try? ModelCatalogue.entry(request.model.name),
            entry.model.width == request.model.width, entry.model.layers == request.model.layers
        else { return nil }
        let isPlain = request.precision.matrix == .bf16 || request.precision.matrix == .fp32
        switch (entry.model.name, request.precision.matrix) {
        case ("llama-3-8b", .fp8(.microscaling)): return ("llama3", "llama3_8b_mxfp8")
        case ("llama-3-405b", .fp8(.rowwise)): return ("llama3", "llama3_405b")
        case ("deepseek-v3", .fp8(.rowwise)): return ("deepseek_v3", "deepseek_v3_671b_float8")
        case ("llama-3-8b", _) where isPlain: return ("llama3", "llama3_8b")
        case ("llama-3-70b", _) where isPlain: return ("llama3", "llama3_70b")
        case ("qwen3-30b-a3b", _) where isPlain: return ("qwen3", "qwen3_30b_a3b")
        case ("deepseek-v3", _) where isPlain: return ("deepseek_v3", "deepseek_v3_671b")
        case ("gpt-oss-120b", _) where isPlain: return ("gpt_oss", "gpt_oss_120b")
        default: return nil
        }
    }

    /// Why a format does not go with the accelerator, where that is known (`components/quantization/mx.py`).
    static func formatReasons(_ request: LaunchRequest) -> [String] {
        guard request.precision.matrix == .fp8(.microscaling), let architecture = request.architecture,
            architecture != .blackwell
        else { return [] }
        return ["mxfp8 needs Blackwell there; fp8-rowwise goes on Hopper"]
    }

    /// What a configuration must have for products in a format, as a sentence with a blank before it.
    static func converter(_ format: MatrixPrecision) -> String {
        switch format {
        case .fp8(.microscaling): " Its model is to be made with the converter of mxfp8."
        case .fp8: " Its model is to be made with Float8LinearConverter, recipe_name rowwise."
        default: " Its model is to be made without converters."
        }
    }
}
