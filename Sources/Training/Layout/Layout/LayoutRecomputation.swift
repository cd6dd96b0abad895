/// Which activations are computed a second time on the way back instead of kept.
public enum LayoutRecomputation: Hashable, Sendable, Codable {
    /// None.
    case nothing
    /// Some modules of every layer.
    case modules(RecomputedModules)
    /// Everything but the input of each layer.
    case full
    /// As `full`, in so many layers of each stage.
    case layersPerStage(Int)
    /// As `full`, in a number of layers of its own on each stage.
    case layersByStage([Int])

    /// The modules that the software takes where it is told no names.
    public static let selective = LayoutRecomputation.modules(.softwareChoice)

    /// A kind of recomputation.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// None.
        case nothing = "none"
        /// The modules that the software takes where it is told no names.
        case selective
        /// Modules by name.
        case modules
        /// Whole layers, all of a stage.
        case full
        /// Whole layers, some of a stage.
        case layers
    }

    /// Its kind.
    public var kind: Kind {
        switch self {
        case .nothing: .nothing
        case .modules(let modules): modules == .softwareChoice ? .selective : .modules
        case .full: .full
        case .layersPerStage, .layersByStage: .layers
        }
    }

    /// Modules that are recomputed in every layer.
    /// - Parameter selective: what the software means by `selective`.
    /// - Returns: the modules; empty where whole layers are recomputed or nothing is.
    public func modules(selective: RecomputedModules) -> RecomputedModules {
        guard case .modules(let modules) = self else { return [] }
        return modules == .softwareChoice ? selective : modules
    }

    /// `none`, `selective`, modules joined by +, `full`, `full-` and a number of layers, or `full-` and one for each stage: `full-3/1/0`.
    public var name: String {
        switch self {
        case .nothing: "none"
        case .modules(let modules): modules == .softwareChoice ? "selective" : modules.name
        case .full: "full"
        case .layersPerStage(let count): "full-\(count)"
        case .layersByStage(let counts): "full-" + counts.map(String.init).joined(separator: "/")
        }
    }

    /// Reads a ``name``.
    ///
    /// Any other word gives nil.
    /// - Parameter name: as ``name`` writes it.
    public init?(named name: String) {
        switch name {
        case "none": self = .nothing
        case "selective": self = .selective
        case "full": self = .full
        default:
            guard name.hasPrefix("full-") else {
                guard let modules = RecomputedModules(named: name) else { return nil }
                self = .modules(modules)
                return
            }
            let words = name.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)
            let counts = words.compactMap { Int($0) }
            guard counts.count == words.count, counts.allSatisfy({ $0 >= 0 }) else { return nil }
            if counts.count > 1 {
                self = .layersByStage(counts)
            } else if counts[0] >= 1 {
                self = .layersPerStage(counts[0])
            } else {
                return nil
            }
        }
    }
}

extension TrainingLayout {
    /// What runs twice, as the model's FLOP count has it.
    ///
    /// With k layers a stage, the share is that of all stages' layers, each stage at most its own.
    /// - Parameters:
    ///   - model: what is trained.
    ///   - selective: what the software means by `selective`.
    /// - Returns: the work that hardware FLOP add to model FLOP.
    public func recomputedWork(
        for model: Transformer, selective: RecomputedModules = .coreAttention
    ) -> RecomputedWork {
        switch recomputation {
        case .nothing: return .nothing
        case .modules: return .modules(recomputation.modules(selective: selective))
        case .full: return .layers(share: 1)
        case .layersPerStage, .layersByStage:
            let again = stages(of: model).reduce(0) { $0 + recomputedLayers(on: $1.stage, of: $1.layerCount) }
            return .layers(share: Double(again) / Double(max(1, model.layers)))
        }
    }

    /// Layers of a stage that are recomputed whole.
    /// - Parameters:
    ///   - stage: from 0.
    ///   - layers: that the stage holds.
    /// - Returns: 0 to `layers`.
    public func recomputedLayers(on stage: Int, of layers: Int) -> Int {
        switch recomputation {
        case .nothing, .modules: 0
        case .full: layers
        case .layersPerStage(let count): min(count, layers)
        case .layersByStage(let counts): counts.indices.contains(stage) ? min(counts[stage], layers) : 0
        }
    }
}
