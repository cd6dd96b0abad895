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

    /// Name for people.
    public var title: String {
        switch self {
        case .megatronLM: "Megatron-LM"
        case .deepSpeed: "DeepSpeed"
        case .torchtitan: "torchtitan"
        case .megatronBridge: "Megatron Bridge"
        }
    }

    /// The entry of the catalogue that runs what it writes.
    var software: String {
        switch self {
        case .megatronLM, .megatronBridge: "megatron-core"
        case .deepSpeed: "deepspeed"
        case .torchtitan: "torchtitan"
        }
    }

    /// Why its software cannot run a layout; empty where it can.
    func refusals(of request: LaunchRequest) -> [String] {
        do {
            let software = try SoftwareCatalogue.software(software)
            let problems = software.problems(with: request.layout, for: request.model)
            let isKnown = software.has(request.precision.matrix)
            let format = SoftwareProblem.format(request.precision, known: software.formats ?? [])
            return ((isKnown ? [] : [format]) + problems).map(\.description)
                + ModelRefusals.reasons(request.model)
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
            }
        configuration.scripts = LaunchScript.scripts(of: configuration, for: given)
        return configuration
    }
}
