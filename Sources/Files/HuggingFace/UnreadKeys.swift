import Quantities

/// The keys of a `config.json` that were not read although they may change what training costs.
enum UnreadKeys {
    /// Keys that bear on no shape: on numbers alone, on generating text, on loading weights.
    private static let harmless: Set<String> = [
        "_name_or_path", "_attn_implementation", "act_fn", "activation_function", "add_cross_attention",
        "architectures", "attn_logit_softcapping", "attention_multiplier", "auto_map", "aux_loss_alpha",
        "bias_dropout_fusion", "cache_implementation", "embedding_multiplier", "ep_size",
        "final_logit_softcapping", "gradient_checkpointing", "hidden_act",
        "hidden_activation", "id2label", "init_device", "initial_context_length", "initializer_range",
        "label2id", "language", "logit_scale", "logits_scaling", "masked_softmax_fusion", "model_type",
        "norm_topk_prob", "offset_alibi", "output_attentions", "output_hidden_states",
        "output_router_logits", "partial_rotary_factor", "pretraining_tp", "problem_type",
        "qk_head_dim", "quantization_config", "query_pre_attn_scalar", "reorder_and_upcast_attn",
        "residual_multiplier", "return_dict", "rope_interleave", "rope_local_base_freq",
        "rope_parameters", "rope_scaling", "rope_theta", "rotary_emb_base", "rotary_pct",
        "routed_scaling_factor", "router_aux_loss_coef", "router_jitter_noise", "scale_attn_weights",
        "scale_attn_by_inverse_layer_idx", "scoring_func", "seq_aux", "slow_but_exact",
        "skip_bias_add", "skip_bias_add_qkv", "swiglu_limit", "summary_activation",
        "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
        "task_specific_params", "tokenizer_class", "tokenizer_name", "topk_method",
        "torch_dtype", "dtype", "transformers_version", "use_cache", "use_bfloat16", "verbose",
        "apply_residual_connection_post_layernorm", "attn_scale", "attn_temperature_tuning", "floor_scale",
        "init_std", "input_jitter_noise", "layerdrop", "layernorm_full_attention_alpha",
        "layernorm_full_attention_beta", "layernorm_linear_attention_alpha",
        "layernorm_linear_attention_beta", "layernorm_mlp_alpha", "layernorm_mlp_beta", "mamba_hidden_act",
        "mamba_ssm_cache_dtype", "mlp_hidden_act", "moe_norm_min", "moe_shared_expert_overlap",
        "mtp_transformer_layers", "mtp_use_dedicated_embeddings", "no_rope_layer_interval",
        "no_rope_layers", "norm_before_gate", "num_logits_to_keep", "original_max_position_embeddings",
        "output_gate_type", "postnorm", "prefix", "qk_norm_type", "rescale_prenorm_residual",
        "residual_in_fp32", "rms_norm", "rotary_dim", "router_aux_loss", "shared_moe_mode", "time_step_floor",
        "time_step_limit", "time_step_max", "time_step_min", "time_step_rank", "use_associative_scan",
        "use_mamba_kernels", "use_mambapy", "use_qk_norm", "expand",
        "word_embed_proj_dim", "do_layer_norm_before", "layer_norm_elementwise_affine",
        "attention_softmax_in_fp32", "max_window_layers", "use_parallel_residual", "sliding_window_pattern",
    ]
    /// The same of what is nested.
    private static let harmlessPaths: Set<String> = [
        "attn_config.attn_impl", "attn_config.clip_qkv", "attn_config.model_type", "ffn_config.model_type",
        "ffn_config.moe_jitter_eps", "ffn_config.moe_normalize_expert_weights",
    ]
    private static let harmlessEndings = ["_token_id", "_dropout", "_pdrop", "_dtype", "_eps", "_epsilon"]
    /// Texts of values that switch something off.
    private static let off: Set<String> = ["false", "null", "~", "", "0", "0.0", "none"]

    /// Names of keys that were not read, sorted.
    /// - Throws: ``ScenarioError`` for one that is a slip away from a key that was looked for and is not there.
    static func names(_ config: ConfigReader) throws(ScenarioError) -> [String] {
        let document = config.original.document
        var unread: Set<String> = []
        for path in document.order where path.hasPrefix(config.prefix) {
            let key = String(path.dropFirst(config.prefix.count))
            let top = String(key.prefix { $0 != "." })
            guard !config.asked.names.contains(key), !config.asked.names.contains(top), !isHarmless(top),
                !harmlessPaths.contains(key),
                !off.contains((document.text(path) ?? "").lowercased())
            else { continue }
            let absent = config.asked.names.filter { !config.original.isGiven(config.prefix + $0) }
            if let meant = Suggestion.slip(of: top, among: absent.sorted()) {
                throw config.reader.error(
                    config.prefix + top, "is not a key of such a file, did you mean '\(meant)'?")
            }
            unread.insert(top)
        }
        return unread.sorted()
    }

    private static func isHarmless(_ key: String) -> Bool {
        harmless.contains(key) || harmlessEndings.contains { key.hasSuffix($0) }
    }
}
