import Training

/// A training framework that configurations are written for.
public enum LaunchFramework: String, Hashable, Sendable, Codable, CaseIterable {
    /// Megatron-LM: an argument list of `pretrain_gpt.py`.
    case megatronLM = "megatron-lm"
    /// DeepSpeed: the JSON given to `--deepspeed_config`, with arguments of Megatron-DeepSpeed in a note.
    case deepSpeed = "deepspeed"
    /// torchtitan: a configuration of its own with options that change it.
    case torchtitan
    /// NVIDIA NeMo's Megatron Bridge: overrides of a recipe as YAML.
    case megatronBridge = "megatron-bridge"
    /// MaxText: the YAML of a run, over its `base.yml`.
    case maxText = "maxtext"

    /// Name for people.
    public var title: String {
        switch self {
        case .megatronLM: "Megatron-LM"
        case .deepSpeed: "DeepSpeed"
        case .torchtitan: "torchtitan"
        case .megatronBridge: "Megatron Bridge"
        case .maxText: "MaxText"
        }
    }

    /// The entry of the catalogue that runs what it writes.
    public var software: String {
        switch self {
        case .megatronLM, .megatronBridge: "megatron-core"
        case .deepSpeed: "deepspeed"
        case .torchtitan: "torchtitan"
        case .maxText: "maxtext"
        }
    }

    /// Those that launch a software, the usual one first; empty for a software that none launches.
    /// - Parameter name: the software's name in the catalogue.
    /// - Returns: frameworks.
    public static func launching(_ name: String) -> [LaunchFramework] {
        switch name {
        case "megatron-core": [.megatronLM, .megatronBridge]
        case "megatron-bridge-26.04": [.megatronBridge, .megatronLM]
        default: allCases.filter { $0.software == name }
        }
    }

    /// Why it cannot train a model with what the request says besides its layout, whatever the layout is; empty where it
    /// can.
    ///
    /// What this finds can be said before a layout is searched.
    /// - Parameter request: model, precision and optimizer.
    /// - Returns: one clause a reason.
    public func standingRefusals(of request: LaunchRequest) -> [String] {
        do {
            let software = try SoftwareCatalogue.software(software)
            let isMulti = request.model.multiTokenDepth > 0 && software.multiToken == .absent
            return formatRefusals(of: request, in: software) + ownRefusals(of: request)
                + (isMulti ? [SoftwareProblem.multiToken.description] : [])
        } catch { return ["\(error)"] }
    }

    private func formatRefusals(of request: LaunchRequest, in software: TrainingSoftware) -> [String] {
        guard !software.has(request.precision.matrix) else { return [] }
        return [SoftwareProblem.format(request.precision, known: software.formats ?? []).description]
    }

    /// What its configurations cannot say of a model, a precision or an optimizer.
    func ownRefusals(of request: LaunchRequest) -> [String] {
        let adapters =
            request.trained != .all && self != .megatronBridge
            ? [
                "adapters beside a frozen model cannot be written for it; "
                    + "\(LaunchFramework.megatronBridge.rawValue) has them"
            ] : []
        return adapters + frameworkRefusals(of: request)
    }

    private func frameworkRefusals(of request: LaunchRequest) -> [String] {
        switch self {
        case .megatronLM: MegatronSupport.modelReasons(request.model)
        case .megatronBridge:
            MegatronSupport.modelReasons(request.model)
                + (request.precision.matrix == .fp32
                    ? ["it has no recipe of precision for fp32; bf16 and fp16 are there"] : [])
        case .torchtitan, .deepSpeed:
            ModelRefusals.reasons(request.model)
                + (self == .torchtitan ? TorchtitanModel.formatReasons(request) : [])
                + (request.optimizer == .adam
                    ? []
                    : ["its configurations update with adam in fp32, not with \(request.optimizer.rawValue)"])
        case .maxText: MaxTextModel.reasons(request)
        }
    }

    /// Why its software cannot run a layout; empty where it can.
    func refusals(of request: LaunchRequest) -> [String] {
        do {
            let software = try SoftwareCatalogue.software(software)
                .running(request.optimizer, in: request.precision.matrix)
            return formatRefusals(of: request, in: software) + ownRefusals(of: request)
                + software.problems(with: request.layout, for: request.model).map(\.description)
                + layoutGaps(of: request).filter { $0.contains(request.layout) }.map(\.reason)
        } catch { return ["\(error)"] }
    }
}

/// A configuration ready to be saved.
public struct LaunchConfiguration: Hashable, Sendable {
    /// The framework it is for.
    public var framework: LaunchFramework
    /// A name that such files usually bear.
    public var fileName: String
    /// The file's text with a final newline.
    public var text: String
    /// What the file cannot say and the user must see to.
    public var notes: [String]
    /// Scripts that start the run with the file beside them.
    public var scripts: [LaunchScript] = []
}

/// Why a framework cannot run a layout.
public struct LaunchRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The framework.
    public let framework: LaunchFramework
    /// One sentence a reason: what it cannot do, and what it could.
    public let reasons: [String]

    /// Makes a refusal.
    public init(framework: LaunchFramework, reasons: [String]) {
        self.framework = framework
        self.reasons = reasons
    }

    /// One line.
    public var description: String {
        "\(framework.title) cannot run this layout: " + reasons.joined(separator: "; ")
    }
}

/// Writing launch configurations.
public enum Launch {
    /// The configuration of a framework for a layout.
    /// - Parameters:
    ///   - request: model, layout, precision.
    ///   - framework: which one.
    /// - Returns: text and notes.
    /// - Throws: ``LaunchRefusal`` where the layout is not legal or the framework cannot run it.
    public static func configuration(
        _ request: LaunchRequest, for framework: LaunchFramework
    ) throws(LaunchRefusal) -> LaunchConfiguration {
        let problems = request.layout.problems(for: request.model)
        guard problems.isEmpty else {
            throw LaunchRefusal(framework: framework, reasons: problems.map(\.description))
        }
        let given = request.given(framework)
        var configuration =
            switch framework {
            case .megatronLM: try MegatronConfiguration.configuration(given)
            case .deepSpeed: try DeepSpeedConfiguration.configuration(given)
            case .torchtitan: try TorchtitanConfiguration.configuration(given)
            case .megatronBridge: try MegatronBridgeConfiguration.configuration(given)
            case .maxText: try MaxTextConfiguration.configuration(given)
            }
        configuration.scripts = LaunchScript.scripts(of: configuration, for: given)
        return configuration
    }
}
