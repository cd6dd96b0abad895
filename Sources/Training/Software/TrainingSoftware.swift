/// A training software, as far as it decides which layouts there are and what they take: what its release runs, and
/// what it does.
///
/// Planning searches what the software runs and nothing else; launch configurations are written for what it runs.
/// ``anything`` runs every layout that is legal for a model, which no single software does.
public struct TrainingSoftware: Hashable, Sendable, Codable {
    /// Name in the catalogue.
    public var name = "any"
    /// Name for people.
    public var title = "any software"
    /// Release that the rest is taken from; empty where there is none.
    public var release = ""
    /// Where the rest was read.
    public var source = ""
    /// What was set to other values than the release has, as `key=value`; nil for nothing.
    public var changes: [String]?

    /// What it does with a layout.
    public var conduct = SoftwareConduct.assumed

    /// Formats that its products may have; nil for all.
    public var formats: [MatrixPrecision]?
    /// Whether it splits matrices over tensor ranks.
    public var tensorParallelism = Ability.present
    /// Schedules of a pipeline; without one nothing is scheduled, and without any there are no pipelines.
    public var schedules = Schedule.allCases
    /// What interleaving needs of the microbatches.
    public var interleaving = Interleaving.anyMicrobatches
    /// How a model may be cut into stages.
    public var stages = StageCut.anyLayers
    /// How it cuts a model into stages where nothing is said.
    public var usualStages = UsualStages.even
    /// What replicas may share without a pipeline.
    public var sharding = Sharding.Stage.allCases
    /// What replicas may share beside a pipeline.
    public var pipelineSharding = Sharding.Stage.allCases
    /// What may be shared in groups smaller than all replicas.
    public var groupSharding: [Sharding.Stage] = [.optimizer, .gradients, .weights]
    /// What a shard group must hold.
    public var shardGroups = ShardGroup.anyRanks
    /// Whether replicas that share nothing go with other kinds of ranks.
    public var unshared = Beside.anyRanks
    /// Kinds of recomputation.
    public var recomputation = LayoutRecomputation.Kind.allCases
    /// Modules that it recomputes by name.
    public var recomputedModules = RecomputedModules(RecomputedModules.named.map(\.module))
    /// Which stages and chunks may recompute different numbers of layers.
    public var recomputedLayers = RecomputedLayers.byStage
    /// Whether tensor ranks may split the sequence, and may leave it whole.
    public var sequenceParallelism = SequenceParallelism.allCases
    /// The same where the model has experts.
    public var expertSequenceParallelism = SequenceParallelism.allCases
    /// The same where there are context ranks.
    public var contextSequenceParallelism = SequenceParallelism.allCases
    /// How attention may reach other context ranks.
    public var contextMethods = ContextMethod.allCases
    /// Ranks that may split an expert's matrices.
    public var expertTensor = ExpertTensor.anyRanks
    /// Whether experts with biases may be split.
    public var splitBiasedExperts = Ability.present
    /// What may be kept on the host, each a choice of its own; nil for all.
    public var offload: [Offload]?
    /// What replicas may share beside states of the optimizer on the host; nil for all.
    public var offloadSharding: [Sharding.Stage]?
    /// Optimizers of replicas that share nothing; nil for all.
    public var unsharedOptimizers: [TrainingOptimizer]?
    /// Optimizers beside gradients or weights that are shared (ZeRO-2 and 3); nil for all.
    public var shardedOptimizers: [TrainingOptimizer]?
    /// Optimizers whose states may be kept on the host; nil for all.
    public var offloadOptimizers: [TrainingOptimizer]?
    /// Modules recomputed by name beside fp8 with delayed scaling; nil for those of other formats.
    public var delayedModules: RecomputedModules?
    /// The optimizer of the job, where some layouts do not go with it; ``running(_:in:)`` sets it.
    public private(set) var optimizer: TrainingOptimizer?
    /// Whether models may predict several tokens ahead.
    public var multiToken = Ability.present
    /// How its kinds of ranks go together.
    public var mesh = Mesh.anyRanks

    /// Runs everything.
    public init() {}

    /// Runs every layout that is legal for a model.
    public static let anything = TrainingSoftware()

    /// Whether it stands for all software.
    public var isAnything: Bool { name == Self.anything.name }

    /// Whether its products may have a format; fp8 of no stated recipe is any of them.
    public func has(_ format: MatrixPrecision) -> Bool {
        guard let formats else { return true }
        guard format == .fp8(.unstated) else { return formats.contains(format) }
        return formats.contains { $0.format == .fp8 }
    }

    /// The same software as it runs a job: an optimizer and a format may exclude layouts that go with others.
    /// - Parameters:
    ///   - optimizer: what updates the weights.
    ///   - format: of the products.
    /// - Returns: the software.
    public func running(_ optimizer: TrainingOptimizer, in format: MatrixPrecision) -> TrainingSoftware {
        var software = self
        let lists = [unsharedOptimizers, shardedOptimizers, offloadOptimizers].compactMap { $0 }
        software.optimizer = lists.allSatisfy { $0.contains(optimizer) } ? nil : optimizer
        if format == .fp8(.delayed), let delayedModules {
            software.recomputedModules.formIntersection(delayedModules)
        }
        return software
    }

    /// Optimizers that a stage of sharding goes with, where the job's is none of them; nil where it is one.
    func optimizers(beside stage: Sharding.Stage) -> [TrainingOptimizer]? {
        let known = stage == .nothing ? unsharedOptimizers : stage > .optimizer ? shardedOptimizers : nil
        guard let known, let optimizer, !known.contains(optimizer) else { return nil }
        return known
    }

    /// Whether a stage of sharding goes with the optimizer of the job.
    public func updates(beside stage: Sharding.Stage) -> Bool { optimizers(beside: stage) == nil }

    /// Whether states of the job's optimizer may be kept on the host.
    public var offloadsOptimizer: Bool {
        guard let offloadOptimizers, let optimizer else { return true }
        return offloadOptimizers.contains(optimizer)
    }

    /// Name and release, as answers have it.
    public var label: String {
        release.isEmpty || name.hasSuffix("-" + release) ? name : "\(name) \(release)"
    }

    /// What interleaving needs of the microbatches.
    public enum Interleaving: String, Hashable, Sendable, Codable, CaseIterable {
        /// Nothing.
        case anyMicrobatches = "any"
        /// A multiple of the stages.
        case wholeRounds = "whole-rounds"
    }

    /// How a model may be cut into stages.
    public enum StageCut: String, Hashable, Sendable, Codable, CaseIterable {
        /// With any number of layers on each.
        case anyLayers = "any"
        /// With as many layers on each.
        case equal
    }

    /// How layers go to stages where nothing is said.
    public enum UsualStages: String, Hashable, Sendable, Codable, CaseIterable {
        /// As many to each, as far as that goes.
        case even
        /// Each stage is full when it holds its share of the weights, the head's counted, the embedding's not.
        case byWeights = "by-weights"
    }

    /// What a shard group must hold.
    public enum ShardGroup: String, Hashable, Sendable, Codable, CaseIterable {
        /// Any ranks of data and context.
        case anyRanks = "any"
        /// All context ranks of each of its replicas.
        case wholeContext = "whole-context"
    }

    /// What plain replicas go with.
    public enum Beside: String, Hashable, Sendable, Codable, CaseIterable {
        /// Ranks of every kind.
        case anyRanks = "any"
        /// No other ranks.
        case nothing = "alone"
    }

    /// Which stages and chunks may recompute different numbers of layers.
    public enum RecomputedLayers: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each stage its own.
        case byStage = "any"
        /// None: as many on each stage.
        case alikeInStages = "alike-in-stages"
        /// None: as many in each chunk of each stage.
        case alikeInChunks = "alike-in-chunks"
    }

    /// How kinds of ranks go together.
    public enum Mesh: String, Hashable, Sendable, Codable, CaseIterable {
        /// As a layout has them.
        case anyRanks = "any"
        /// As axes of a mesh that whole dimensions of arrays are split over: ``NamedAxesProblem``.
        case namedAxes = "named-axes"
    }

    /// Ranks that may split an expert's matrices.
    public enum ExpertTensor: String, Hashable, Sendable, Codable, CaseIterable {
        /// Any number.
        case anyRanks = "any"
        /// As many as split the other matrices, or one.
        case tensorRanks = "tensor-or-one"
        /// As many as split the other matrices where every rank has all experts, one where they lie on several.
        case wholeOnSeveral = "whole-on-several"
    }

    /// Whether it can do something.
    public enum Ability: String, Hashable, Sendable, Codable, CaseIterable {
        /// It can.
        case present = "yes"
        /// It cannot.
        case absent = "no"
    }
}
