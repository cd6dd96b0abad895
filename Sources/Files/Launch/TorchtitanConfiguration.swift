import Training

/// The TOML of torchtitan.
///
/// Source of the names: pytorch/torchtitan, `torchtitan/config/job_config.py`, 2025.
enum TorchtitanConfiguration {
    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        let reasons = LaunchFramework.torchtitan.refusals(of: request)
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .torchtitan, reasons: reasons) }
        let layout = request.layout
        // With a pipeline the local batch is what passes through it in a step; without, one microbatch.
        let local = layout.pipeline > 1 ? layout.globalBatch / layout.data : layout.microbatch
        var training: [(String, ConfigurationValue)] = [
            ("local_batch_size", .number(local)), ("global_batch_size", .number(layout.globalBatch)),
            ("seq_len", .number(request.model.sequenceLength)),
        ]
        if !layout.offload.isEmpty { training.append(("enable_cpu_offload", .flag(.present))) }
        var tables: [(String, [(String, ConfigurationValue)])] = [
            ("training", training), ("parallelism", parallelism(request)),
            ("activation_checkpoint", recomputation(layout)),
        ]
        switch request.precision.matrix {
        case .fp8(.microscaling):
            tables.insert(("model", [("converters", .list([.text("mx")]))]), at: 0)
            tables.append(("mx", [("recipe_name", .text("mxfp8"))]))
        case .fp8(let recipe):
            tables.insert(("model", [("converters", .list([.text("float8")]))]), at: 0)
            let name = recipe == .rowwise ? "rowwise" : "tensorwise"
            tables.append(("float8", [("recipe_name", .text(name))]))
        default: break
        }
        return LaunchConfiguration(
            framework: .torchtitan, fileName: "job.toml", text: ConfigurationText.toml(tables),
            notes: notes(request))
    }

    /// Replicas outside and inside the shard groups.
    private static func replicas(_ layout: TrainingLayout) -> (replicate: Int, shard: Int) {
        guard layout.sharding.stage > .nothing else { return (layout.data, 1) }
        let shard = max(1, layout.shardRanks / layout.context)
        return (layout.data / shard, shard)
    }

    private static func parallelism(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let layout = request.layout
        let replicas = replicas(layout)
        var members: [(String, ConfigurationValue)] = [
            ("data_parallel_replicate_degree", .number(replicas.replicate)),
            ("data_parallel_shard_degree", .number(replicas.shard)),
        ]
        if layout.sharding.stage > .nothing {
            let after = layout.sharding.stage == .weights ? "always" : "never"
            members.append(("fsdp_reshard_after_forward", .text(after)))
        }
        members.append(("tensor_parallel_degree", .number(layout.tensor)))
        members.append(("context_parallel_degree", .number(layout.context)))
        if layout.context > 1 {
            let method = layout.contextMethod == .ring ? "alltoall" : "allgather"
            members.append(("context_parallel_rotate_method", .text(method)))
        }
        members.append(("pipeline_parallel_degree", .number(layout.pipeline)))
        if layout.pipeline > 1 {
            members.append(("pipeline_parallel_schedule", .text(schedules[layout.schedule] ?? "1F1B")))
            members.append(("pipeline_parallel_microbatch_size", .number(layout.microbatch)))
            members.append(("module_fqns_per_model_part", .list(parts(request))))
        }
        if request.model.expertLayerCount > 0 {
            members.append(("expert_parallel_degree", .number(layout.expert)))
            members.append(("expert_tensor_parallel_degree", .number(layout.expertTensor)))
        }
        return members
    }

    private static let schedules: [Schedule: String] = [
        .gpipe: "GPipe", .oneForwardOneBackward: "1F1B", .interleaved: "Interleaved1F1B",
        .zeroBubbleV: "ZBVZeroBubble", .dualPipeV: "DualPipeV",
    ]

    private static func parts(_ request: LaunchRequest) -> [ConfigurationValue] {
        let counts = request.layout.layersByChunk(of: request.model)
        var next = 0
        return counts.enumerated().map { index, count in
            var names = (next..<(next + count)).map { ConfigurationValue.text("layers.\($0)") }
            next += count
            if index == 0 { names.insert(.text("tok_embeddings"), at: 0) }
            if index == counts.count - 1 { names += [.text("norm"), .text("output")] }
            return .list(names)
        }
    }

    private static func recomputation(_ layout: TrainingLayout) -> [(String, ConfigurationValue)] {
        switch layout.recomputation {
        case .modules: [("mode", .text("selective")), ("selective_ac_option", .text("op"))]
        case .full: [("mode", .text("full"))]
        case .nothing, .layersPerStage, .layersByStage: [("mode", .text("none"))]
        }
    }

    private static func notes(_ request: LaunchRequest) -> [String] {
        var notes = [
            "For \(request.layout.gpus) ranks. Set model.name and model.flavor to a model of torchtitan with "
                + "the shape of \(request.model.name); shapes are code there, not configuration."
        ]
        if request.layout.recomputation == .selective {
            notes.append("Its selective recomputation chooses operations and is not that of attention alone.")
        }
        if request.order != LayoutPlacement.usualOrder {
            notes.append("Its order of ranks is fixed; the one asked for is not carried over.")
        }
        return notes
    }
}
