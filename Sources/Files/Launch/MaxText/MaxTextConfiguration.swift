import Training

/// The YAML of a MaxText run: what a plan changes in its `base.yml`.
///
/// Source of names, values and refusals: maxtext 0.2.5, `maxtext/configs/base.yml`, `maxtext/configs/types.py` and
/// `maxtext/layers/nnx_decoders.py` (policies of recomputation).
enum MaxTextConfiguration {
    static func configuration(_ request: LaunchRequest) throws(LaunchRefusal) -> LaunchConfiguration {
        let axes = MaxTextAxes(request)
        let reasons =
            LaunchFramework.maxText.refusals(of: request) + reasons(request)
            + (axes == nil
                ? [
                    "the ranks do not fill slices of \(MaxTextAxes.slice(request)) along its axes; plan with degrees "
                        + "that divide one another"
                ] : [])
        guard reasons.isEmpty, let axes else {
            throw LaunchRefusal(framework: .maxText, reasons: reasons)
        }
        let members =
            [("base_config", ConfigurationValue.text("base.yml"))] + MaxTextModel.members(request)
            + formats(request) + batch(request) + axes.members + sharding(request.layout)
            + recomputation(request) + optimizer(request)
        return LaunchConfiguration(
            framework: .maxText, fileName: "maxtext.yml", text: ConfigurationText.yaml(members),
            notes: notes(request))
    }

    private static func formats(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let isTPU = MaxTextAxes.isTPU(request)
        let wide = request.precision.matrix == .fp32 ? "float32" : "bfloat16"
        var members: [(String, ConfigurationValue)] = [
            ("hardware", .text(isTPU ? "tpu" : "gpu")), ("dtype", .text(wide)),
            ("weight_dtype", .text("float32")), ("grad_dtype", .text("float32")),
        ]
        switch request.precision.matrix {
        case .fp8 where isTPU:
            members += [("quantization", .text("fp8_full")), ("use_qwix_quantization", .flag(.present))]
        // Its older fp8 does not add up gradients over microbatches.
        case .fp8: members.append(("quantization", .text("te_fp8_currentscaling")))
        default: members.append(("quantization", .text("")))
        }
        if isTPU {
            members.append(("attention", .text("flash")))
        } else {
            // Transformer Engine's attention wants a bound on the documents in a sequence; base.yml names 32.
            members += [("attention", .text("cudnn_flash_te")), ("max_segments_per_seq", .number(32))]
        }
        return members
    }

    /// Sequences of a device; it counts those of a pass without a pipeline, and those of a step with one.
    private static func batch(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        let layout = request.layout
        let isPipeline = layout.pipeline > 1
        var members: [(String, ConfigurationValue)] = [
            ("max_target_length", .number(request.model.sequenceLength)),
            ("per_device_batch_size", .real(sequencesPerDevice(layout))),
            ("gradient_accumulation_steps", .number(isPipeline ? 1 : layout.microbatches)),
        ]
        if isPipeline {
            members += [
                ("num_pipeline_microbatches", .number(layout.microbatches)),
                (
                    "num_layers_per_pipeline_stage",
                    .number(request.model.layers / (layout.pipeline * layout.chunks))
                ), ("num_pipeline_repeats", .number(layout.chunks)),
            ]
        }
        return members
    }

    /// A share of the sequences that gives back the whole when it is multiplied and the rest cut off, as MaxText does.
    private static func sequencesPerDevice(_ layout: TrainingLayout) -> Double {
        let pass = layout.pipeline > 1 ? layout.globalBatch : layout.data * layout.microbatch
        let share = Double(pass) / Double(layout.gpus)
        return Int(share * Double(layout.gpus)) == pass ? share : share.nextUp
    }

    private static func sharding(_ layout: TrainingLayout) -> [(String, ConfigurationValue)] {
        let isOptimizer = layout.sharding.stage == .optimizer && layout.gradientRanks > 1
        return [
            ("shard_optimizer_over_data", .flag(isOptimizer ? .present : .absent)),
            ("context_parallel_strategy", .text("all_gather")),
            (
                "optimizer_memory_host_offload",
                .flag(layout.offload.contains(.optimizer) ? .present : .absent)
            ),
            (
                "parameter_memory_host_offload",
                .flag(layout.offload.contains(.weights) ? .present : .absent)
            ),
        ]
    }

    /// What a policy of its own keeps on the device where every second product is computed again: what attention takes
    /// and gives, and the first products of the feed-forward part.
    static let kept = ["query_proj", "key_proj", "value_proj", "context"]

    private static func recomputation(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        switch request.layout.recomputation {
        case .full: return [("remat_policy", .text("full"))]
        case .modules:
            let first = request.model.feedForward.gating == .gated ? "mlpwi_0" : "mlpwi"
            let experts = request.model.hasExpertLayers ? ["moe_mlpwi_0"] : []
            return [("remat_policy", .text("custom"))]
                + (kept + [first] + experts).map { ($0, .text("device")) }
        case .nothing, .layersPerStage, .layersByStage: return [("remat_policy", .text("none"))]
        }
    }

    private static func optimizer(_ request: LaunchRequest) -> [(String, ConfigurationValue)] {
        [
            ("opt_type", .text(request.optimizer == .muon ? "muon" : "adamw")),
            ("mu_dtype", .text("float32")),
        ]
    }

    private static func reasons(_ request: LaunchRequest) -> [String] {
        let layout = request.layout
        var reasons: [String] = []
        if case .modules = layout.recomputation, request.assumed.selective != .everySecondProduct {
            reasons.append(
                "selective recomputation is written as every_second_product, not as \(request.assumed.selective.name)"
            )
        }
        if layout.sharding.stage == .weights, layout.gradientRanks == 1 {
            reasons.append("one rank shards nothing; zero=0 goes")
        }
        // As it computes them: `maxtext/configs/types.py`, tiles of the vocabulary.
        let tokens = sequencesPerDevice(layout) * Double(request.model.sequenceLength)
        if tokens != tokens.rounded() {
            reasons.append(
                "\(layout.gpus) ranks do not share the \(request.model.sequenceLength) tokens of a sequence evenly; "
                    + "degrees that divide them go")
        }
        return reasons
    }

    private static func notes(_ request: LaunchRequest) -> [String] {
        var notes = [
            "For \(request.layout.gpus) ranks of maxtext 0.2.5; run_name and base_output_directory are yours."
        ]
        notes += MaxTextModel.notes(request.model)
        if case .modules = request.layout.recomputation {
            notes.append(
                "Priced with half of all products computed again; its compiler leaves out what no gradient needs."
            )
        }
        return notes
    }
}
