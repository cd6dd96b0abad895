import Training

/// The JSON of DeepSpeed, and what its trainer must be told besides.
///
/// DeepSpeed's file holds batch, precision, sharding and offload; tensor, pipeline, sequence and expert ranks
/// belong to the trainer, here Megatron-DeepSpeed. Source of the names:
/// deepspeed 0.19.8, `deepspeed/runtime/config.py` and `deepspeed/runtime/zero/config.py`.
enum DeepSpeedConfiguration {
    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        let reasons = reasons(request)
        guard reasons.isEmpty else { throw LaunchRefusal(framework: .deepSpeed, reasons: reasons) }
        let layout = request.layout
        var members: [(String, ConfigurationValue)] = [
            ("train_batch_size", .number(layout.globalBatch)),
            ("train_micro_batch_size_per_gpu", .number(layout.microbatch)),
            ("gradient_accumulation_steps", .number(layout.microbatches)),
            ("zero_optimization", .group(sharding(request))),
        ]
        switch request.precision.matrix {
        case .bf16:
            members += [
                ("bf16", .group([("enabled", .flag(.present))])),
                (
                    "communication_data_type",
                    .text(request.assumed.gradientTraffic == .half ? "bf16" : "fp32")
                ),
            ]
        case .fp16: members.append(("fp16", .group([("enabled", .flag(.present))])))
        default: break
        }
        if layout.offload.contains(.activations) {
            members.append(
                (
                    "activation_checkpointing",
                    .group([
                        ("partition_activations", .flag(.absent)), ("cpu_checkpointing", .flag(.present)),
                    ])
                ))
        }
        return LaunchConfiguration(
            framework: .deepSpeed, fileName: "ds_config.json",
            text: ConfigurationText.json(members) + "\n", notes: notes(request))
    }

    private static func sharding(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let layout = request.layout
        var members: [(String, ConfigurationValue)] = [("stage", .number(layout.sharding.stage.rawValue))]
        if layout.offload.contains(.optimizer) {
            members.append(("offload_optimizer", .group([("device", .text("cpu"))])))
        }
        if layout.offload.contains(.weights) {
            members.append(("offload_param", .group([("device", .text("cpu"))])))
        }
        if layout.sharding.stage > .nothing {
            members.append(("overlap_comm", .flag(request.assumed.dataExposed < 1 ? .present : .absent)))
        }
        return members
    }

    private static func reasons(_ request: LaunchRequest) -> [String] {
        let layout = request.layout
        var reasons = LaunchFramework.deepSpeed.refusals(of: request)
        if layout.offload.contains(.weights), layout.sharding.stage != .weights {
            reasons.append("offload of weights needs ZeRO-3")
        }
        if layout.offload.contains(.optimizer), layout.sharding.stage == .nothing {
            reasons.append("offload of the optimizer needs ZeRO-1 at least")
        }
        if layout.offload.contains(.activations), layout.recomputation == .nothing {
            reasons.append("offload of activations goes with recomputation only")
        }
        return reasons
    }

    private static func notes(_ request: LaunchRequest) -> [String] {
        let arguments = DeepSpeedTrainer.arguments(request)
            .map { ([$0.flag] + $0.values).joined(separator: " ") }
        return ["Give Megatron-DeepSpeed besides: " + arguments.joined(separator: " ")]
            + DeepSpeedTrainer.notes(request.model)
    }
}
