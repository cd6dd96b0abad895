import Quantities

/// Where the seconds of a step go; the parts add up to ``total``.
///
/// The parts of compute and traffic are those of the slowest stage over all its microbatches, exposed parts
/// only; what the other stages add is the bubble.
public struct StepBreakdown: Hashable, Sendable, Codable {
    /// Kernels of layers, recomputation included.
    public var layers = Seconds.zero
    /// Embedding, logits and loss.
    public var ends = Seconds.zero
    /// Tensor traffic.
    public var tensor = Seconds.zero
    /// Context traffic.
    public var context = Seconds.zero
    /// Expert traffic.
    public var expert = Seconds.zero
    /// Transfers between pipeline stages.
    public var pipeline = Seconds.zero
    /// Stages waiting for one another.
    public var bubble = Seconds.zero
    /// Gradients reduced and weights gathered once a step.
    public var data = Seconds.zero
    /// Sharded weights gathered and sharded gradients scattered in every microbatch.
    public var shards = Seconds.zero
    /// The optimizer's passes over memory.
    public var optimizer = Seconds.zero
    /// Transfers of what is offloaded and the optimizer's step on the host, where nothing hides them.
    public var offload = Seconds.zero
    /// Growth with the number of accelerators.
    public var jitter = Seconds.zero
    /// What every step takes besides.
    public var overhead = Seconds.zero

    /// Makes a breakdown of nothing.
    public init() {}

    /// All parts together.
    public var total: Seconds {
        let inside = layers + ends + tensor + context + expert + pipeline
        return inside + bubble + data + shards + optimizer + offload + jitter + overhead
    }

    /// The parts by name, in the order they are reported.
    public static var parts: [(name: String, part: WritableKeyPath<StepBreakdown, Seconds>)] {
        [
            ("layers", \.layers), ("ends", \.ends), ("tensor", \.tensor), ("context", \.context),
            ("expert", \.expert), ("pipeline", \.pipeline), ("bubble", \.bubble), ("data", \.data),
            ("shards", \.shards), ("optimizer", \.optimizer), ("offload", \.offload), ("jitter", \.jitter),
            ("overhead", \.overhead),
        ]
    }

    /// The name of a part for people.
    public static func words(_ part: String) -> String { names[part] ?? part }

    private static let names = [
        "ends": "embedding, logits, loss", "tensor": "tensor traffic", "context": "context traffic",
        "expert": "expert traffic", "pipeline": "pipeline traffic", "data": "data traffic",
        "shards": "traffic of every microbatch's shards", "offload": "transfers to the host and steps there",
        "jitter": "growth with the ranks", "overhead": "step overhead",
    ]

    /// The part that takes longest.
    public var largest: String {
        Self.parts.max { self[keyPath: $0.part] < self[keyPath: $1.part] }?.name ?? "layers"
    }
}
