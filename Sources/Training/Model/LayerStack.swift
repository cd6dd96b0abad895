import Quantities

/// The model that the data-movement cost model trains: a stack of feed-forward layers.
///
/// Each layer is two weight matrices d×f and f×d, in E copies of which one is active for a token. Attention,
/// embeddings, norms and the optimizer's arithmetic are left out. Source: Erdil, Schneider-Joseph 2024,
/// arXiv:2411.01137.
public struct LayerStack: Hashable, Sendable, Codable {
    /// Model width d, at least 1.
    public let width: Int
    /// Feed-forward width f, at least 1.
    public let feedForwardWidth: Int
    /// Layers L, at least 1.
    public let layers: Int
    /// Experts E, one of them active per token; 1 is a dense model.
    public let experts: Int

    /// Makes a shape.
    /// - Parameters:
    ///   - width: d.
    ///   - feedForwardWidth: f; 4·d when not given.
    ///   - layers: L.
    ///   - experts: E.
    /// - Throws: ``WorkloadError`` when a number is below 1.
    public init(
        width: Int, feedForwardWidth: Int? = nil, layers: Int, experts: Int = 1
    ) throws(WorkloadError) {
        let feedForwardWidth = feedForwardWidth ?? 4 * width
        for (name, value) in [
            ("width", width), ("feed-forward width", feedForwardWidth), ("layers", layers),
            ("experts", experts),
        ] where value < 1 {
            throw .notPositive(name: name, value: Double(value))
        }
        self.width = width
        self.feedForwardWidth = feedForwardWidth
        self.layers = layers
        self.experts = experts
    }

    /// Parameters in all, P = 2·d·f·L·E, as a real number because large shapes pass the range of integers.
    public var parameters: Double {
        2 * Double(width) * Double(feedForwardWidth) * Double(layers) * Double(experts)
    }

    /// Parameters that one token uses, P/E.
    public var activeParameters: Double { parameters / Double(experts) }

    /// FLOP to train on one token: six for each active parameter (two forward, four backward).
    public var flopPerToken: Double { 6 * activeParameters }
}

/// Why a workload cannot be built.
public enum WorkloadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number that must be above zero is not.
    case notPositive(name: String, value: Double)
    /// A law's coefficient or exponent is not usable.
    case badLaw(name: String, reason: String)

    /// One line: value, reason, remedy.
    public var description: String {
        switch self {
        case .notPositive(let name, let value):
            "\(name) is \(Readable.significant(value, digits: 6)); it must be above zero"
        case .badLaw(let name, let reason): "\(name): \(reason)"
        }
    }
}
