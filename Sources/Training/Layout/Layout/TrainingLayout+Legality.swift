extension TrainingLayout {
    /// Everything that keeps the layout from being legal for a model, in a fixed order; empty where it is.
    ///
    /// Layers that PP·v does not divide are legal: stages are then uneven. So are a vocabulary that the tensor
    /// degree does not divide (it is padded), heads of keys fewer than tensor ranks (they are copied), and
    /// microbatches that interleaving does not divide.
    /// - Parameter model: what is trained; assumed valid.
    /// - Returns: typed reasons.
    public func problems(for model: Transformer) -> [LayoutProblem] {
        let ranges = rangeProblems
        guard ranges.isEmpty else { return ranges }
        var problems = tensorProblems(model)
        problems += sequenceProblems(model)
        problems += mixerProblems(model)
        problems += expertProblems(model)
        problems += pipelineProblems(model)
        problems += batchProblems()
        problems += shardingProblems()
        return problems
    }

    /// Checks that the layout is legal for a model.
    /// - Parameters:
    ///   - model: what is trained.
    ///   - gpus: ranks that must be used exactly; nil for any number.
    /// - Throws: ``LayoutProblem``, the first of ``problems(for:)``.
    public func check(for model: Transformer, gpus: Int? = nil) throws(LayoutProblem) {
        if let problem = problems(for: model).first { throw problem }
        if let gpus, gpus != self.gpus { throw .ranks(needed: self.gpus, given: gpus) }
    }

    /// The numbers below 1, and products that are too large to be worked with: until there is none, nothing else
    /// about the layout can be asked.
    public var rangeProblems: [LayoutProblem] {
        guard !isInRange else { return [] }
        let degrees = [
            ("tensor", tensor), ("context", context), ("pipeline", pipeline), ("chunks", chunks),
            ("expert", expert), ("expert_tensor", expertTensor), ("data", data),
            ("microbatch", microbatch), ("global_batch", globalBatch), ("shard_group", sharding.group ?? 1),
        ]
        let low = degrees.filter { $0.1 < 1 }.map { LayoutProblem.notPositive(field: $0.0, value: $0.1) }
        guard low.isEmpty else { return low }
        for factors in [
            [tensor, context, data, pipeline, chunks], [expert, expertTensor], [data, microbatch],
            [globalBatch], [sharding.group ?? 1, tensor],
        ] {
            var product = 1
            for factor in factors {
                let (next, overflow) = product.multipliedReportingOverflow(by: factor)
                guard !overflow, next <= 1 << 31 else { return [.tooManyRanks] }
                product = next
            }
        }
        return []
    }

    /// Whether ``rangeProblems`` has nothing to name for certain, which takes no lists: a search asks it of thousands.
    private var isInRange: Bool {
        let group = sharding.group ?? 1
        let least = min(
            min(tensor, context, pipeline, chunks), min(expert, expertTensor), min(data, microbatch),
            globalBatch,
            group)
        guard least >= 1 else { return false }
        let ranks = Double(tensor) * Double(context) * Double(data) * Double(pipeline) * Double(chunks)
        let most = max(
            ranks, Double(expert) * Double(expertTensor), Double(data) * Double(microbatch),
            Double(globalBatch), Double(group) * Double(tensor))
        return most <= Double(1 << 31)
    }

    private func tensorProblems(_ model: Transformer) -> [LayoutProblem] {
        let form = model.attention.form
        var problems = division("tensor", tensor, "heads", form.heads)
        if case .grouped(let grouped) = form, problems.isEmpty,
            !grouped.keyValueHeads.isMultiple(of: tensor), !tensor.isMultiple(of: grouped.keyValueHeads)
        {
            problems.append(.keyValueHeads(tensor: tensor, heads: grouped.keyValueHeads))
        }
        let feedForward = division("tensor", tensor, "d_ff", model.feedForward.width)
        if !feedForward.isEmpty, model.hasDenseLayers { problems += feedForward }
        if let experts = model.experts, experts.sharedExperts > 0 {
            problems += division("tensor", tensor, "shared_d_ff", experts.sharedWidth * experts.sharedExperts)
        }
        return problems
    }

    /// Recurrences are split by heads over tensor ranks, and over context ranks by an exchange of tokens for heads
    /// (`TransformerConfig` and `ssm/mamba_context_parallel.py` of Megatron-Core 0.19.2); attention to chosen keys gathers
    /// keys from context ranks (`TransformerConfig`, `experimental_attention_variant`).
    private func mixerProblems(_ model: Transformer) -> [LayoutProblem] {
        var problems: [LayoutProblem] = []
        if model.attention.indexer != nil, context > 1, contextMethod != .allGather {
            problems.append(
                .contextMethod(method: contextMethod, mixer: "an indexer of keys", accepted: .allGather))
        }
        guard let recurrence = model.recurrence, model.recurrentLayerCount > 0 else { return problems }
        guard recurrence.isSplit else {
            return problems
                + [("tensor", tensor), ("context", context)].filter { $0.1 > 1 }.map {
                    .unsplitMixer(field: $0.0, value: $0.1, mixer: recurrence.rule.title)
                }
        }
        problems += division("tensor x context", tensor * context, "recurrence heads", recurrence.heads)
        switch recurrence.rule {
        case .gatedDelta:
            problems += division(
                "tensor x context", tensor * context, "recurrence key_heads", recurrence.keyHeads)
        case .mamba2, .mamba1, .lightning:
            let problem = division("tensor", tensor, "recurrence key_heads", recurrence.keyHeads)
            problems += problem
            let groups = recurrence.keyHeads / tensor
            // Fewer groups than context ranks are copied.
            if problem.isEmpty, groups > 0, !context.isMultiple(of: groups) {
                problems += division("context", context, "recurrence key_heads of a tensor rank", groups)
            }
        }
        return problems
    }

    private func sequenceProblems(_ model: Transformer) -> [LayoutProblem] {
        var problems: [LayoutProblem] = []
        let length = model.sequenceLength
        if context > 1 {
            switch contextMethod {
            case .ring where model.attention.mask == .causal:
                if !length.isMultiple(of: 2 * context) {
                    problems.append(
                        .doesNotDivide(
                            field: "2 x context", value: 2 * context, of: "sequence_length", total: length))
                }
            case .ring, .allGather: problems += division("context", context, "sequence_length", length)
            case .allToAll:
                problems += division("context", context, "sequence_length", length)
                if model.attention.form.heads.isMultiple(of: tensor) {
                    let heads = model.attention.form.heads / tensor
                    problems += division("context", context, "heads of a tensor rank", heads)
                }
            }
        }
        if sequenceParallelism == .on, tensor > 1, length.isMultiple(of: context) {
            problems += division("tensor", tensor, "tokens of a context rank", length / context)
        }
        return problems
    }

    private func expertProblems(_ model: Transformer) -> [LayoutProblem] {
        guard let experts = model.experts, model.hasExpertLayers else {
            guard expert > 1 || expertTensor > 1 else { return [] }
            return [("expert", expert), ("expert_tensor", expertTensor)]
                .filter { $0.1 > 1 }.map { .noExperts(field: $0.0, value: $0.1) }
        }
        return division("expert", expert, "experts", experts.experts)
            + division("expert_tensor", expertTensor, "expert d_ff", experts.width)
            + division("expert x expert_tensor", expert * expertTensor, "ranks of a stage", stageRanks)
    }

    private func pipelineProblems(_ model: Transformer) -> [LayoutProblem] {
        var problems: [LayoutProblem] = []
        if !schedule.chunkRange.contains(chunks) {
            problems.append(.chunks(schedule: schedule, chunks: chunks, accepted: schedule.chunkRange))
        }
        if pipeline < schedule.fewestStages {
            problems.append(.noPipeline(schedule: schedule))
        }
        switch spread {
        case .even:
            if cutCount > model.layers {
                problems.append(.tooManyChunks(chunks: cutCount, layers: model.layers))
            }
        case .countingEnds:
            let elements = model.layers + 2 + model.multiTokenDepth
            if cutCount > elements {
                problems.append(.tooManyChunks(chunks: cutCount, layers: elements))
            }
        case .given(let layers):
            if layers.count != cutCount {
                problems.append(
                    .spread(reason: "layers are given for \(layers.count) chunks; \(cutCount) are needed"))
            } else if let count = layers.first(where: { !(0...model.layers).contains($0) }) {
                problems.append(
                    .spread(reason: "a chunk is given \(count) layers; 0 to \(model.layers) are accepted"))
            } else if layers.reduce(0, +) != model.layers {
                problems.append(
                    .spread(
                        reason: "the layers given for the chunks add up to \(layers.reduce(0, +)); "
                            + "\(model.layers) are needed"))
            }
        }
        return problems.isEmpty ? recomputationProblems(model) : problems
    }

    private func recomputationProblems(_ model: Transformer) -> [LayoutProblem] {
        switch recomputation {
        case .nothing, .full: return []
        case .modules(let modules):
            return modules.problem(for: model).map { [.recomputedModules(reason: $0)] } ?? []
        case .layersPerStage(let count):
            let most = stages(of: model).map(\.layerCount).max() ?? 0
            return (1...max(1, most)).contains(count) ? [] : [.recomputedLayers(value: count, most: most)]
        case .layersByStage(let counts):
            guard counts.count == pipeline else {
                return [.recomputedStages(value: counts.count, stages: pipeline)]
            }
            return zip(counts, stages(of: model)).compactMap { count, stage in
                (0...stage.layerCount).contains(count)
                    ? nil : .recomputedLayers(value: count, most: stage.layerCount)
            }
        }
    }

    private func batchProblems() -> [LayoutProblem] {
        var problems = division("data x microbatch", data * microbatch, "global_batch", globalBatch)
        guard problems.isEmpty else { return problems }
        let needs = schedule.needs
        if !needs.stagePairs.accepts(pipeline) {
            problems.append(.notEven(schedule: schedule, field: "pipeline", value: pipeline))
        }
        if !needs.microbatchPairs.accepts(microbatches) {
            problems.append(
                .notEven(schedule: schedule, field: "number of microbatches", value: microbatches))
        }
        let needed = needs.microbatchesPerStage * pipeline
        if microbatches < needed {
            problems.append(.microbatches(schedule: schedule, microbatches: microbatches, needed: needed))
        }
        return problems
    }

    private func shardingProblems() -> [LayoutProblem] {
        guard let group = sharding.group else { return [] }
        guard sharding.stage > .nothing else { return [.shardGroupWithoutSharding(group: group)] }
        let problems = division("shard_group", group, "data x context", gradientRanks)
        guard problems.isEmpty, expert * expertTensor > 1 else { return problems }
        return division(
            "expert x expert_tensor", expert * expertTensor, "ranks of a shard group with tensor ranks",
            group * tensor)
    }

    private func division(_ field: String, _ value: Int, _ other: String, _ total: Int) -> [LayoutProblem] {
        total.isMultiple(of: value)
            ? [] : [.doesNotDivide(field: field, value: value, of: other, total: total)]
    }
}
