import Training

/// The numbers of a `config.json` that no price depends on and a framework must be told.
enum HuggingFaceConstants {
    static func constants(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> ModelConstants {
        var constants = ModelConstants(
            normEpsilon: try positive(
                config, ["rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps", "norm_epsilon"]),
            activation: activation(config))
        if family.positions == .rotary {
            constants.rotaryBase = try positive(
                config,
                [
                    "rope_theta", "rope_parameters.rope_theta", "rotary_emb_base", "attn_config.rope_theta",
                    "rope_parameters.full_attention.rope_theta",
                ])
            constants.rotaryShare = try positive(
                config, ["partial_rotary_factor", "rope_parameters.partial_rotary_factor", "rotary_pct"])
        }
        if HuggingFaceExperts.areGiven(config) {
            constants.expertScale = try positive(config, ["routed_scaling_factor"])
            constants.auxiliaryLoss = try positive(
                config, ["router_aux_loss_coef", "aux_loss_alpha", "ffn_config.moe_loss_weight"])
        }
        return constants
    }

    private static func positive(_ config: ConfigReader, _ keys: [String]) throws(ScenarioError) -> Double? {
        try config.number(keys).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }

    private static func activation(_ config: ConfigReader) -> ModelConstants.Activation? {
        let keys = [
            "hidden_act", "hidden_activation", "activation_function", "act_fn", "mlp_hidden_act",
            "ffn_config.ffn_act_fn.name",
        ]
        return switch config.word(keys) {
        case "silu", "swish": .silu
        case "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "geglu": .gelu
        case "relu": .relu
        case "relu2": .squaredReLU
        default: nil
        }
    }
}
