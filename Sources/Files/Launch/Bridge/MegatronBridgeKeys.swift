import Training

/// Where a setting of Megatron-LM stands in the configuration of Megatron Bridge.
///
/// Source of the names: megatron-bridge 0.6.2, `megatron/bridge/training/config.py` and the fields of
/// `megatron/bridge/models/gpt_provider.py`; what both have from megatron-core 0.19.2.
struct MegatronBridgeKey {
    /// Megatron-LM's flag.
    let flag: String
    /// The group it stands in.
    let section: String
    /// Its key there.
    let name: String
    /// Form of its value.
    let form: Form
    /// Written where the flag is not given, so that no recipe's own value stands; nil where nothing is.
    let usual: ConfigurationValue?

    /// Form of a value.
    enum Form {
        case count, real, text, words
        /// true where the flag is given.
        case presence
        /// false where the flag is given.
        case absence
        /// One number a layer, or one for all.
        case layers
        /// Numbers with commas between them.
        case numbers
    }

    private init(
        _ flag: String, _ section: String, _ name: String, _ form: Form, usual: ConfigurationValue? = nil
    ) {
        self.flag = flag
        self.section = section
        self.name = name
        self.form = form
        self.usual = usual
    }

    private static func presence(_ flag: String, _ section: String, _ name: String) -> MegatronBridgeKey {
        MegatronBridgeKey(flag, section, name, .presence, usual: .flag(.absent))
    }

    private static func absence(_ flag: String, _ section: String, _ name: String) -> MegatronBridgeKey {
        MegatronBridgeKey(flag, section, name, .absence, usual: .flag(.present))
    }

    /// Groups in the order in which they are written.
    static let sections = ["model", "train", "dataset", "ddp", "dist", "checkpoint", "optimizer"]

    /// All of them in order, those of experts aside.
    static let plain: [MegatronBridgeKey] =
        shape + recurrence + layout + [
            MegatronBridgeKey("--micro-batch-size", "train", "micro_batch_size", .count),
            MegatronBridgeKey("--global-batch-size", "train", "global_batch_size", .count),
            // Its own name; that of Megatron-Core is set from it.
            MegatronBridgeKey("--seq-length", "dataset", "seq_length", .count),
            presence("--use-distributed-optimizer", "ddp", "use_distributed_optimizer"),
            presence("--use-megatron-fsdp", "ddp", "use_megatron_fsdp"),
            MegatronBridgeKey(
                "--data-parallel-sharding-strategy", "ddp", "data_parallel_sharding_strategy", .text),
            MegatronBridgeKey(
                "--num-distributed-optimizer-instances", "ddp", "num_distributed_optimizer_instances", .count,
                usual: .number(1)),
            presence("--overlap-grad-reduce", "ddp", "overlap_grad_reduce"),
            presence("--overlap-param-gather", "ddp", "overlap_param_gather"),
            presence("--use-megatron-fsdp", "dist", "use_megatron_fsdp"),
            MegatronBridgeKey("--ckpt-format", "checkpoint", "ckpt_format", .text),
            MegatronBridgeKey("--optimizer", "optimizer", "optimizer", .text),
            presence("--use-distributed-optimizer", "optimizer", "use_distributed_optimizer"),
            presence("--use-precision-aware-optimizer", "optimizer", "use_precision_aware_optimizer"),
            presence("--optimizer-cpu-offload", "optimizer", "optimizer_cpu_offload"),
        ]

    private static let shape: [MegatronBridgeKey] = [
        MegatronBridgeKey("--num-layers", "model", "num_layers", .count),
        MegatronBridgeKey("--hidden-size", "model", "hidden_size", .count),
        MegatronBridgeKey("--ffn-hidden-size", "model", "ffn_hidden_size", .count),
        MegatronBridgeKey("--num-attention-heads", "model", "num_attention_heads", .count),
        MegatronBridgeKey("--kv-channels", "model", "kv_channels", .count),
        presence("--qk-layernorm", "model", "qk_layernorm"),
        MegatronBridgeKey("--multi-latent-attention", "model", "multi_latent_attention", .presence),
        MegatronBridgeKey("--q-lora-rank", "model", "q_lora_rank", .count),
        MegatronBridgeKey("--kv-lora-rank", "model", "kv_lora_rank", .count),
        MegatronBridgeKey("--qk-head-dim", "model", "qk_head_dim", .count),
        MegatronBridgeKey("--qk-pos-emb-head-dim", "model", "qk_pos_emb_head_dim", .count),
        MegatronBridgeKey("--v-head-dim", "model", "v_head_dim", .count),
        MegatronBridgeKey("--window-size", "model", "window_size", .numbers, usual: .null),
        MegatronBridgeKey("--window-attn-skip-freq", "model", "window_attn_skip_freq", .layers),
        presence("--attention-output-gate", "model", "attention_output_gate"),
        MegatronBridgeKey(
            "--experimental-attention-variant", "model", "experimental_attention_variant", .text,
            usual: .null),
        MegatronBridgeKey("--linear-attention-freq", "model", "linear_attention_freq", .layers, usual: .null),
        MegatronBridgeKey("--dsa-indexer-n-heads", "model", "dsa_indexer_n_heads", .count),
        MegatronBridgeKey("--dsa-indexer-head-dim", "model", "dsa_indexer_head_dim", .count),
        MegatronBridgeKey("--dsa-indexer-topk", "model", "dsa_indexer_topk", .count),
        MegatronBridgeKey("--dsa-kernel-backend", "model", "dsa_kernel_backend", .text),
        MegatronBridgeKey("--no-rope-fusion", "model", "apply_rope_fusion", .absence),
        MegatronBridgeKey("--hybrid-layer-pattern", "model", "hybrid_layer_pattern", .text),
        MegatronBridgeKey("--seq-length", "model", "seq_length", .count),
        MegatronBridgeKey("--position-embedding-type", "model", "position_embedding_type", .text),
        MegatronBridgeKey("--vocab-size", "model", "vocab_size", .count),
        MegatronBridgeKey(
            "--make-vocab-size-divisible-by", "model", "make_vocab_size_divisible_by", .count),
        MegatronBridgeKey("--normalization", "model", "normalization", .text),
        MegatronBridgeKey("--attention-dropout", "model", "attention_dropout", .real),
        MegatronBridgeKey("--hidden-dropout", "model", "hidden_dropout", .real),
        MegatronBridgeKey("--norm-epsilon", "model", "layernorm_epsilon", .real),
        MegatronBridgeKey("--rotary-base", "model", "rotary_base", .count),
        MegatronBridgeKey("--rotary-percent", "model", "rotary_percent", .real),
        presence("--swiglu", "model", "gated_linear_unit"),
        absence(
            "--untie-embeddings-and-output-weights", "model", "share_embeddings_and_output_weights"),
        absence("--disable-bias-linear", "model", "add_bias_linear"),
        presence("--add-qkv-bias", "model", "add_qkv_bias"),
        MegatronBridgeKey("--softmax-type", "model", "softmax_type", .text),
        MegatronBridgeKey("--mtp-num-layers", "model", "mtp_num_layers", .count, usual: .null),
    ]

    /// The same names as Megatron-LM's.
    private static let recurrence = (MegatronRecurrence.mamba + MegatronRecurrence.delta).map { flag, _ in
        MegatronBridgeKey(flag, "model", String(flag.dropFirst(2)).replacing("-", with: "_"), .count)
    }

    private static let layout: [MegatronBridgeKey] = [
        MegatronBridgeKey("--tensor-model-parallel-size", "model", "tensor_model_parallel_size", .count),
        presence("--sequence-parallel", "model", "sequence_parallel"),
        MegatronBridgeKey("--context-parallel-size", "model", "context_parallel_size", .count),
        MegatronBridgeKey("--cp-comm-type", "model", "cp_comm_type", .text),
        MegatronBridgeKey(
            "--pipeline-model-parallel-size", "model", "pipeline_model_parallel_size", .count),
        MegatronBridgeKey(
            "--num-virtual-stages-per-pipeline-rank", "model", "virtual_pipeline_model_parallel_size", .count,
            usual: .null),
        MegatronBridgeKey(
            "--pipeline-model-parallel-layout", "model", "pipeline_model_parallel_layout", .text,
            usual: .null),
        MegatronBridgeKey(
            "--recompute-granularity", "model", "recompute_granularity", .text, usual: .null),
        MegatronBridgeKey("--recompute-method", "model", "recompute_method", .text, usual: .null),
        MegatronBridgeKey("--recompute-num-layers", "model", "recompute_num_layers", .count, usual: .null),
        MegatronBridgeKey("--recompute-modules", "model", "recompute_modules", .words, usual: .null),
        presence("--cross-entropy-loss-fusion", "model", "cross_entropy_loss_fusion"),
        MegatronBridgeKey("--cross-entropy-fusion-impl", "model", "cross_entropy_fusion_impl", .text),
    ]

    /// Those of experts.
    static let experts: [MegatronBridgeKey] = [
        MegatronBridgeKey("--num-experts", "model", "num_moe_experts", .count, usual: .null),
        MegatronBridgeKey("--moe-router-topk", "model", "moe_router_topk", .count),
        MegatronBridgeKey("--moe-ffn-hidden-size", "model", "moe_ffn_hidden_size", .count),
        presence("--moe-grouped-gemm", "model", "moe_grouped_gemm"),
        MegatronBridgeKey("--moe-router-dtype", "model", "moe_router_dtype", .text),
        MegatronBridgeKey(
            "--moe-shared-expert-intermediate-size", "model", "moe_shared_expert_intermediate_size", .count,
            usual: .null),
        MegatronBridgeKey("--moe-layer-freq", "model", "moe_layer_freq", .layers, usual: .number(1)),
        MegatronBridgeKey(
            "--moe-expert-capacity-factor", "model", "moe_expert_capacity_factor", .real, usual: .null),
        MegatronBridgeKey(
            "--moe-router-num-groups", "model", "moe_router_num_groups", .count, usual: .null),
        MegatronBridgeKey(
            "--moe-router-group-topk", "model", "moe_router_group_topk", .count, usual: .null),
        MegatronBridgeKey(
            "--moe-router-score-function", "model", "moe_router_score_function", .text,
            usual: .text("softmax")),
        presence("--moe-shared-expert-gate", "model", "moe_shared_expert_gate"),
        presence("--moe-router-enable-expert-bias", "model", "moe_router_enable_expert_bias"),
        presence("--moe-router-pre-softmax", "model", "moe_router_pre_softmax"),
        MegatronBridgeKey(
            "--moe-router-load-balancing-type", "model", "moe_router_load_balancing_type", .text),
        MegatronBridgeKey("--moe-aux-loss-coeff", "model", "moe_aux_loss_coeff", .real, usual: .real(0)),
        MegatronBridgeKey(
            "--moe-router-topk-scaling-factor", "model", "moe_router_topk_scaling_factor", .real,
            usual: .null),
        MegatronBridgeKey("--expert-model-parallel-size", "model", "expert_model_parallel_size", .count),
        MegatronBridgeKey("--expert-tensor-parallel-size", "model", "expert_tensor_parallel_size", .count),
        MegatronBridgeKey("--moe-token-dispatcher-type", "model", "moe_token_dispatcher_type", .text),
        MegatronBridgeKey("--moe-flex-dispatcher-backend", "model", "moe_flex_dispatcher_backend", .text),
        MegatronBridgeKey("--moe-flex-dispatcher-num-sms", "model", "moe_flex_dispatcher_num_sms", .count),
        presence("--moe-permute-fusion", "model", "moe_permute_fusion"),
        MegatronBridgeKey("--cuda-graph-impl", "model", "cuda_graph_impl", .text, usual: .text("none")),
        MegatronBridgeKey("--cuda-graph-modules", "model", "cuda_graph_modules", .words),
    ]

    /// All of them.
    static let known = plain + experts

    /// Flags of Megatron-LM that other keys say, or none needs to.
    static let otherwise: Set<String> = [
        "--group-query-attention", "--num-query-groups", "--squared-relu", "--max-position-embeddings",
        "--bf16", "--fp16", "--fp8-format", "--fp8-recipe", "--fp4-format", "--fp4-recipe",
        "--fp8-param-gather", "--fp4-param-gather", "--reuse-grad-buf-for-mxfp8-param-ag",
        "--grad-reduce-in-bf16", "--accumulate-allreduce-grads-in-fp32", "--megatron-fsdp-grad-comm-dtype",
        "--tp-comm-overlap", "--overlap-moe-expert-parallel-comm", "--exp-avg-dtype", "--exp-avg-sq-dtype",
        "--attention-backend",
    ]
}
