import Optimization
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
        leavesOfSharding(
            choice, pipeline: pipeline, microbatches: globalBatch / (data * block.microbatch))
            * shardings(block, data: data)
    }

    /// Leaves of a pipeline degree for one choice of sharding.
    func leavesOfSharding(_ choice: LayoutLimits.StageChoice, pipeline: Int, microbatches: Int) -> Int {
        cuts.leaves(pipeline: pipeline, microbatches: microbatches, stages: choice) * offloads(choice).count
    }

    /// Leaves of a block's layout with some data degree and some pipeline degrees.
    func leaves(
        _ choice: LayoutLimits.StageChoice, _ block: TrainingLayout, places: Range<Int>, data: Int
    ) -> Int {
        cuts.leaves(
            places: places, microbatches: globalBatch / (data * block.microbatch), stages: choice)
            * shardings(block, data: data) * offloads(choice).count
    }

    /// Visits the legal pairs of pipeline and data degree of a block.
    func forEachGrid(_ block: Block, _ visit: (_ pipeline: Int, _ data: Int) -> Void) {
        for data in block.dataDegrees {
            for place in places(block.layout, data: data) { visit(cuts.pipelines[place], data) }
        }
    }

    /// The pipeline degrees that a block's layout may have with a data degree, as places: none where the degree leaves too
    /// few ranks, or its ranks do not suit the experts.
    func places(_ block: TrainingLayout, data: Int) -> Range<Int> {
        let ranks = block.tensor * block.context * data
        guard ranks <= gpus, ranks.isMultiple(of: block.expert * block.expertTensor) else { return 0..<0 }
        return floor.places(ranks: ranks)
    }

    /// What may be offloaded; stages with activations on the host are left even.
    func offloads(_ choice: LayoutLimits.StageChoice) -> [Offload] {
        choice != .balanced ? limits.offload : limits.offload.filter { !$0.contains(.activations) }
    }

    /// How many choices of sharding there are: what ``forEachSharding(of:data:_:)`` visits, counted faster.
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

    /// Visits what may be sharded and over which groups: one choice alone where there is nothing to share.
    func forEachSharding(of layout: TrainingLayout, data: Int, _ visit: (Sharding) -> Void) {
        let ranks = data * layout.context
        guard ranks > 1 else {
            if limits.shardGroups.allowsNone, let first = limits.sharding.first { visit(Sharding(first)) }
            return
        }
        for stage in limits.sharding {
            guard stage > .nothing else {
                if limits.shardGroups.allowsNone { visit(Sharding(stage)) }
                continue
            }
            limits.shardGroups.forEach(
                tensor: layout.tensor, ranks: ranks, experts: layout.expert * layout.expertTensor,
                domains: placement.domainSizes
            ) { visit(Sharding(stage, group: $0)) }
        }
    }
}

/// How many layouts lie below blocks, by choice of stages: below all there are, and below each that is asked for.
///
/// Blocks that agree in what the count depends on are counted once: tensor and context degree, ranks that experts
/// need in multiples, and microbatch size.
final class LeafTable {
    private struct Key: Hashable {
        var tensor: Int
        var context: Int
        /// Ranks that experts need in multiples.
        var experts: Int
        var microbatch = 0
    }

    private var totals = [Int](repeating: 0, count: LayoutLimits.StageChoice.allCases.count)
    private var known: [Key: [Int]] = [:]

    /// Counts the leaves of all blocks; where the clock ends first, some are missing.
    ///
    /// What is shared among the data ranks does not depend on the microbatches, and their number not on what ranks of a
    /// tensor and what of a context are.
    func count(_ space: TransformerSpace) {
        let degrees = space.cuts.dataDegrees(dividing: space.globalBatch)
        var shapes: [Key: Int] = [:]
        space.splits.forEachCount(gpus: space.gpus) { tensor, context, experts in
            shapes[Key(tensor: tensor, context: context, experts: experts), default: 0] += 1
        }
        var known: [Int: [[Int]]] = [:]
        let offloads = LayoutLimits.StageChoice.allCases.map { choice in
            space.limits.stages.contains(choice) ? space.offloads(choice).count : 0
        }
        var totals = totals
        for (key, count) in shapes where !space.clock.isOver {
            let shape = TrainingLayout(tensor: key.tensor, context: key.context, expert: key.experts)
            let inner = shape.tensor * shape.context
            let pipelines = known[inner] ?? degrees.map { Self.pipelines(space, inner: inner, data: $0) }
            known[inner] = pipelines
            for (data, leaves) in zip(degrees, pipelines) where !space.places(shape, data: data).isEmpty {
                let shardings = count * space.shardings(shape, data: data)
                for choice in totals.indices {
                    totals[choice] += shardings * offloads[choice] * leaves[choice]
                }
            }
        }
        self.totals = totals
    }

    /// Ways to cut the model with some data ranks, over all microbatch sizes that go with them, by choice of stages.
    private static func pipelines(_ space: TransformerSpace, inner: Int, data: Int) -> [Int] {
        var leaves = [Int](repeating: 0, count: LayoutLimits.StageChoice.allCases.count)
        let places = space.floor.places(ranks: inner * data)
        guard !places.isEmpty else { return leaves }
        for microbatch in space.blocks.microbatches {
            let (microbatches, rest) = space.globalBatch.quotientAndRemainder(dividingBy: data * microbatch)
            guard rest == 0 else { continue }
            for choice in space.limits.stages {
                leaves[choice.index] += space.cuts.leaves(
                    places: places, microbatches: microbatches, stages: choice)
            }
        }
        return leaves
    }

    /// Leaves of all blocks.
    func total(_ choice: LayoutLimits.StageChoice) -> Int { totals[choice.index] }

    /// Leaves of a block.
    func leaves(
        _ choice: LayoutLimits.StageChoice, _ block: TrainingLayout, of space: TransformerSpace
    ) -> Int {
        let key = Key(
            tensor: block.tensor, context: block.context, experts: block.expert * block.expertTensor,
            microbatch: block.microbatch)
        if let counts = known[key] { return counts[choice.index] }
        var counts = [Int](repeating: 0, count: totals.count)
        for data in space.cuts.dataDegrees(dividing: space.globalBatch / block.microbatch) {
            let places = space.places(block, data: data)
            for choice in space.limits.stages {
                counts[choice.index] += space.leaves(choice, block, places: places, data: data)
            }
        }
        known[key] = counts
        return counts[choice.index]
    }
}
