import Training

/// Overrides of a recipe of NVIDIA NeMo's Megatron Bridge.
///
/// Source of the names: Megatron Bridge documentation, "Megatron-LM to Megatron Bridge Guide", 2025.
enum MegatronBridgeConfiguration {
    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        var reasons = MegatronSupport.reasons(request)
        if request.order != LayoutPlacement.usualOrder, MegatronSupport.orderArgument(request) != [] {
            reasons.append("it orders ranks tensor, context, expert, data, pipeline")
        }
        if request.precision.matrix == .fp32 {
            reasons.append("it has no recipe of precision for fp32; bf16 and fp16 are there")
        }
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .megatronBridge, reasons: reasons) }
        let layout = request.layout
        let model = request.model
        let groups: [(String, ConfigurationValue)] = [
            ("model", .group(shape(model) + parallelism(request))),
            (
                "train",
                .group([
                    ("micro_batch_size", .number(layout.microbatch)),
                    ("global_batch_size", .number(layout.globalBatch)),
                ])
            ),
            ("dataset", .group([("sequence_length", .number(model.sequenceLength))])),
            ("ddp", .group(sharding(layout))),
            ("mixed_precision", .text(precision(request.precision))),
        ]
        let offload: [(String, ConfigurationValue)] =
            layout.offload.contains(.optimizer)
            ? [("optimizer", .group([("optimizer_cpu_offload", .flag(.present))]))] : []
        return LaunchConfiguration(
            framework: .megatronBridge, fileName: "overrides.yaml",
            text: ConfigurationText.yaml(groups + offload),
            notes: ["For \(layout.gpus) ranks; merge over the recipe of the nearest model."]
                + MegatronSupport.notes(model))
    }

    private static func shape(_ model: Transformer) -> [(String, ConfigurationValue)] {
        var members: [(String, ConfigurationValue)] = [
            ("num_layers", .number(model.layers)), ("hidden_size", .number(model.width)),
            ("ffn_hidden_size", .number(model.feedForward.width)),
            ("num_attention_heads", .number(model.attention.form.heads)),
        ]
        switch model.attention.form {
        case .grouped(let form):
            members += [
                ("num_query_groups", .number(form.keyValueHeads)), ("kv_channels", .number(form.headSize)),
            ]
        case .latent(let form):
            members.append(("multi_latent_attention", .flag(.present)))
            if let rank = form.queryRank { members.append(("q_lora_rank", .number(rank))) }
            members += [
                ("kv_lora_rank", .number(form.keyValueRank)), ("qk_head_dim", .number(form.plainHeadSize)),
                ("qk_pos_emb_head_dim", .number(form.rotaryHeadSize)),
                ("v_head_dim", .number(form.valueHeadSize)),
            ]
        }
        members += [
            ("seq_length", .number(model.sequenceLength)),
            ("gated_linear_unit", .flag(model.feedForward.gating == .gated ? .present : .absent)),
            (
                "share_embeddings_and_output_weights",
                .flag(model.embeddings == .tied ? .present : .absent)
            ),
            ("add_bias_linear", .flag(model.biases.contains(.feedForward) ? .present : .absent)),
        ]
        guard let experts = model.experts else { return members }
        members += [
            ("num_moe_experts", .number(experts.experts)), ("moe_router_topk", .number(experts.topK)),
            ("moe_ffn_hidden_size", .number(experts.width)),
        ]
        if experts.sharedExperts > 0 {
            members.append(
                (
                    "moe_shared_expert_intermediate_size",
                    .number(experts.sharedExperts * experts.sharedWidth)
                ))
        }
        if experts.groups > 1 {
            members += [
                ("moe_router_num_groups", .number(experts.groups)),
                ("moe_router_group_topk", .number(experts.groupsPerToken)),
            ]
        }
        if experts.denseLayers != DenseLayers() {
            let kinds = (0..<model.layers).map { experts.denseLayers.kind(atLayer: $0) }
            members.append(("moe_layer_freq", .list(kinds.map { .number($0 == .expert ? 1 : 0) })))
        }
        return members
    }

    private static func parallelism(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let layout = request.layout
        var members: [(String, ConfigurationValue)] = [
            ("tensor_model_parallel_size", .number(layout.tensor)),
            ("sequence_parallel", .flag(layout.sequenceParallelism == .on ? .present : .absent)),
            ("context_parallel_size", .number(layout.context)),
            ("pipeline_model_parallel_size", .number(layout.pipeline)),
        ]
        if layout.context > 1 {
            let methods: [ContextMethod: String] = [
                .ring: "p2p", .allGather: "all_gather", .allToAll: "a2a",
            ]
            members.append(("cp_comm_type", .text(methods[layout.contextMethod] ?? "p2p")))
        }
        let counts = layout.layersByChunk(of: request.model)
        if layout.chunks > 1 {
            members.append(("virtual_pipeline_model_parallel_size", .number(layout.chunks)))
        }
        if layout.pipeline > 1, Set(counts).count > 1 || request.model.multiTokenDepth > 0 {
            let text = MegatronPipelineText.text(
                of: counts, multiTokenDepth: request.model.multiTokenDepth)
            members.append(("pipeline_model_parallel_layout", .text(text)))
        }
        if request.model.expertLayerCount > 0 {
            members += [
                ("expert_model_parallel_size", .number(layout.expert)),
                ("expert_tensor_parallel_size", .number(layout.expertTensor)),
            ]
        }
        switch layout.recomputation {
        case .nothing: break
        case .modules(let modules):
            members.append(("recompute_granularity", .text("selective")))
            if modules != .softwareChoice {
                members.append(("recompute_modules", .list(modules.names.map { .text($0) })))
            }
        case .full:
            members += [
                ("recompute_granularity", .text("full")), ("recompute_method", .text("uniform")),
                ("recompute_num_layers", .number(1)),
            ]
        case .layersPerStage(let count):
            members += [
                ("recompute_granularity", .text("full")), ("recompute_method", .text("block")),
                ("recompute_num_layers", .number(count / layout.chunks)),
            ]
        case .layersByStage: break
        }
        return members
    }

    private static func sharding(_ layout: TrainingLayout) -> [(String, ConfigurationValue)] {
        let stage = layout.sharding.stage
        var members: [(String, ConfigurationValue)] = [
            ("use_distributed_optimizer", .flag(stage > .nothing ? .present : .absent))
        ]
        if stage > .optimizer {
            members.append(("use_megatron_fsdp", .flag(.present)))
            let name = stage == .gradients ? "optim_grads" : "optim_grads_params"
            members.append(("data_parallel_sharding_strategy", .text(name)))
        }
        if stage > .nothing, layout.shardRanks < layout.gradientRanks {
            members.append(
                ("num_distributed_optimizer_instances", .number(layout.gradientRanks / layout.shardRanks)))
        }
        return members
    }

    private static func precision(_ precision: TrainingPrecision) -> String {
        switch precision.matrix {
        case .fp32: "fp32"
        case .fp16: "fp16_mixed"
        case .bf16: "bf16_mixed"
        case .fp8(.delayed): "bf16_with_fp8_delayed_scaling_mixed"
        case .fp8(.blockwise): "bf16_with_fp8_subchannel_scaling_mixed"
        case .fp8(.microscaling): "bf16_with_mxfp8_mixed"
        case .fp8: "bf16_with_fp8_current_scaling_mixed"
        case .fp4: "bf16_with_nvfp4_mixed"
        }
    }
}
