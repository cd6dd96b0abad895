import TestSupport
import Testing
import Training

@testable import Files

@Suite struct MaxTextTests {
    static func written(
        _ name: String, _ layout: TrainingLayout, precision: TrainingPrecision = .bf16,
        architecture: Architecture? = .tpu, domain: Int? = nil, optimizer: TrainingOptimizer = .adam
    ) throws -> LaunchConfiguration {
        try Launch.configuration(
            LaunchRequest(
                model: ModelCatalogue.entry(name).model, layout: layout, precision: precision,
                optimizer: optimizer, architecture: architecture,
                ranksPerNode: LaunchRequest.ranksPerNode(ofDomain: domain), domain: domain),
            for: .maxText)
    }

    @Test("The settings of a layout over several slices, in full")
    func golden() throws {
        let layout = TrainingLayout(
            tensor: 2, sequenceParallelism: .on, context: 2, contextMethod: .allGather, data: 128,
            sharding: Sharding(.weights, group: 128), microbatch: 1, globalBatch: 512, recomputation: .full)
        let configuration = try Self.written("llama-3-8b", layout, domain: 256)
        // 128 sequences a pass on 512 chips are 0.25 a chip; 512 in a step are 4 passes. A slice of 256 holds two
        // tensor ranks, two context ranks and a shard group of 64; the two groups lie in a slice each.
        #expect(
            configuration.text == """
                base_config: "base.yml"
                decoder_block: "llama2"
                base_num_decoder_layers: 32
                base_emb_dim: 4096
                base_mlp_dim: 14336
                base_num_query_heads: 32
                base_num_kv_heads: 8
                mlp_activations: ["silu", "linear"]
                vocab_size: 128256
                logits_via_embedding: false
                normalize_embedding_logits: false
                enable_dropout: false
                dropout_rate: 0.0
                mtp_num_layers: 0
                head_dim: 128
                use_qk_norm: false
                attention_bias: false
                normalization_layer_epsilon: 1.0e-05
                rope_max_timescale: 500000
                hardware: "tpu"
                dtype: "bfloat16"
                weight_dtype: "float32"
                grad_dtype: "float32"
                quantization: ""
                attention: "flash"
                max_target_length: 8192
                per_device_batch_size: 0.25
                gradient_accumulation_steps: 4
                ici_tensor_parallelism: 1
                dcn_tensor_parallelism: 1
                ici_tensor_sequence_parallelism: 2
                dcn_tensor_sequence_parallelism: 1
                ici_context_parallelism: 2
                dcn_context_parallelism: 1
                ici_expert_parallelism: 1
                dcn_expert_parallelism: 1
                ici_fsdp_parallelism: 64
                dcn_fsdp_parallelism: 1
                ici_data_parallelism: 1
                dcn_data_parallelism: 2
                ici_pipeline_parallelism: 1
                dcn_pipeline_parallelism: 1
                shard_optimizer_over_data: false
                context_parallel_strategy: "all_gather"
                optimizer_memory_host_offload: false
                parameter_memory_host_offload: false
                remat_policy: "full"
                opt_type: "adamw"
                mu_dtype: "float32"

                """)
        #expect(configuration.fileName == "maxtext.yml")
        let script = try #require(configuration.scripts.first)
        #expect(configuration.scripts.count == 1 && script.fileName == "run.sh")
        #expect(script.text.contains("slices: 2 x 256 chips"))
        #expect(script.text.contains("exec python3 -m maxtext.trainers.pre_train.train maxtext.yml \"$@\"\n"))
    }

    @Test("On GPUs each node is a process of its own, and a slice")
    func gpus() throws {
        let layout = TrainingLayout(data: 32, sharding: Sharding(.weights), globalBatch: 64)
        let written = try Self.written(
            "llama-3-8b", layout, precision: .fp8(.unstated), architecture: .hopper, domain: 8)
        for line in [
            "hardware: \"gpu\"", "quantization: \"te_fp8_currentscaling\"", "ici_fsdp_parallelism: 8",
            "dcn_fsdp_parallelism: 4", "attention: \"cudnn_flash_te\"",
        ] { #expect(written.text.contains(line + "\n"), "\(line)") }
        #expect(written.scripts.map(\.fileName) == LaunchScript.names)
        #expect(written.scripts[0].text.contains("export NNODES=4 NODE_RANK=\"${NODE_RANK:-0}\"\n"))
    }

    @Test("A pipeline is written with its stages, and read back")
    func pipeline() throws {
        let layout = TrainingLayout(
            pipeline: 4, schedule: .gpipe, data: 8, microbatch: 2, globalBatch: 128, recomputation: .selective
        )
        let written = try Self.written("llama-3-8b", layout)
        for line in [
            "num_pipeline_microbatches: 8", "num_layers_per_pipeline_stage: 8", "num_pipeline_repeats: 1",
            "per_device_batch_size: 4.0", "ici_data_parallelism: 8", "remat_policy: \"custom\"",
            "mlpwi_0: \"device\"",
        ] { #expect(written.text.contains(line + "\n"), "\(line)") }
        let run = try MaxTextParser.run(text: written.text, place: "maxtext.yml", gpus: 32)
        #expect(run.request.layout.recomputation == .selective && run.request.layout.schedule == .gpipe)
        #expect(run.request.layout.globalBatch == 128 && run.request.layout.microbatch == 2)
    }

    @Test("Gated DeltaNet is written with its cycle of layers and its gates, and read back")
    func deltaNet() throws {
        let layout = TrainingLayout(
            tensor: 2, sequenceParallelism: .on, expert: 8, expertTensor: 2, data: 64,
            sharding: Sharding(.weights), globalBatch: 64, recomputation: .full)
        let written = try Self.written("qwen3-next-80b-a3b", layout)
        for line in [
            "decoder_block: \"qwen3_next\"", "base_mlp_dim: 512", "inhomogeneous_layer_cycle_interval: 4",
            "gdn_num_value_heads: 32", "gdn_num_key_heads: 16", "gdn_key_head_dim: 128",
            "gdn_value_head_dim: 128", "gdn_conv_kernel_dim: 4", "gdn_chunk_size: 64",
            "partial_rotary_factor: 0.25", "shared_experts: 1", "norm_topk_prob: true", "use_qk_norm: true",
        ] { #expect(written.text.contains(line + "\n"), "\(line)") }
        let run = try MaxTextParser.run(text: written.text, place: "maxtext.yml", gpus: layout.gpus)
        let model = run.request.model
        #expect(model.recurrentLayerCount == 36 && model.attentionLayerCount == 12)
        #expect(
            model.parameters.total == (try ModelCatalogue.entry("qwen3-next-80b-a3b").model.parameters.total))
        #expect(run.ignored == [])
    }

    /// Models that the decoder of Gated DeltaNet is not, each with what is named.
    static let others: [(change: @Sendable (inout Transformer) -> Void, part: String)] = [
        ({ $0.pattern = LayerPattern(text: "*E ME ME ME") }, "attention in the last layer of each cycle"),
        (
            { $0.pattern = LayerPattern(text: "M- M- M- *E") },
            "every layer of a qwen3_next decoder has experts"
        ),
        ({ $0.attention.outputGate = .absent }, "norms on heads and a gate"),
        ({ $0.attention.headNorm = .absent }, "norms on heads and a gate"),
        ({ $0.experts?.sharedGate = .absent }, "one shared expert with a gate"),
        ({ $0.experts?.sharedExperts = 2 }, "one shared expert with a gate"),
        ({ $0.recurrence?.convolution = 0 }, "has a convolution there"),
        ({ $0.experts?.sharedWidth = 1024 }, "as wide as a routed one"),
    ]

    @Test("What the decoder of Gated DeltaNet lacks is named", arguments: others.indices)
    func otherDeltaNet(index: Int) throws {
        let (change, part) = Self.others[index]
        var model = try ModelCatalogue.entry("qwen3-next-80b-a3b").model
        #expect(MaxTextModel.reasons(LaunchRequest(model: model, layout: TrainingLayout())) == [])
        change(&model)
        try model.validate()
        let reasons = MaxTextModel.reasons(LaunchRequest(model: model, layout: TrainingLayout()))
        #expect(reasons.contains { $0.contains(part) }, "\(reasons)")
    }

    @Test("Windows that slide or cut are written with their cycles, and read back")
    func windows() throws {
        let layout = TrainingLayout(data: 4, sharding: Sharding(.weights), globalBatch: 4)
        let gemma = try Self.written("gemma-3-27b", layout)
        for line in [
            "model_name: \"gemma3-27b\"", "decoder_block: \"gemma3\"", "use_post_attn_norm: true",
            "use_post_ffw_norm: true", "sliding_window_size: 1024", "vocab_size: 262144",
        ] { #expect(gemma.text.contains(line + "\n"), "\(line)") }
        #expect(gemma.notes.contains { $0.contains("262144 tokens of vocabulary; priced with 262208") })
        let llama = try Self.written("llama-4-maverick", layout)
        for line in [
            "decoder_block: \"llama4\"", "base_mlp_dim: 16384", "base_moe_mlp_dim: 8192", "shared_experts: 1",
            "chunk_attn_window_size: 8192", "nope_layer_interval: 4", "interleave_moe_layer_step: 2",
            "inhomogeneous_layer_cycle_interval: 4", "temperature_tuning: true",
        ] { #expect(llama.text.contains(line + "\n"), "\(line)") }
    }

    /// Models that decoders with windows are not, each with what is named.
    static let otherWindows: [(name: String, change: @Sendable (inout Transformer) -> Void, part: String)] = [
        ("gpt-oss-120b", { $0.attention.window?.fullEvery = 4 }, "all layers but one of 2"),
        ("gpt-oss-120b", { $0.attention.window = nil }, "all layers but one of 2"),
        ("gemma-3-27b", { $0.attention.window?.fullEvery = 5 }, "all layers but one of 6"),
        ("gemma-3-27b", { $0.layers = 12 }, "for gemma-3-27b alone"),
        ("gemma-3-27b", { $0.norms.perLayer = 2 }, "a qwen3 decoder has no window"),
        ("llama-3-8b", { $0.attention.window = SlidingWindow(tokens: 64) }, "a llama2 decoder has no window"),
        ("llama-4-maverick", { $0.experts?.topK = 2 }, "goes to one expert"),
        ("llama-4-maverick", { $0.experts?.sharedExperts = 0 }, "and to the shared ones"),
        ("llama-4-maverick", { $0.layers = 46 }, "whole cycles"),
        ("llama-4-maverick", { $0.sequenceLength = 16_384 }, "do not cut a sequence into windows"),
        ("llama-4-maverick", { $0.attention.headNorm = .queriesAndKeys }, "it has no decoder"),
    ]

    @Test("What decoders with windows lack is named", arguments: otherWindows.indices)
    func otherWindow(index: Int) throws {
        let (name, change, part) = Self.otherWindows[index]
        var request = LaunchRequest(model: try ModelCatalogue.entry(name).model, layout: TrainingLayout())
        request.architecture = .hopper
        #expect(MaxTextModel.reasons(request) == [])
        change(&request.model)
        try request.model.validate()
        let reasons = MaxTextModel.reasons(request)
        #expect(reasons.contains { $0.contains(part) }, "\(reasons)")
    }

    @Test("Layouts that a decoder of unlike layers cannot be told are refused, and no others")
    func gaps() throws {
        var generator = SplitMix64(seed: 3)
        for (name, architecture, count) in [
            ("gpt-oss-120b", Architecture.tpu, 0), ("gpt-oss-120b", .hopper, 1), ("gemma-3-27b", .hopper, 0),
            ("llama-4-maverick", .tpu, 0), ("llama-4-maverick", .hopper, 1), ("qwen3-next-80b-a3b", .tpu, 2),
        ] {
            let gaps = LaunchFramework.maxText.layoutGaps(
                of: LaunchRequest(
                    model: try ModelCatalogue.entry(name).model, layout: TrainingLayout(),
                    architecture: architecture))
            #expect(gaps.count == count)
            var refused: Set<LayoutGap.Layouts> = []
            for _ in 0..<200 {
                let layout = TrainingLayout(
                    context: [1, 2].randomElement(using: &generator) ?? 1,
                    contextMethod: .allGather, data: 2, sharding: Sharding(.weights), globalBatch: 8,
                    recomputation: [.nothing, .full, .selective].randomElement(using: &generator) ?? .full)
                let found = gaps.filter { $0.contains(layout) }
                refused.formUnion(found.map(\.layouts))
                do {
                    _ = try Self.written(name, layout, architecture: architecture)
                    #expect(found.isEmpty, "\(layout)")
                } catch let refusal as LaunchRefusal {
                    for gap in found { #expect(refusal.reasons.contains(gap.reason), "\(layout)") }
                }
            }
            #expect(refused == Set(gaps.map(\.layouts)))
        }
    }

    @Test("Routing that MaxText ties to a model is written under its name, and for no other model")
    func routing() throws {
        let layout = TrainingLayout(expert: 64, data: 128, sharding: Sharding(.weights), globalBatch: 256)
        let written = try Self.written("deepseek-v3", layout)
        for line in [
            "model_name: \"deepseek3-671b\"", "routed_bias: true", "routed_score_func: \"sigmoid\"",
            "n_routing_groups: 8", "topk_routing_group: 4", "first_num_dense_layers: 3", "mtp_num_layers: 1",
        ] { #expect(written.text.contains(line + "\n"), "\(line)") }
        var other = try ModelCatalogue.entry("deepseek-v3").model
        other.layers = 32
        #expect(
            throws: LaunchRefusal(
                framework: .maxText,
                reasons: ["a bias that chooses experts is there for deepseek-v3 and kimi-k2 alone"])
        ) { try Launch.configuration(LaunchRequest(model: other, layout: layout), for: .maxText) }
    }

    @Test(
        "What MaxText cannot run is refused with its reason",
        arguments: [
            (
                "llama-3-8b", TrainingLayout(context: 2, contextMethod: .allGather, data: 2, globalBatch: 2),
                "its context ranks (2) and ranks of experts (1) shard the weights; ZeRO-3 goes with them"
            ),
            (
                "llama-3-8b",
                TrainingLayout(pipeline: 4, schedule: .gpipe, data: 2, globalBatch: 12),
                "its pipelines need microbatches in multiples of pipeline 4, not 6"
            ),
            (
                "llama-3-8b", TrainingLayout(tensor: 16, globalBatch: 1),
                "tensor 16 does not divide the 8 heads of keys and values"
            ),
            (
                "llama-3-8b", TrainingLayout(data: 8_192, sharding: Sharding(.weights), globalBatch: 8_192),
                "shard groups and tensor ranks divide the dimensions that they split; 8192 does not divide 4096"
            ),
            (
                "mixtral-8x7b", TrainingLayout(tensor: 2, globalBatch: 1),
                "experts are split over the 2 tensor ranks as the rest is, not over 1"
            ),
            (
                "llama-3-8b", TrainingLayout(tensor: 8, sharding: Sharding(.weights), globalBatch: 1),
                "one rank shards nothing; zero=0 goes"
            ),
            (
                "gpt-3-175b", TrainingLayout(tensor: 24, globalBatch: 1),
                "24 ranks do not share the 2048 tokens of a sequence evenly; degrees that divide them go"
            ),
            (
                "bloom-176b", TrainingLayout(globalBatch: 1),
                "it has no decoder with this model's norms, biases, positions and gates; those of Llama, Qwen, "
                    + "Mixtral, DeepSeek, gpt-oss, Gemma 3 and GPT-3 are there"
            ),
        ])
    func refusals(name: String, layout: TrainingLayout, reason: String) throws {
        do {
            _ = try Self.written(name, layout)
            Issue.record("written")
        } catch let refusal as LaunchRefusal {
            #expect(refusal.reasons == [reason])
        }
    }

    @Test(
        "What cannot be read is one line with its place",
        arguments: [
            (
                "remat_policy: \"full\"", "remat_policy: minimal",
                "line 47: remat_policy 'minimal' is not priced"
            ),
            ("base_emb_dim: 4096", "base_emb_dim: -4", "line 4: base_emb_dim is '-4'; a whole number"),
            (
                "decoder_block: \"llama2\"", "decoder_block: gemma",
                "line 2: decoder_block 'gemma' is not read"
            ),
            (
                "per_device_batch_size: 1.0", "per_device_batch_size: 1.2",
                "line 27: per_device_batch_size is 1.2, which on each of 8 ranks is no multiple of 8 replicas"
            ),
            (
                "ici_fsdp_parallelism: 8", "ici_fsdp_parallelism: 3",
                "the axes of the mesh have 3 ranks; 8 are given"
            ),
            ("opt_type: \"adamw\"", "opt_type: sgd", "line 48: opt_type 'sgd' with a moment in 'float32'"),
        ])
    func errors(old: String, new: String, message: String) throws {
        let layout = TrainingLayout(
            data: 8, sharding: Sharding(.weights), globalBatch: 8, recomputation: .full)
        let text = try Self.written("llama-3-8b", layout).text
        #expect(text.contains(old))
        do {
            _ = try MaxTextParser.run(text: text.replacing(old, with: new), place: "maxtext.yml", gpus: 8)
            Issue.record("read")
        } catch { #expect(error.description.hasPrefix(message), "\(error)") }
    }

    @Test("What a file leaves out is said with MaxText's own value, and -1 is what is left")
    func defaults() throws {
        let run = try MaxTextParser.run(
            text: "per_device_batch_size: 2\nici_fsdp_parallelism: -1\nici_tensor_parallelism: 4\n"
                + "dcn_data_parallelism: 2\nsteps: 10\n", place: "", gpus: 64)
        let layout = run.request.layout
        // 64 / (4 * 2) = 8 in a shard group, two groups; 64 * 2 sequences over 16 replicas.
        #expect(layout.tensor == 4 && layout.data == 16 && layout.sharding == Sharding(.weights, group: 8))
        #expect(layout.microbatch == 8 && layout.globalBatch == 128 && layout.recomputation == .full)
        #expect(run.ignored == ["steps"])
        #expect(run.defaults.contains("remat_policy (full)") && run.defaults.contains("base_emb_dim (2048)"))
        #expect(!run.defaults.contains { $0.hasPrefix("per_device_batch_size") })
    }
}
