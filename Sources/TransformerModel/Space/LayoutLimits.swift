import Training

/// What a search may choose: everything legal, or only given values of some decisions.
public struct LayoutLimits: Hashable, Sendable, Codable {
    /// Tensor degrees; nil for all.
    public var tensor: [Int]?
    /// Context degrees; nil for all.
    public var context: [Int]?
    /// Pipeline degrees; nil for all.
    public var pipeline: [Int]?
    /// Data degrees; nil for all.
    public var data: [Int]?
    /// Expert degrees; nil for all.
    public var expert: [Int]?
    /// Expert-tensor degrees; nil for all.
    public var expertTensor: [Int]?
    /// Sequences in a microbatch; nil for all.
    public var microbatch: [Int]?
    /// Chunks a stage; nil for all.
    public var chunks: [Int]?
    /// Schedules that the training framework has.
    public var schedules: [Schedule]
    /// What may be sharded.
    public var sharding: [Sharding.Stage]
    /// Ranks that share what is sharded.
    public var shardGroups: ShardGroups = .domains
    /// What may be kept on the host, each a choice of its own; nothing unless asked for.
    public var offload: [Offload] = [[]]
    /// Whether layers may be recomputed in part of a stage.
    public var recomputation: [LayoutRecomputation.Kind]
    /// The modules that may be recomputed, each set a choice of its own; nil for all sets.
    public var recomputedModules: [RecomputedModules]?
    /// Whether sequence parallelism may be on or off.
    public var sequenceParallelism: [SequenceParallelism]
    /// How attention may reach other context ranks.
    ///
    /// The ring stands for gathering too, which is priced alike.
    public var contextMethods: [ContextMethod]

    /// Whether stages may be even, even with the ends counted, or cut for the shortest pipeline.
    public var stages: [StageChoice]
    /// The software that must run the layouts; ``run(by:)`` sets it with what follows from it.
    public internal(set) var software = TrainingSoftware.anything

    /// How a model is cut into stages.
    public enum StageChoice: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
        /// As many layers on each as it goes.
        case even
        /// The same with embedding and head counted as a layer each, as Llama 3 was trained (Grattafiori et al.
        /// 2024, arXiv:2407.21783, section 3.3.2), where that is another cut.
        case countingEnds = "counting-ends"
        /// As unequal as the shortest pipeline needs.
        case balanced

        /// Those that are priced from tables come first.
        public static func < (left: Self, right: Self) -> Bool { left.index < right.index }

        /// Its place among all cases.
        var index: Int {
            switch self {
            case .even: 0
            case .countingEnds: 1
            case .balanced: 2
            }
        }
    }

    /// Makes limits that exclude nothing.
    ///
    /// Schedules beside which another one takes no longer for any layout and never holds more microbatches are not
    /// among them, `Schedule.searched`.
    public init() {
        schedules = Schedule.searched
        sharding = Sharding.Stage.allCases
        recomputation = LayoutRecomputation.Kind.allCases
        sequenceParallelism = SequenceParallelism.allCases
        contextMethods = [.ring, .allToAll]
        stages = StageChoice.allCases
    }
}
