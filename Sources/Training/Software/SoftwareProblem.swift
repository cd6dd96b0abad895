/// Why a training software cannot run a layout that is legal for a model.
public enum SoftwareProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its products have no such format.
    case format(TrainingPrecision, known: [MatrixPrecision])
    /// It splits no matrices.
    case tensor
    /// It has no pipelines.
    case pipeline
    /// It lacks the schedule.
    case schedule(Schedule, known: [Schedule])
    /// Interleaving needs microbatches in multiples of the stages.
    case rounds(microbatches: Int, stages: Int)
    /// Stages must hold as many layers each.
    case unequalStages
    /// What replicas share does not go with the software, or not with a pipeline.
    case sharding(Sharding.Stage, known: [Sharding.Stage], isPipeline: Bool)
    /// What is shared in groups must be something else.
    case shardGroup(Sharding.Stage, known: [Sharding.Stage])
    /// A shard group must hold all context ranks of its replicas.
    case contextGroups(group: Int, context: Int)
    /// Replicas that share nothing go with no other ranks.
    case unsharedReplicas
    /// It lacks the kind of recomputation.
    case recomputation(LayoutRecomputation.Kind, known: [LayoutRecomputation.Kind])
    /// It does not recompute some modules by name.
    case recomputedModules(RecomputedModules, known: RecomputedModules)
    /// It recomputes as many layers on every stage.
    case recomputedByStage
    /// It recomputes as many layers in every chunk.
    case recomputedInChunks(layers: Int, chunks: Int)
    /// Sequence parallelism must be on or off.
    case sequenceParallelism(needed: SequenceParallelism, hasExperts: Bool)
    /// Sequence parallelism must be on or off beside context ranks.
    case sequenceBesideContext(needed: SequenceParallelism)
    /// It lacks the way of attention to other context ranks.
    case contextMethod(ContextMethod, known: [ContextMethod])
    /// Experts are split over as many ranks as the rest, or over none.
    case expertTensor(Int, tensor: Int)
    /// Experts are split over all tensor ranks or over none, by whether they lie on several ranks.
    case expertSplit(needed: Int)
    /// Experts with biases are whole.
    case biasedExperts
    /// It keeps something else on the host.
    case offload(Offload, known: [Offload])
    /// Something else must be shared beside states on the host.
    case offloadSharding(Sharding.Stage, known: [Sharding.Stage])
    /// What replicas share does not go with the optimizer.
    case optimizer(TrainingOptimizer, Sharding.Stage, known: [TrainingOptimizer])
    /// States of the optimizer are not kept on the host.
    case offloadOptimizer(TrainingOptimizer, known: [TrainingOptimizer])
    /// Models that predict several tokens ahead.
    case multiToken
    /// Its axes do not hold the ranks.
    case axes(NamedAxesProblem)

    /// One clause: what it cannot do, and what it could.
    public var description: String {
        switch self {
        case .format(let precision, let known):
            "it has no \(precision.name); \(Self.list(known.map { TrainingPrecision(matrix: $0).name })) "
                + (known.count == 1 ? "is there" : "are there")
        case .tensor: "it splits no matrices over tensor ranks"
        case .pipeline: "it has no pipelines"
        case .schedule(let schedule, let known):
            "it has no schedule \(schedule.rawValue); \(Self.list(known.map(\.rawValue))) "
                + (known.count == 1 ? "is there" : "are there")
        case .rounds(let microbatches, let stages):
            "interleaving needs microbatches in multiples of pipeline \(stages), not \(microbatches)"
        case .unequalStages: "it chooses where stages begin; equal stages are needed"
        case .sharding(let stage, let known, let isPipeline):
            "ZeRO-\(stage.rawValue) does not go with \(isPipeline ? "its pipelines" : "it"); ZeRO-"
                + Self.list(known.map { "\($0.rawValue)" })
                + (known.count == 1 ? " does" : " do")
        case .shardGroup(let stage, let known):
            "shard groups are there for ZeRO-\(Self.list(known.map { "\($0.rawValue)" })), not for "
                + "ZeRO-\(stage.rawValue)"
        case .contextGroups(let group, let context):
            "a shard group of \(group) must hold whole context groups of \(context)"
        case .unsharedReplicas: "replicas without sharding go with no other kind of ranks"
        case .recomputedModules(let modules, let known):
            "it does not recompute \(modules.name) by name; \(Self.list(known.names)) are there"
        case .recomputation(let kind, let known):
            "it has no recomputation of the kind \(kind.rawValue); \(Self.list(known.map(\.rawValue))) are there"
        case .recomputedByStage:
            "it recomputes as many layers on every stage; plan with --fix stages=even, or with other stages"
        case .recomputedInChunks(let layers, let chunks):
            "it recomputes as many layers in each of \(chunks) chunks of a stage; \(layers) is not a multiple "
                + "of \(chunks)"
        case .sequenceParallelism(let needed, let hasExperts):
            "tensor ranks\(hasExperts ? " beside experts" : "") need sequence parallelism \(needed.rawValue)"
        case .sequenceBesideContext(let needed):
            "context ranks beside tensor ranks need sequence parallelism \(needed.rawValue)"
        case .contextMethod(_, let known) where known.isEmpty: "it has no context ranks"
        case .contextMethod(let method, let known):
            "context ranks exchange by \(Self.list(known.map(\.rawValue))), not by \(method.rawValue)"
        case .expertTensor(let ranks, let tensor):
            "experts are split over the same \(tensor) tensor ranks as the rest, or over none; not over \(ranks)"
        case .offload(let offload, let known):
            "it does not keep \(offload.name) on the host; "
                + Self.list(known.map { $0.isEmpty ? "nothing" : $0.name }) + " can be kept there"
        case .biasedExperts: "experts with biases are whole there; plan with --fix expert_tensor=1"
        case .expertSplit(1): "experts on several ranks are whole there; plan with --fix expert_tensor=1"
        case .expertSplit(let needed):
            "experts that lie on every rank are split over its tensor ranks; plan with --fix expert_tensor=\(needed)"
        case .offloadSharding(let stage, let known):
            "the optimizer on the host goes with ZeRO-\(Self.list(known.map { "\($0.rawValue)" })), not with "
                + "ZeRO-\(stage.rawValue)"
        case .optimizer(let optimizer, let stage, let known):
            "its ZeRO-\(stage.rawValue) does not go with \(optimizer.rawValue), but with "
                + Self.list(known.map(\.rawValue))
        case .offloadOptimizer(let optimizer, let known):
            "it does not keep states of \(optimizer.rawValue) on the host, but of "
                + Self.list(known.map(\.rawValue))
        case .multiToken: "it has no multi-token prediction"
        case .axes(let problem): problem.description
        }
    }

    private static func list(_ words: [String]) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
    }
}

extension TrainingSoftware {
    /// Whether it runs a layout that is legal for a model.
    ///
    /// Allocates nothing: a search asks it of every layout.
    public func runs(_ layout: TrainingLayout, for model: Transformer) -> Bool {
        guard !isAnything else { return true }
        var runs = true
        forEachProblem(layout, model) { _ in
            runs = false
            return false
        }
        return runs
    }

    /// Whether it may run a layout with such tensor, sequence, context and expert degrees.
    /// - Parameters:
    ///   - block: a layout, of which the other decisions do not matter.
    ///   - model: what is trained.
    /// - Returns: false where it runs none.
    public func runs(block: TrainingLayout, of model: Transformer) -> Bool {
        isAnything || forEachBlockProblem(block, model) { _ in false }
    }

    /// Whether it runs a schedule with whole rounds of microbatches alone, one for each stage of the pipeline.
    public func runsInRounds(_ schedule: Schedule) -> Bool {
        !isAnything && (mesh == .namedAxes || needsWholeRounds(schedule))
    }

    private func needsWholeRounds(_ schedule: Schedule) -> Bool {
        interleaving == .wholeRounds && schedule == .interleaved
    }

    /// Everything that keeps it from running a layout that is legal for a model.
    /// - Parameters:
    ///   - layout: legal for the model.
    ///   - model: what is trained.
    /// - Returns: typed reasons in a fixed order; empty where it runs.
    public func problems(with layout: TrainingLayout, for model: Transformer) -> [SoftwareProblem] {
        var problems: [SoftwareProblem] = []
        forEachProblem(layout, model) {
            problems.append($0)
            return true
        }
        return problems
    }

    /// Visits the problems until a visit answers false.
    @inline(__always)
    private func forEachProblem(
        _ layout: TrainingLayout, _ model: Transformer, _ visit: (SoftwareProblem) -> Bool
    ) {
        if layout.tensor > 1, tensorParallelism == .absent {
            guard visit(.tensor) else { return }
        }
        if layout.pipeline > 1 {
            if !schedules.contains(layout.schedule) {
                let problem: SoftwareProblem =
                    schedules.isEmpty ? .pipeline : .schedule(layout.schedule, known: schedules)
                guard visit(problem) else { return }
            }
            if needsWholeRounds(layout.schedule),
                !layout.microbatches.isMultiple(of: layout.pipeline)
            {
                guard visit(.rounds(microbatches: layout.microbatches, stages: layout.pipeline)) else {
                    return
                }
            }
            if stages == .equal, !layout.hasEqualStages(for: model) {
                guard visit(.unequalStages) else { return }
            }
        }
        let known = layout.pipeline > 1 ? pipelineSharding : sharding
        // One rank that holds the weights shares nothing, whatever it is called.
        if layout.gradientRanks > 1 {
            guard
                known.contains(layout.sharding.stage)
                    || visit(
                        .sharding(layout.sharding.stage, known: known, isPipeline: layout.pipeline > 1))
            else { return }
            if let optimizer, let known = optimizers(beside: layout.sharding.stage) {
                guard visit(.optimizer(optimizer, layout.sharding.stage, known: known)) else { return }
            }
            if layout.offload.contains(.optimizer), let offloadSharding,
                !offloadSharding.contains(layout.sharding.stage)
            {
                guard visit(.offloadSharding(layout.sharding.stage, known: offloadSharding)) else { return }
            }
            if let group = layout.sharding.group, group < layout.gradientRanks,
                !groupSharding.contains(layout.sharding.stage)
            {
                guard visit(.shardGroup(layout.sharding.stage, known: groupSharding)) else { return }
            }
            if shardGroups == .wholeContext, layout.sharding.stage > .nothing,
                !layout.shardRanks.isMultiple(of: layout.context)
            {
                let problem = SoftwareProblem.contextGroups(
                    group: layout.shardRanks, context: layout.context)
                guard visit(problem) else { return }
            }
            if unshared == .nothing, layout.sharding.stage == .nothing, layout.gpus > layout.data {
                guard visit(.unsharedReplicas) else { return }
            }
        }
        guard forEachRecomputationProblem(layout, visit) else { return }
        guard forEachBlockProblem(layout, model, visit) else { return }
        if let offload, !offload.contains(layout.offload) {
            guard visit(.offload(layout.offload, known: offload)) else { return }
        }
        if let optimizer, layout.offload.contains(.optimizer), !offloadsOptimizer {
            guard visit(.offloadOptimizer(optimizer, known: offloadOptimizers ?? [])) else { return }
        }
        if multiToken == .absent, model.multiTokenDepth > 0 {
            guard visit(.multiToken) else { return }
        }
        if mesh == .namedAxes { NamedAxesProblem.forEach(layout, model) { visit(.axes($0)) } }
    }

    /// What is wrong with tensor, context and expert degrees, whatever is around them.
    /// - Returns: whether to go on.
    @inline(__always)
    private func forEachBlockProblem(
        _ layout: TrainingLayout, _ model: Transformer, _ visit: (SoftwareProblem) -> Bool
    ) -> Bool {
        if layout.tensor > 1 {
            let hasExperts = model.hasExpertLayers
            let known = hasExperts ? expertSequenceParallelism : sequenceParallelism
            if !known.contains(layout.sequenceParallelism), let needed = known.first {
                guard visit(.sequenceParallelism(needed: needed, hasExperts: hasExperts)) else {
                    return false
                }
            }
            if layout.context > 1, !contextSequenceParallelism.contains(layout.sequenceParallelism),
                let needed = contextSequenceParallelism.first
            {
                guard visit(.sequenceBesideContext(needed: needed)) else { return false }
            }
        }
        if layout.context > 1, !contextMethods.contains(layout.contextMethod) {
            guard visit(.contextMethod(layout.contextMethod, known: contextMethods)) else { return false }
        }
        if expertTensor == .tensorRanks, layout.expertTensor > 1, layout.expertTensor != layout.tensor {
            guard visit(.expertTensor(layout.expertTensor, tensor: layout.tensor)) else { return false }
        }
        if splitBiasedExperts == .absent, layout.expertTensor > 1, model.biases.contains(.feedForward),
            model.hasExpertLayers
        {
            guard visit(.biasedExperts) else { return false }
        }
        if expertTensor == .wholeOnSeveral, layout.tensor > 1, model.experts != nil {
            let needed = layout.expert > 1 ? 1 : layout.tensor
            if layout.expertTensor != needed {
                guard visit(.expertSplit(needed: needed)) else { return false }
            }
        }
        return true
    }

    /// - Returns: whether to go on.
    private func forEachRecomputationProblem(
        _ layout: TrainingLayout, _ visit: (SoftwareProblem) -> Bool
    ) -> Bool {
        let kind = layout.recomputation.kind
        guard recomputation.contains(kind) else {
            return visit(.recomputation(kind, known: recomputation))
        }
        switch layout.recomputation {
        case .nothing, .full: return true
        case .modules(let modules):
            let unknown = modules.subtracting(recomputedModules).subtracting(.softwareChoice)
            return unknown.isEmpty || visit(.recomputedModules(unknown, known: recomputedModules))
        case .layersByStage: return recomputedLayers == .byStage || visit(.recomputedByStage)
        case .layersPerStage(let count):
            guard recomputedLayers == .alikeInChunks, !count.isMultiple(of: layout.chunks) else {
                return true
            }
            return visit(.recomputedInChunks(layers: count, chunks: layout.chunks))
        }
    }
}

extension TrainingLayout {
    /// Whether all chunks hold as many layers.
    fileprivate func hasEqualStages(for model: Transformer) -> Bool {
        switch spread {
        case .even: model.layers.isMultiple(of: pipeline * chunks)
        case .countingEnds: false
        case .given(let layers): layers.allSatisfy { $0 == layers.first }
        }
    }
}
