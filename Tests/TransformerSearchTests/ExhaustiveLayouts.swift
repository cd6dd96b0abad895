import Training

@testable import TransformerModel

/// Every legal layout by plain loops, priced one by one: the oracle of the search.
struct ExhaustiveLayouts {
    let model: TransformerStepModel
    let gpus: Int
    let globalBatch: Int
    /// Whether shard groups may have every size, or are the largest, also of powers of two, of which a domain holds a
    /// whole number.
    var everyGroup = false
    /// Whether only layouts that use all accelerators count.
    var usesAll = false
    /// Which stages of sharding, data degrees, microbatches and offloads may be chosen, and by which software.
    var limits = LayoutLimits()
    /// Choices of recomputation by module; ``search()`` lists them.
    private(set) var byModule: [LayoutRecomputation] = []

    /// The number of legal layouts, those that fit among them, and the fastest of these.
    func search() -> (legal: Int, fitting: Int, best: PricedLayout?) {
        var legal = 0
        var fitting = 0
        var best: PricedLayout?
        func take(_ layout: TrainingLayout) {
            guard limits.software.problems(with: layout, for: model.job.model).isEmpty else { return }
            let memory = model.memory(layout)
            guard memory.total <= model.machine.memory.usable,
                memory.host <= (model.machine.host ?? .assumed).capacity
            else { return }
            fitting += 1
            let priced = PricedLayout(layout: layout, step: model.step(layout), memory: memory)
            if let known = best, known.step.total <= priced.step.total { return }
            best = priced
        }
        var listed = self
        listed.byModule = setsOfModules
        listed.forEachLayout { layout in
            guard !usesAll || layout.gpus == gpus else { return }
            legal += 1
            take(layout)
            guard layout.recomputation == .nothing, layout.spread == .even, let cut = cut(layout) else {
                return
            }
            legal += 1
            if let cut = cut { take(cut) }
        }
        return (legal, fitting, best)
    }

    /// The layout with its stages cut; nil where they cannot be cut, nil inside where no cut is better.
    private func cut(_ layout: TrainingLayout) -> TrainingLayout?? {
        let transformer = model.job.model
        let choices = StageBalance.Choices(limits)
        let stages = StageTable(layout, model: transformer)
        guard !layout.offload.contains(.activations),
            StageBalance.isOpen(
                layout.schedule, pipeline: layout.pipeline, kinds: stages.kinds, choices: choices)
        else { return nil }
        let costs = model.costs(of: layout)
        let transfer = model.transferSeconds(layout, StepSpreads(layout, placement: model.placement))
        let even = StageBalance.pipeline(
            layout, of: model, costs: costs, stages: stages, transfer: transfer)
        let outcome = StageBalance(model: model).balanced(
            layout, costs: costs, chain: model.chainCosts(layout, costs: costs, stages: stages),
            choices: choices, transfer: transfer,
            limit: model.fits(layout) ? StageBalance.shorter * even : .infinity)
        guard case .found(let cut, _) = outcome else { return .some(nil) }
        return .some(cut)
    }

    private func forEachLayout(_ visit: (TrainingLayout) -> Void) {
        let transformer = model.job.model
        for tensor in 1...gpus {
            for context in 1...gpus where tensor * context <= gpus {
                for data in limits.data ?? Array(1...gpus) where tensor * context * data <= gpus {
                    for pipeline in 1...min(transformer.layers, gpus)
                    where tensor * context * data * pipeline <= gpus {
                        let layout = TrainingLayout(
                            tensor: tensor, context: context, pipeline: pipeline, data: data,
                            globalBatch: globalBatch)
                        methods(layout, visit)
                    }
                }
            }
        }
    }

    private func methods(_ given: TrainingLayout, _ visit: (TrainingLayout) -> Void) {
        var layout = given
        for method in given.context > 1 ? limits.contextMethods : [ContextMethod.ring] {
            for sequence in given.tensor > 1 ? SequenceParallelism.allCases : [.off] {
                for expert in 1...max(1, model.job.model.experts?.experts ?? 1) {
                    for split in 1...given.tensor where given.tensor.isMultiple(of: split) {
                        for microbatch in limits.microbatch ?? Array(1...globalBatch) {
                            layout.contextMethod = method
                            layout.sequenceParallelism = sequence
                            layout.expert = expert
                            layout.expertTensor = split
                            layout.microbatch = microbatch
                            schedules(layout, visit)
                        }
                    }
                }
            }
        }
    }

    /// What may be sharded, over all ranks, over the most that divide a domain, or over any number that divides them.
    private func shardings(_ layout: TrainingLayout) -> [Sharding] {
        let ranks = layout.gradientRanks
        guard ranks > 1 else { return [Sharding(limits.sharding[0])] }
        var shardings = limits.sharding.contains(.nothing) ? [Sharding()] : []
        for stage in limits.sharding where stage > .nothing {
            shardings.append(Sharding(stage))
            for group in 2..<max(2, ranks) where ranks.isMultiple(of: group) {
                let isPowerOfTwo = group & (group - 1) == 0
                let isLargest = model.placement.domainSizes.contains { domain in
                    domain.isMultiple(of: layout.tensor * group)
                        && (group + 1...ranks).allSatisfy {
                            !ranks.isMultiple(of: $0) || !domain.isMultiple(of: layout.tensor * $0)
                                || isPowerOfTwo && $0 & ($0 - 1) != 0
                        }
                }
                if everyGroup || isLargest { shardings.append(Sharding(stage, group: group)) }
            }
        }
        return shardings
    }

    private func schedules(_ given: TrainingLayout, _ visit: (TrainingLayout) -> Void) {
        let transformer = model.job.model
        var layout = given
        for schedule in limits.schedules {
            for chunks in 1...(transformer.layers + 2) {
                layout.schedule = schedule
                layout.chunks = chunks
                layout.spread = .even
                let even =
                    layout.problems(for: transformer).isEmpty ? layout.layersByChunk(of: transformer) : nil
                recomputations(layout, visit)
                layout.spread = .countingEnds
                guard schedule.placement != .opposed, layout.problems(for: transformer).isEmpty,
                    layout.layersByChunk(of: transformer) != even
                else { continue }
                recomputations(layout, visit)
            }
        }
    }

    /// By name all sets of modules there are, but the one that `selective` stands for.
    private var setsOfModules: [LayoutRecomputation] {
        (1..<UInt16(1) << RecomputedModules.named.count).map { RecomputedModules(rawValue: $0) }
            .filter { $0.problem(for: model.job.model) == nil && $0 != limits.software.conduct.selective }
            .map { .modules($0) }
    }

    private func recomputations(_ given: TrainingLayout, _ visit: (TrainingLayout) -> Void) {
        var layout = given
        guard layout.problems(for: model.job.model).isEmpty else { return }
        let most = layout.stages(of: model.job.model).map(\.layerCount).max() ?? 0
        for sharding in shardings(layout) {
            layout.sharding = sharding
            layout.recomputation = .nothing
            guard layout.problems(for: model.job.model).isEmpty else { continue }
            var choices: [LayoutRecomputation] = [.nothing, .selective, .full]
            choices += (1..<max(1, most)).map { .layersPerStage($0) }
            choices += byModule
            for choice in choices {
                layout.recomputation = choice
                for offload in limits.offload {
                    layout.offload = offload
                    visit(layout)
                }
            }
        }
    }
}
