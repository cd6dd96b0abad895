/// How the training of a transformer is laid out over ranks: degrees, schedule, sharding, batch, memory savings.
///
/// A layout is a value without hardware; ``problems(for:)`` says what is not legal for a model. The ranks are
/// tensor × context × data × pipeline; experts are spread over the ranks of one pipeline stage and multiply
/// nothing.
public struct TrainingLayout: Hashable, Sendable, Codable {
    /// Ranks that split each matrix (Megatron-style, along one dimension).
    public var tensor: Int
    /// Whether the activations between matrices are split over the tensor ranks along the sequence.
    public var sequenceParallelism: SequenceParallelism
    /// Ranks that split the sequence of all layers.
    public var context: Int
    /// How attention reaches the keys of other context ranks.
    public var contextMethod: ContextMethod
    /// Pipeline stages.
    public var pipeline: Int
    /// Chunks of consecutive layers on each stage; 1 without interleaving.
    public var chunks: Int
    /// Order of the passes through the pipeline.
    public var schedule: Schedule
    /// How layers are spread over chunks.
    public var spread: LayerSpread
    /// Ranks that the experts of a layer are spread over.
    public var expert: Int
    /// Ranks that split the matrices of each expert.
    public var expertTensor: Int
    /// Replicas of the model.
    public var data: Int
    /// What replicas keep in shards.
    public var sharding: Sharding
    /// Sequences that a replica takes through the model at once.
    public var microbatch: Int
    /// Sequences in a step.
    public var globalBatch: Int
    /// Activations that are computed a second time.
    public var recomputation: LayoutRecomputation
    /// State that is kept in the host's memory.
    public var offload: Offload

    /// Makes a layout on one rank unless degrees are given; nothing is checked.
    public init(
        tensor: Int = 1, sequenceParallelism: SequenceParallelism = .off, context: Int = 1,
        contextMethod: ContextMethod = .ring, pipeline: Int = 1, chunks: Int = 1,
        schedule: Schedule = .oneForwardOneBackward, spread: LayerSpread = .even, expert: Int = 1,
        expertTensor: Int = 1, data: Int = 1, sharding: Sharding = Sharding(), microbatch: Int = 1,
        globalBatch: Int = 1, recomputation: LayoutRecomputation = .nothing, offload: Offload = []
    ) {
        self.tensor = tensor
        self.sequenceParallelism = sequenceParallelism
        self.context = context
        self.contextMethod = contextMethod
        self.pipeline = pipeline
        self.chunks = chunks
        self.schedule = schedule
        self.spread = spread
        self.expert = expert
        self.expertTensor = expertTensor
        self.data = data
        self.sharding = sharding
        self.microbatch = microbatch
        self.globalBatch = globalBatch
        self.recomputation = recomputation
        self.offload = offload
    }

    /// Ranks in all.
    public var gpus: Int { tensor * context * data * pipeline }
    /// Ranks of one pipeline stage, over which experts are spread.
    public var stageRanks: Int { tensor * context * data }
    /// Replicas of each expert.
    public var expertData: Int { stageRanks / max(1, expert * expertTensor) }
    /// Ranks that hold the same weights of layers without experts and add up their gradients.
    public var gradientRanks: Int { data * context }
    /// Microbatches a replica takes through the pipeline in a step.
    public var microbatches: Int { globalBatch / max(1, data * microbatch) }
    /// Ranks that one shard group of weights outside the experts spans; 1 without sharding.
    public var shardRanks: Int { sharding.stage == .nothing ? 1 : sharding.group ?? gradientRanks }
    /// Ranks that one shard group of experts' weights spans; 1 without sharding.
    ///
    /// A shard group and its tensor ranks hold as many copies of each expert as fit into them; so experts are
    /// sharded in as many groups as everything else.
    public var expertShardRanks: Int {
        guard sharding.stage > .nothing else { return 1 }
        guard let group = sharding.group else { return max(1, expertData) }
        return max(1, group * tensor / max(1, expert * expertTensor))
    }
    /// Tokens of a microbatch on one rank inside a layer, before any split by sequence parallelism.
    public func tokens(of model: Transformer) -> Int { microbatch * model.sequenceLength / max(1, context) }
}

/// Whether activations between matrices are split along the sequence over tensor ranks.
///
/// Source: Korthikanti et al. 2022, arXiv:2205.05198, section 4.2.2. Without tensor ranks it changes nothing.
public enum SequenceParallelism: String, Hashable, Sendable, Codable, CaseIterable {
    /// Every tensor rank holds them whole.
    case off
    /// Each tensor rank holds its part.
    case on
}

/// How attention reaches keys and values on other context ranks.
public enum ContextMethod: String, Hashable, Sendable, Codable, CaseIterable {
    /// Keys and values travel round a ring, each rank holding two slices so that causal work is even.
    case ring
    /// Keys and values are gathered on every rank.
    case allGather = "all-gather"
    /// Heads are exchanged for tokens and back (DeepSpeed-Ulysses, arXiv:2309.14509).
    case allToAll = "all-to-all"
}

/// What replicas keep in shards instead of whole.
public struct Sharding: Hashable, Sendable, Codable {
    /// What is sharded.
    public var stage: Stage
    /// Ranks in a shard group, fewer than all in hybrid sharding; nil: all that hold the same weights.
    public var group: Int?

    /// Makes a sharding.
    public init(_ stage: Stage = .nothing, group: Int? = nil) {
        self.stage = stage
        self.group = group
    }

    /// What is sharded.
    ///
    /// Source: Rajbhandari et al. 2020, arXiv:1910.02054.
    public enum Stage: Int, Hashable, Sendable, Codable, CaseIterable, Comparable {
        /// Nothing: plain data parallelism.
        case nothing = 0
        /// Master copy and moments (ZeRO-1, distributed optimizer).
        case optimizer = 1
        /// Gradients too (ZeRO-2).
        case gradients = 2
        /// Weights too (ZeRO-3, FSDP).
        case weights = 3

        /// Orders by what is sharded.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }
}

/// State kept in the host's memory.
public struct Offload: OptionSet, Hashable, Sendable, Codable {
    /// Bits as stored.
    public let rawValue: Int

    /// Makes a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Master copy and moments.
    public static let optimizer = Offload(rawValue: 1)
    /// Weights.
    public static let weights = Offload(rawValue: 2)
    /// Activations.
    public static let activations = Offload(rawValue: 4)

    private static let words: [(word: String, state: Offload)] = [
        ("optimizer", .optimizer), ("weights", .weights), ("activations", .activations),
    ]

    /// `none`, or what is kept on the host: `optimizer`, `weights`, `activations`, joined by `+`.
    public var name: String {
        isEmpty ? "none" : Self.words.filter { contains($0.state) }.map(\.word).joined(separator: "+")
    }

    /// Reads a ``name``; any other word gives nil.
    /// - Parameter name: as ``name`` writes it, in any order.
    public init?(named name: String) {
        self = []
        guard name != "none" else { return }
        for word in name.split(separator: "+", omittingEmptySubsequences: false) {
            guard let known = Self.words.first(where: { $0.word == word }) else { return nil }
            formUnion(known.state)
        }
    }
}
