import Quantities

/// Which weights of a model a run trains.
public enum TrainedWeights: Hashable, Sendable, Codable {
    /// All of them: pretraining, continued training, full fine-tuning.
    case all
    /// Two thin matrices beside every matrix of the layers but routers, of so many columns and rows; the model itself is
    /// frozen, in its 16-bit or narrower format.
    ///
    /// A frozen weight has no gradient, no master copy and no moments. Source: Hu et al. 2021 (LoRA), arXiv:2106.09685.
    case adapters(rank: Int)

    /// The largest rank that is accepted.
    public static let mostRank = 65_536

    /// Columns of the adapters' first matrix; nil where all weights are trained.
    public var rank: Int? {
        if case .adapters(let rank) = self { rank } else { nil }
    }

    /// As plans have it: `all`, or `lora=RANK`.
    public var text: String { rank.map { "lora=\($0)" } ?? "all" }

    /// Reads ``text``; nil where it is none, or its rank is out of range.
    public init?(text: String) {
        self = .all
        guard text != "all" else { return }
        guard text.hasPrefix("lora="), let rank = Int(text.dropFirst(5)), (1...Self.mostRank).contains(rank)
        else { return nil }
        self = .adapters(rank: rank)
    }

    /// In a few words; nil for what is usual.
    public var words: String? { rank.map { "adapters of rank \($0), the model frozen" } }
}
