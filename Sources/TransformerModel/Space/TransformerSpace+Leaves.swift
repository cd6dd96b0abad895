import Training

/// What lies below a block, and how much of it there is.
extension TransformerSpace {
    func leaves(_ choice: LayoutLimits.StageChoice, _ block: Block, pipeline: Int, data: Int) -> Int {
        leaves(choice, block.layout, pipeline: pipeline, data: data)
    }

    /// Leaves of a block's layout with some pipeline and data degree.
    func leaves(
        _ choice: LayoutLimits.StageChoice, _ block: TrainingLayout, pipeline: Int, data: Int
    ) -> Int {
        cuts.leaves(
            pipeline: pipeline, microbatches: globalBatch / (data * block.microbatch), stages: choice)
            * shardings(block, data: data) * offloads(choice).count
    }

    /// Leaves of a block's layout with some data degree and all pipeline degrees up to one.
    func leaves(
        _ choice: LayoutLimits.StageChoice, _ block: TrainingLayout, pipelinesUpTo most: Int, data: Int
    ) -> Int {
        cuts.leaves(
            pipelinesUpTo: most, microbatches: globalBatch / (data * block.microbatch), stages: choice)
            * shardings(block, data: data) * offloads(choice).count
    }

    /// Visits the legal pairs of pipeline and data degree of a block.
    func forEachGrid(_ block: Block, _ visit: (_ pipeline: Int, _ data: Int) -> Void) {
        for data in block.dataDegrees {
            guard let most = mostStages(block.layout, data: data) else { continue }
            for pipeline in cuts.pipelines.prefix(cuts.count(upTo: most)) { visit(pipeline, data) }
        }
    }

    /// The most stages that a pipeline of a block's layout may have with a data degree.
    /// - Returns: nil where the degree leaves too few ranks, or its ranks do not suit the experts.
    func mostStages(_ block: TrainingLayout, data: Int) -> Int? {
        let ranks = block.tensor * block.context * data
        guard ranks <= gpus, ranks.isMultiple(of: block.expert * block.expertTensor) else { return nil }
        return gpus / ranks
    }

    /// What may be offloaded; stages with activations on the host are left even.
    func offloads(_ choice: LayoutLimits.StageChoice) -> [Offload] {
        choice != .balanced ? limits.offload : limits.offload.filter { !$0.contains(.activations) }
    }

    /// How many choices of sharding there are: what ``shardings(of:data:)`` lists, counted faster.
    func shardings(_ block: TrainingLayout, data: Int) -> Int {
        let ranks = data * block.context
        guard ranks > 1 else { return limits.shardGroups.allowsNone ? min(1, limits.sharding.count) : 0 }
        var groups = 0
        limits.shardGroups.forEach(
            tensor: block.tensor, ranks: ranks, experts: block.expert * block.expertTensor,
            domains: placement.domainSizes
        ) { _ in groups += 1 }
        let plain = limits.shardGroups.allowsNone ? limits.sharding.count - shardedStages : 0
        return plain + shardedStages * groups
    }

    /// What may be sharded and over which groups: one choice alone where there is nothing to share.
    func shardings(of block: Block, data: Int) -> [Sharding] {
        let layout = block.layout
        let ranks = data * layout.context
        var shardings: [Sharding] = []
        guard ranks > 1 else {
            if limits.shardGroups.allowsNone, let first = limits.sharding.first {
                shardings.append(Sharding(first))
            }
            return shardings
        }
        for stage in limits.sharding {
            guard stage > .nothing else {
                if limits.shardGroups.allowsNone { shardings.append(Sharding(stage)) }
                continue
            }
            limits.shardGroups.forEach(
                tensor: layout.tensor, ranks: ranks, experts: block.expertRanks,
                domains: placement.domainSizes
            ) { shardings.append(Sharding(stage, group: $0)) }
        }
        return shardings
    }
}

/// How many layouts lie below each block, by choice of stages.
///
/// Blocks that agree in what the count depends on are counted once: tensor and context degree, ranks that experts
/// need in multiples, and microbatch size.
struct LeafTable: Sendable {
    private var microbatches = 1
    /// For each shape of blocks, the place of its counts.
    private var places: [Int32] = []
    /// By place, microbatch size and choice of stages.
    private var counts: [Int] = []
    private var totals = [Int](repeating: 0, count: LayoutLimits.StageChoice.allCases.count)

    /// Counts nothing.
    init() {}

    /// Counts; where the clock ends first, some are missing.
    init(_ space: TransformerSpace) {
        let blocks = space.blocks
        let choices = LayoutLimits.StageChoice.allCases
        microbatches = Swift.max(1, blocks.microbatches.count)
        let chosen = choices.map(space.limits.stages.contains)
        let degrees = blocks.microbatches.map { space.cuts.dataDegrees(dividing: space.globalBatch / $0) }
        var known: [[Int]: Int32] = [:]
        for shape in blocks.shapes {
            let key = [shape.tensor, shape.context, shape.expert * shape.expertTensor]
            let place = known[key] ?? Int32(known.count)
            places.append(place)
            guard known[key] == nil, !space.clock.isOver else { continue }
            known[key] = place
            for (microbatch, data) in zip(blocks.microbatches, degrees) {
                var layout = shape
                layout.microbatch = microbatch
                for (choice, isChosen) in zip(choices, chosen) {
                    var count = 0
                    for data in data where isChosen {
                        guard let most = space.mostStages(layout, data: data) else { continue }
                        count += space.leaves(choice, layout, pipelinesUpTo: most, data: data)
                    }
                    counts.append(count)
                }
            }
        }
        guard !space.clock.isOver else { return }
        for block in blocks.indices {
            for choice in choices { totals[choice.index] += leaves(choice, block: block) }
        }
    }

    /// Leaves of all blocks.
    func total(_ choice: LayoutLimits.StageChoice) -> Int { totals[choice.index] }

    /// Leaves of a block.
    func leaves(_ choice: LayoutLimits.StageChoice, block index: Int) -> Int {
        let (shape, microbatch) = index.quotientAndRemainder(dividingBy: microbatches)
        return counts[(Int(places[shape]) * microbatches + microbatch) * totals.count + choice.index]
    }
}
