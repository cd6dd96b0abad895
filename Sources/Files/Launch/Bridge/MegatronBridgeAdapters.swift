import Quantities
import Training

/// Adapters beside a frozen model, as Megatron Bridge takes them.
///
/// Source: megatron-bridge 0.6.2, `megatron/bridge/peft/lora.py` and `peft/utils.py`; names of modules of megatron-core 0.19.2.
enum MegatronBridgeAdapters {
    private static let type = "megatron.bridge.peft.lora.LoRA"

    /// Names of the modules whose matrices adapters lie beside: all of the layers but routers.
    static func modules(_ model: Transformer) -> [String] {
        var names: [String] = []
        if model.attentionLayerCount > 0 {
            switch model.attention.form {
            case .grouped: names.append("linear_qkv")
            case .latent(let form):
                names +=
                    form.queryRank == nil ? ["linear_q_proj"] : ["linear_q_down_proj", "linear_q_up_proj"]
                names += ["linear_kv_down_proj", "linear_kv_up_proj"]
            }
            names.append("linear_proj")
        }
        if model.recurrentLayerCount > 0 { names += ["in_proj", "out_proj"] }
        if model.hasDenseLayers || model.hasExpertLayers { names += ["linear_fc1", "linear_fc2"] }
        if model.multiTokenDepth > 0 { names.append("eh_proj") }
        return names
    }

    /// The group `peft`; null where all weights are trained.
    static func value(_ request: LaunchRequest) -> ConfigurationValue {
        guard let rank = request.trained.rank else { return .null }
        return .group([
            ("_target_", .text(type)), ("dim", .number(rank)),
            // What adapters add is scaled by alpha over dim: by 1, as by default.
            ("alpha", .number(rank)),
            ("target_modules", .list(modules(request.model).map { .text($0) })),
            ("share_expert_adapters", .flag(.absent)), ("normalize_moe_lora", .flag(.absent)),
        ])
    }

    static func notes(_ request: LaunchRequest) -> [String] {
        guard request.trained != .all else { return [] }
        return [
            "The frozen model: checkpoint.pretrained_checkpoint. Queries, keys and values are one matrix there, gate and "
                + "up another, with one adapter each; priced with one beside each."
        ]
    }

    /// What a file trains.
    static func trained(
        _ document: FlatDocument, model: Transformer
    ) throws(LaunchParseError) -> TrainedWeights {
        func error(_ path: String, _ reason: String) -> LaunchParseError {
            LaunchParseError((document.line(path).map { "line \($0): " } ?? "") + "\(path) \(reason)")
        }
        let words = ["_target_", "dim"].map { MegatronBridgeParser.given(document, "peft.\($0)") }
        guard words.contains(where: { $0 != nil }) else { return .all }
        if let name = words[0], name != type {
            throw error("peft._target_", "\(Shown.value(name)) is not read; \(type) is")
        }
        // 32 by default.
        let text = words[1] ?? "32"
        guard let rank = Int(text), (1...TrainedWeights.mostRank).contains(rank) else {
            throw error(
                "peft.dim", "is \(Shown.value(text)); 1 to \(TrainedWeights.mostRank) is accepted")
        }
        let path = "peft.target_modules"
        let names = (0..<document.count(of: path)).compactMap { document.text("\(path).\($0)") }
        let all = modules(model)
        guard names.isEmpty || Set(names) == Set(all) else {
            throw error(
                path, "has other modules than those whose adapters are priced: \(all.joined(separator: ", "))"
            )
        }
        return .adapters(rank: rank)
    }
}
