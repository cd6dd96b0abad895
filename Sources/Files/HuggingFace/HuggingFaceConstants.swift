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
                config, ["rope_theta", "rope_parameters.rope_theta", "rotary_emb_base"])
            constants.rotaryShare = try positive(
                config, ["partial_rotary_factor", "rope_parameters.partial_rotary_factor", "rotary_pct"])
        }
        if config.word(["n_routed_experts", "num_local_experts", "num_experts"]) != nil {
            constants.expertScale = try positive(config, ["routed_scaling_factor"])
            constants.auxiliaryLoss = try positive(config, ["router_aux_loss_coef", "aux_loss_alpha"])
        }
        return constants
    }

    private static func positive(_ config: ConfigReader, _ keys: [String]) throws(ScenarioError) -> Double? {
        try config.number(keys).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }

    private static func activation(_ config: ConfigReader) -> ModelConstants.Activation? {
        switch config.word(["hidden_act", "hidden_activation", "activation_function", "act_fn"]) {
        case "silu", "swish": .silu
        case "gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "geglu": .gelu
        case "relu": .relu
        case "relu2": .squaredReLU
        default: nil
        }
    }
}
