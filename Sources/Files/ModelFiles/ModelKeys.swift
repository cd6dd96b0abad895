/// The keys of model files; `docs/models.md` gives each one's range and meaning.
public enum ModelKeys {
    /// Every key path, with `N` for the index of a list item.
    public static let all = [
        "name", "title", "layers", "d_model", "vocabulary", "tied_embeddings", "sequence_length",
        "global_batch", "multi_token_depth", "layer_pattern", "attention.heads", "attention.kv_heads",
        "attention.head_size",
        "attention.mask", "attention.window", "attention.full_every", "attention.window_form",
        "attention.head_norm", "attention.output_gate", "attention.indexer.heads",
        "attention.indexer.head_size", "attention.indexer.top_k", "recurrence.kind", "recurrence.heads",
        "recurrence.key_heads", "recurrence.key_size", "recurrence.value_size", "recurrence.convolution",
        "recurrence.chunk", "recurrence.step_rank",
        "attention.latent.q_rank", "attention.latent.kv_rank", "attention.latent.rope_head_size",
        "attention.latent.nope_head_size", "attention.latent.v_head_size", "feed_forward.d_ff",
        "feed_forward.kind", "feed_forward.activation", "moe.experts", "moe.top_k", "moe.d_ff",
        "moe.shared_experts", "moe.shared_d_ff",
        "moe.first_dense", "moe.every", "moe.capacity_factor", "moe.imbalance_factor", "moe.groups",
        "moe.groups_per_token", "moe.router_bias", "moe.shared_gate", "moe.scaling", "moe.auxiliary_loss",
        "positions.kind", "positions.count", "positions.base", "positions.share", "norms.kind",
        "norms.per_layer", "norms.embedding", "norms.epsilon", "biases",
        "published.parameters", "published.active_parameters", "sources.N.keys", "sources.N.kind",
        "sources.N.source", "notes",
    ]
}
