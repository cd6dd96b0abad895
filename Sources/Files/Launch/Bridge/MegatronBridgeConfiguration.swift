import Training

/// Overrides of a recipe of NVIDIA NeMo's Megatron Bridge: what Megatron-LM would be given, by the names of Bridge.
enum MegatronBridgeConfiguration {
    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        var reasons = MegatronSupport.reasons(request, for: .megatronBridge)
        if request.order != LayoutPlacement.usualOrder, MegatronSupport.orderArgument(request) != [] {
            reasons.append("it orders ranks tensor, context, expert, data, pipeline")
        }
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .megatronBridge, reasons: reasons) }
        let arguments = MegatronConfiguration.unchecked(request)
        let hasExperts = request.model.hasExpertLayers
        let keys = MegatronBridgeKey.plain + (hasExperts ? MegatronBridgeKey.experts : [])
        var groups: [(String, ConfigurationValue)] = MegatronBridgeKey.sections.map { section in
            let members = keys.filter { $0.section == section }.compactMap { key in
                value(of: key, in: arguments, model: request.model).map { (key.name, $0) }
            }
            return (section, .group(members + special(section, request)))
        }
        groups.append(("comm_overlap", .group(overlap(arguments))))
        groups.append(("mixed_precision", precision(request)))
        groups.append(("peft", MegatronBridgeAdapters.value(request)))
        return LaunchConfiguration(
            framework: .megatronBridge, fileName: "overrides.yaml",
            text: ConfigurationText.yaml(groups.filter { !$0.1.isEmptyGroup }), notes: notes(request))
    }

    private static func value(
        of key: MegatronBridgeKey, in arguments: [MegatronArgument], model: Transformer
    ) -> ConfigurationValue? {
        guard let argument = arguments.first(where: { $0.flag == key.flag }) else { return key.usual }
        let text = argument.values.first ?? ""
        switch key.form {
        case .count: return Int(text).map { .number($0) }
        case .real: return Double(text).map { .real($0) }
        case .text: return .text(text)
        case .words: return .list(argument.values.map { .text($0) })
        case .presence: return .flag(.present)
        case .absence: return .flag(.absent)
        case .numbers: return .list(text.split(separator: ",").compactMap { Int($0) }.map { .number($0) })
        case .layers:
            if let every = Int(text) { return .number(every) }
            return MegatronLayerList.values(text, layers: model.layers).map {
                .list($0.map { .number($0 ? 1 : 0) })
            }
        }
    }

    /// What no single flag says.
    private static func special(
        _ section: String, _ request: LaunchRequest
    ) -> [(String, ConfigurationValue)] {
        switch section {
        case "model":
            var members: [(String, ConfigurationValue)] = [("should_pad_vocab", .flag(.present))]
            if case .grouped(let form) = request.model.attention.form {
                members.append(("num_query_groups", .number(form.keyValueHeads)))
            }
            members.append(("activation_func", .text(activation(request.model))))
            return members
        case "ddp":
            guard MegatronConduct.isFullySharded(request.layout), request.precision.matrix != .fp16 else {
                return []
            }
            let isHalf = request.assumed.gradientTraffic == .half
            return [("megatron_fsdp_grad_comm_dtype", type(isHalf ? "bfloat16" : "float32"))]
        case "optimizer":
            let bytes = request.optimizer.isAdam ? request.momentBytes : 4
            let name = bytes == 1 ? "uint8" : bytes == 2 ? "bfloat16" : "float32"
            return [
                ("exp_avg_dtype", .text("torch.\(name)")), ("exp_avg_sq_dtype", .text("torch.\(name)")),
            ]
        default: return []
        }
    }

    private static func activation(_ model: Transformer) -> String {
        if model.feedForward.gating == .gated { return "silu" }
        return model.constants?.activation == .squaredReLU ? "squared_relu" : "gelu"
    }

    /// A type of PyTorch, as an object and not as its name.
    private static func type(_ name: String) -> ConfigurationValue {
        .group([("_target_", .text("torch.\(name)")), ("_call_", .flag(.absent))])
    }

    /// Made anew, as a recipe may have none, or one that takes back what the groups above say.
    private static func overlap(_ arguments: [MegatronArgument]) -> [(String, ConfigurationValue)] {
        func presence(_ flag: String) -> ConfigurationValue {
            .flag(arguments.contains { $0.flag == flag } ? .present : .absent)
        }
        return [
            ("_target_", .text("megatron.bridge.training.comm_overlap.CommOverlapConfig")),
            ("tp_comm_overlap", presence("--tp-comm-overlap")), ("tp_comm_overlap_cfg", .null),
            ("overlap_grad_reduce", presence("--overlap-grad-reduce")),
            ("overlap_param_gather", presence("--overlap-param-gather")),
            ("overlap_moe_expert_parallel_comm", presence("--overlap-moe-expert-parallel-comm")),
        ]
    }

    private static func precision(_ request: LaunchRequest) -> ConfigurationValue {
        if request.precision.matrix == .fp16 { return .text("fp16_mixed") }
        let isHalf = request.assumed.gradientTraffic == .half
        var members: [(String, ConfigurationValue)] = [
            ("_target_", .text("megatron.bridge.training.mixed_precision.MixedPrecisionConfig")),
            ("bf16", .flag(.present)), ("params_dtype", type("bfloat16")),
            ("pipeline_dtype", type("bfloat16")), ("autocast_enabled", .flag(.absent)),
            ("grad_reduce_in_fp32", .flag(isHalf ? .absent : .present)),
            ("first_last_layers_bf16", .flag(.absent)),
        ]
        let gathers: ConfigurationValue = .flag(MegatronConduct.gathersNarrow(request) ? .present : .absent)
        switch request.precision.matrix {
        case .fp8(let recipe):
            let names: [EightBitRecipe: String] = [
                .delayed: "delayed", .blockwise: "blockwise", .microscaling: "mxfp8",
            ]
            let isBlock = recipe == .blockwise || recipe == .microscaling
            members += [
                ("fp8", .text(isBlock ? "e4m3" : "hybrid")),
                ("fp8_recipe", .text(names[recipe] ?? "tensorwise")), ("fp8_param_gather", gathers),
                ("fp4", .null),
            ]
            if recipe == .microscaling {
                members.append(("reuse_grad_buf_for_mxfp8_param_ag", gathers))
            }
        case .fp4:
            members += [
                ("fp8", .null), ("fp4", .text("e2m1")), ("fp4_recipe", .text("nvfp4")),
                ("fp4_param_gather", gathers),
            ]
        default: members += [("fp8", .null), ("fp4", .null)]
        }
        return .group(members)
    }

    private static func notes(_ request: LaunchRequest) -> [String] {
        ["For \(request.layout.gpus) ranks; merge over the recipe of the nearest model\(kind(request))."]
            + MegatronBridgeAdapters.notes(request) + MegatronSupport.notes(request.model)
            + MegatronConduct.notes(request)
            + LaunchEnvironment.conflicts(request)
    }

    /// What that recipe's model must have: what makes layers of these kinds is code there, not text.
    private static func kind(_ request: LaunchRequest) -> String {
        switch MegatronMixers.way(request.model) {
        case .oneParts: ", whose provider is HybridModelProvider (Nemotron-H)"
        case .linearAttention: ", whose layers have Gated DeltaNet (Qwen3-Next)"
        case .attention, nil:
            request.model.attention.indexer == nil ? "" : ", whose attention has an indexer (GLM-5)"
        }
    }
}
