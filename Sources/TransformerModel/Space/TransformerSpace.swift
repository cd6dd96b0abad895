import Optimization
import Training

/// A layout with its price: a leaf of the space.
public struct PricedLayout: Hashable, Sendable {
    /// The layout.
    public let layout: TrainingLayout
    /// Time of a step.
    public let step: StepBreakdown
    /// Memory of the fullest rank.
    public let memory: MemoryFootprint

    /// Takes a layout with its price.
    public init(layout: TrainingLayout, step: StepBreakdown, memory: MemoryFootprint) {
        self.layout = layout
        self.step = step
        self.memory = memory
    }
}

/// The layouts of one transformer, batch and number of accelerators, as a tree.
///
/// Decisions in order: stages even, even with the ends counted, or balanced; what one rank computes in a layer for a microbatch (tensor, sequence, context, expert
/// degrees and microbatch: a *block*); pipeline and data degree; schedule with its chunks; sharding and
/// recomputation. Layouts may leave accelerators idle.
///
/// Bounds, all of the pricing model's own parts:
/// - block: Σ, the time of all layers and ends for one microbatch without recomputation and without pipeline
///   transfers, is shared by p stages, so the slowest takes at least Σ/p, and the G/(d·b) microbatches take
///   G·Σ/(d·b·p) ≥ G·Σ·t·c/(b·N). The growth with the accelerators used falls slower than that, so N bounds
///   it too;
/// - pipeline and data: the same with p and d known, the slowest stage having at least ⌈L/p⌉ layers, and the
///   smallest bubble of the schedules;
/// - memory: states sharded as far as may be, one microbatch in flight, kept whole or recomputed, whichever
///   is less;
/// - recomputation: more recomputed layers never take less time, so the fewest that fit are the best of
///   their kind; not so with activations on the host, where every choice is priced;
/// - balance: however a model is cut, the slowest stage takes at least Σ/p and holds at least ⌈L/p⌉ layers,
///   and what fits into a stage and is done in time limits its layers (`StageFloor`).
public struct TransformerSpace: SearchSpace {
    /// The decisions in the order in which nodes fix them.
    public let axes = ["stages", "block", "pipeline_data", "schedule", "sharding_recomputation"]

    /// Names of the rules that discard subtrees.
    public let pruneRules = [
        "block_bound", "pipeline_bound", "schedule_bound", "memory", "recomputation_dominance", "deadline",
        "balance_bound",
    ]

    enum Rule {
        static let block = PruneRule(0)
        static let grid = PruneRule(1)
        static let schedule = PruneRule(2)
        static let memory = PruneRule(3)
        static let recomputation = PruneRule(4)
        static let deadline = PruneRule(5)
        static let balance = PruneRule(6)
    }

    /// A prefix of decisions.
    public enum Node: Sendable {
        /// Nothing is decided.
        case all
        /// Whether stages are even.
        case part(LayoutLimits.StageChoice)
        /// And the block, as an index.
        case block(LayoutLimits.StageChoice, Int32)
        /// And pipeline and data degree.
        case grid(LayoutLimits.StageChoice, block: Int32, pipeline: Int32, data: Int32)
    }

    /// A block with everything that its layouts share.
    struct Block: Sendable {
        var layout: TrainingLayout
        /// Costs without sharding; with sharded optimizer states, which go with narrower gradients; and with
        /// sharded weights, which may run other kernels.
        var plain: BlockCosts
        var sharded: BlockCosts
        var shardedWeights: BlockCosts
        /// Seconds of all layers and ends for one microbatch, nothing recomputed.
        var all: Double
        /// Seconds of the cheapest layer for one microbatch.
        var leastLayer: Double
        /// Tensor × context ranks, and ranks that experts need in multiples.
        var inner: Int
        var expertRanks: Int

        func costs(of sharding: Sharding.Stage) -> BlockCosts {
            switch sharding {
            case .nothing: plain
            case .optimizer, .gradients: sharded
            case .weights: shardedWeights
            }
        }
    }

    let model: TransformerStepModel
    let gpus: Int
    let globalBatch: Int
    /// Longest step allowed, seconds.
    let deadline: Double
    let limits: LayoutLimits
    let choices: StageBalance.Choices
    let blocks: [Block]
    let cuts: CutTable
    /// The model on one stage.
    let whole: StageTable
    let placement: LayoutPlacement
    /// When the search must end.
    let clock: SearchClock
    /// Whether all tables were made before the clock ended; a space that is not can be neither counted nor
    /// searched.
    public private(set) var isWhole = true
    /// Choices of what is sharded that share something.
    private let shardedStages: Int
    /// Leaves below each block, by choice of stages.
    private var leavesOfBlock: [LayoutLimits.StageChoice: [Int]] = [:]

    /// Describes a space.
    /// - Parameters:
    ///   - model: prices layouts.
    ///   - gpus: accelerators given, at least 1.
    ///   - globalBatch: sequences in a step, at least 1.
    ///   - deadline: longest step, seconds; infinite for none.
    ///   - limits: what may be chosen.
    ///   - clock: when tables and search must end.
    public init(
        model: TransformerStepModel, gpus: Int, globalBatch: Int, deadline: Double = .infinity,
        limits: LayoutLimits = LayoutLimits(), clock: SearchClock = .unlimited
    ) {
        self.model = model
        self.gpus = gpus
        self.globalBatch = globalBatch
        self.deadline = deadline
        self.limits = limits
        self.clock = clock
        choices = StageBalance.Choices(limits)
        whole = StageTable(TrainingLayout(), model: model.job.model)
        placement = model.placement
        shardedStages = limits.sharding.count { $0 > .nothing }
        cuts = CutTable(model: model.job.model, gpus: gpus, limits: limits, clock: clock)
        blocks =
            BlockList(
                model: model, gpus: gpus, globalBatch: globalBatch, limits: limits, clock: clock
            ).blocks
        for choice in limits.stages where !clock.isOver {
            var known: [BlockCountKey: Int] = [:]
            leavesOfBlock[choice] = blocks.map { block in
                let key = BlockCountKey(block)
                let count = known[key] ?? (clock.isOver ? 0 : countLeaves(block, choice))
                known[key] = count
                return count
            }
        }
        isWhole = !clock.isOver
    }

    /// The undecided layout.
    public var root: Node { .all }

    /// Complete layouts below a node.
    public mutating func leaves(under node: Node) -> Int {
        switch node {
        case .all: return limits.stages.reduce(0) { $0 + leaves($1) }
        case .part(let choice): return leaves(choice)
        case .block(let choice, let index): return leaves(choice, block: Int(index))
        case .grid(let choice, let index, let pipeline, let data):
            return leaves(choice, blocks[Int(index)], pipeline: Int(pipeline), data: Int(data))
        }
    }

    func leaves(_ choice: LayoutLimits.StageChoice) -> Int { leavesOfBlock[choice]?.reduce(0, +) ?? 0 }

    func leaves(_ choice: LayoutLimits.StageChoice, block index: Int) -> Int {
        leavesOfBlock[choice]?[index] ?? 0
    }

    func leaves(_ choice: LayoutLimits.StageChoice, _ block: Block, pipeline: Int, data: Int) -> Int {
        let microbatches = globalBatch / (data * block.layout.microbatch)
        return cuts.leaves(pipeline: pipeline, microbatches: microbatches, stages: choice)
            * shardings(block, data: data) * offloads(choice).count
    }

    /// What the count of leaves below a block depends on.
    private struct BlockCountKey: Hashable {
        let inner: Int
        let context: Int
        let microbatch: Int
        let expertRanks: Int

        init(_ block: Block) {
            inner = block.inner
            context = block.layout.context
            microbatch = block.layout.microbatch
            expertRanks = block.expertRanks
        }
    }

    private func countLeaves(_ block: Block, _ choice: LayoutLimits.StageChoice) -> Int {
        var count = 0
        forEachGrid(block) { pipeline, data in
            count += leaves(choice, block, pipeline: pipeline, data: data)
        }
        return count
    }

    /// Visits the legal pairs of pipeline and data degree of a block.
    func forEachGrid(_ block: Block, _ visit: (_ pipeline: Int, _ data: Int) -> Void) {
        let most = gpus / block.inner
        for data in cuts.dataDegrees(dividing: globalBatch / block.layout.microbatch) {
            guard data <= most else { break }
            guard (block.inner * data).isMultiple(of: block.expertRanks) else { continue }
            for pipeline in cuts.pipelines {
                guard data * pipeline <= most else { break }
                visit(pipeline, data)
            }
        }
    }

    /// What may be offloaded; stages with activations on the host are left even.
    func offloads(_ choice: LayoutLimits.StageChoice) -> [Offload] {
        choice != .balanced ? limits.offload : limits.offload.filter { !$0.contains(.activations) }
    }

    /// How many choices of sharding there are: what ``forEachSharding(_:data:_:)`` visits, counted faster.
    private func shardings(_ block: Block, data: Int) -> Int {
        let ranks = data * block.layout.context
        guard ranks > 1 else { return limits.shardGroups.allowsNone ? min(1, limits.sharding.count) : 0 }
        var groups = 0
        limits.shardGroups.forEach(
            tensor: block.layout.tensor, ranks: ranks, experts: block.expertRanks,
            domains: placement.domainSizes
        ) { _ in groups += 1 }
        let plain = limits.shardGroups.allowsNone ? limits.sharding.count - shardedStages : 0
        return plain + shardedStages * groups
    }

    /// Visits what may be sharded and over which groups: one choice alone where there is nothing to share.
    func forEachSharding(_ block: Block, data: Int, _ visit: (Sharding) -> Void) {
        let layout = block.layout
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
                tensor: layout.tensor, ranks: ranks, experts: block.expertRanks,
                domains: placement.domainSizes
            ) { visit(Sharding(stage, group: $0)) }
        }
    }

    /// The order among layouts of equal rank: by degrees, then by everything else.
    public static func precedes(_ left: PricedLayout, _ right: PricedLayout) -> Bool {
        left.layout.orderKey.lexicographicallyPrecedes(right.layout.orderKey)
    }
}

extension TrainingLayout {
    /// Numbers by which layouts of equal rank are ordered.
    var orderKey: [Int] {
        let recomputed: Int =
            switch recomputation {
            case .nothing: 0
            case .selective: 1
            case .layersPerStage(let count): 1 + count
            case .layersByStage(let counts): 1 + counts.reduce(0, +)
            case .full: Int.max
            }
        let given: [Int] =
            switch spread {
            case .even: []
            case .countingEnds: [-1]
            case .given(let counts): counts
            }
        let degrees = [
            gpus, tensor, context, pipeline, chunks, data, expert, expertTensor, microbatch,
            sharding.stage.rawValue, sharding.group ?? 0, offload.rawValue, recomputed,
            sequenceParallelism == .on ? 1 : 0,
            LayoutSchedule.allCases.firstIndex(of: schedule) ?? 0,
            ContextMethod.allCases.firstIndex(of: contextMethod) ?? 0,
        ]
        return degrees + given
    }
}
