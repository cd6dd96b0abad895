import Workload

/// Which activations are computed a second time on the way back instead of kept.
public enum LayoutRecomputation: Hashable, Sendable, Codable {
    /// None.
    case nothing
    /// Scores, softmax and their product with the values in every layer (arXiv:2205.05198, section 5).
    case selective
    /// Everything but the input of each layer.
    case full
    /// As `full`, in so many layers of each stage.
    case layersPerStage(Int)

    /// `none`, `selective`, `full` or `full-` and a number of layers.
    public var name: String {
        switch self {
        case .nothing: "none"
        case .selective: "selective"
        case .full: "full"
        case .layersPerStage(let count): "full-\(count)"
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
            guard name.hasPrefix("full-"), let count = Int(name.dropFirst(5)), count >= 1 else { return nil }
            self = .layersPerStage(count)
        }
    }
}

extension TrainingLayout {
    /// What runs twice, as the model's FLOP count has it.
    ///
    /// With k layers a stage, the share is that of all stages' layers, each stage at most its own.
    /// - Parameter model: what is trained.
    /// - Returns: the work that hardware FLOP add to model FLOP.
    public func recomputedWork(for model: Transformer) -> RecomputedWork {
        switch recomputation {
        case .nothing: return .nothing
        case .selective: return .attentionScores
        case .full: return .layers(share: 1)
        case .layersPerStage(let count):
            let again = stages(of: model).reduce(0) { $0 + min(count, $1.layerCount) }
            return .layers(share: Double(again) / Double(max(1, model.layers)))
        }
    }
}
