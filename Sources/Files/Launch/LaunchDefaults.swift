/// What the releases take where a configuration does not say it, as far as it decides a layout or its price.
///
/// Source: the same as that of each framework's configuration.
enum LaunchDefaults {
    /// A setting with what it is by default.
    typealias Setting = (name: String, value: String)

    static let megatron: [Setting] = [
        ("--tensor-model-parallel-size", "1"), ("--pipeline-model-parallel-size", "1"),
        ("--context-parallel-size", "1"), ("--optimizer", "adam"), ("--attention-dropout", "0.1"),
        ("--hidden-dropout", "0.1"), ("--norm-epsilon", "1e-5"),
    ]

    static let megatronExperts: [Setting] = [
        ("--expert-model-parallel-size", "1"), ("--expert-tensor-parallel-size", "as the tensor ranks"),
        ("--moe-router-topk", "2"), ("--moe-token-dispatcher-type", "allgather"),
        ("--moe-router-load-balancing-type", "aux_loss"),
    ]

    static let megatronRotary: [Setting] = [("--rotary-base", "10000")]

    static let torchtitan: [Setting] = [
        ("--training.local_batch_size", "8"),
        ("--training.global_batch_size", "local batches of all replicas"),
        ("--training.mixed_precision_param", "bfloat16"),
        ("--parallelism.tensor_parallel_degree", "1"), ("--parallelism.context_parallel_degree", "1"),
        ("--parallelism.pipeline_parallel_degree", "1"),
        ("--parallelism.data_parallel_replicate_degree", "1"),
        ("--parallelism.data_parallel_shard_degree", "all ranks that are left"),
    ]

    static let torchtitanPipeline: [Setting] = [
        ("--parallelism.pipeline_parallel_schedule", "1F1B"),
        ("--parallelism.pipeline_parallel_microbatch_size", "1"),
        ("--parallelism.module_fqns_per_model_part", "layers as even as they go"),
    ]

    static let deepSpeed: [Setting] = [
        ("gradient_accumulation_steps", "what the batches ask for"), ("zero_optimization.stage", "0"),
    ]

    static let maxText: [Setting] = [
        ("per_device_batch_size", "12"), ("gradient_accumulation_steps", "1"),
        ("max_target_length", "2048"), ("remat_policy", "full"), ("dtype", "bfloat16"),
        ("quantization", "none"), ("opt_type", "adamw"), ("ici_fsdp_parallelism", "-1, ranks that are left"),
        ("dcn_data_parallelism", "-1, slices that are left"), ("base_num_decoder_layers", "16"),
        ("base_emb_dim", "2048"), ("base_mlp_dim", "7168"), ("base_num_query_heads", "16"),
        ("base_num_kv_heads", "16"), ("vocab_size", "32000"), ("rope_max_timescale", "10000"),
        ("normalization_layer_epsilon", "1e-5"),
    ]

    /// Those of some settings that are not given, each with its default.
    static func missing(_ settings: [Setting], isGiven: (String) -> Bool) -> [String] {
        settings.filter { !isGiven($0.name) }.map { "\($0.name) (\($0.value))" }
    }
}
