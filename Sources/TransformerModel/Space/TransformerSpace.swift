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

extension TransformerStepModel {
    /// A layout with its price.
    /// - Parameter layout: legal for the model.
    /// - Returns: layout, step and memory.
    public func priced(_ layout: TrainingLayout) -> PricedLayout {
        PricedLayout(layout: layout, step: step(layout), memory: memory(layout))
    }
}

/// The layouts of one transformer, batch and number of accelerators, as a tree.
///
/// A class, as its tables are large and what a search asks of it is small.
///
/// Decisions in order: stages even, even with the ends counted, or balanced; what one rank computes in a layer for a microbatch (tensor, sequence, context, expert
/// degrees and microbatch: a *block*); pipeline and data degree; schedule with its chunks; sharding and
/// recomputation. Layouts may leave accelerators idle.
///
/// Bounds, all of the pricing model's own parts:
/// - block: Σ, the time of all layers and ends for one microbatch without recomputation and without pipeline
///   transfers, is shared by p stages, so the slowest takes at least Σ/p, and the G/(d·b) microbatches take
///   G·Σ/(d·b·p) ≥ G·Σ·t·c/(b·N). The growth with the accelerators used falls slower than that, so N bounds
///   it too; and no pipeline that there are accelerators for stretches it less than `BlockFloor` says;
/// - pipeline and data: the same with p and d known, the slowest stage having at least ⌈L/p⌉ layers, and what follows
///   the pipeline for each choice of sharding;
/// - schedule: `PipelineFloor`, which no schedule played pass by pass is below;
/// - memory: states sharded as far as may be, one microbatch in flight, kept whole or recomputed, whichever
///   is less;
/// - recomputation: more recomputed layers never take less time but for what they hide, so the fewest that fit are the best of
///   their kind; not so with activations on the host, where every choice is priced;
/// - balance: however a model is cut, the slowest stage takes at least Σ/p and holds at least ⌈L/p⌉ layers,
///   and what fits into a stage and is done in time limits its layers (`StageFloor`).
public final class TransformerSpace: SearchSpace {
    /// The decisions in the order in which nodes fix them.
    public let axes = ["stages", "block", "pipeline_data", "schedule", "sharding_recomputation"]

    /// Names of the rules that discard subtrees.
    public let pruneRules = [
        "block_bound", "pipeline_bound", "schedule_bound", "memory", "recomputation_dominance", "deadline",
        "balance_bound", "software",
    ]

    enum Rule {
        static let block = PruneRule(0)
        static let grid = PruneRule(1)
        static let schedule = PruneRule(2)
        static let memory = PruneRule(3)
        static let recomputation = PruneRule(4)
        static let deadline = PruneRule(5)
        static let balance = PruneRule(6)
        /// Not of the question: the training software does not run it.
        static let software = PruneRule(7)
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
    final class Block {
        let layout: TrainingLayout
        /// Costs without sharding, and with it: sharded states go with gradients that are no wider, so that it is never
        /// slower.
        let plain: BlockCosts
        let sharded: BlockCosts
        /// Data degrees that go with the microbatch size, ascending.
        let dataDegrees: [Int]
        /// Tensor × context ranks.
        let inner: Int
        /// A layer of the kind that there are most of, and all layers, by what may be recomputed: without sharding and with
        /// it, found when asked for.
        fileprivate(set) var recomputed = [(main: RecomputedLayers, all: RecomputedLayers)?](
            repeating: nil, count: 2)

        init(
            layout: TrainingLayout, plain: BlockCosts, sharded: BlockCosts, dataDegrees: [Int]
        ) {
            self.layout = layout
            self.plain = plain
            self.sharded = sharded
            self.dataDegrees = dataDegrees
            inner = layout.tensor * layout.context
        }

        func costs(of sharding: Sharding.Stage) -> BlockCosts {
            sharding == .nothing ? plain : sharded
        }
    }

    let model: TransformerStepModel
    let gpus: Int
    let globalBatch: Int
    /// Longest step allowed, seconds.
    let deadline: Double
    let limits: LayoutLimits
    let choices: StageBalance.Choices
    /// Choices of recomputation by module.
    let byModule: [LayoutRecomputation]
    /// What choices of recomputation reach.
    let shares: TransformerStepModel.RecomputationShares
    let splits: BlockSplits
    let blocks: BlockList
    let cuts: CutTable
    let stretches: StretchTable
    let floor: BlockFloor
    /// The model on one stage.
    let whole: StageTable
    let placement: LayoutPlacement
    /// When the search must end.
    let clock: SearchClock
    /// Whether all tables were made before the clock ended; a space that is not can be neither counted nor
    /// searched.
    public private(set) var isWhole = true
    /// Choices of what is sharded that share something.
    let shardedStages: Int
    /// Leaves below each block, by choice of stages.
    private let counts = LeafTable()
    /// Blocks that were priced.
    private let knownBlocks = KnownBlocks()

    /// Blocks by number, the last of them and some of the others: the nodes below a block follow one another, and
    /// each choice of stages comes to the block anew.
    private final class KnownBlocks {
        private var last: (index: Int, block: Block)?
        private var others: [Int: Block] = [:]
        /// Blocks that are kept; one takes a few kilobytes.
        private static let most = 20_000

        func block(_ index: Int) -> Block? {
            if let last, last.index == index { return last.block }
            guard let block = others[index] else { return nil }
            last = (index, block)
            return block
        }

        func add(_ block: Block, _ index: Int) {
            last = (index, block)
            if others.count < Self.most { others[index] = block }
        }
    }

    private let known: KnownCuts

    /// Describes a space.
    /// - Parameters:
    ///   - model: prices layouts.
    ///   - gpus: accelerators given, at least 1.
    ///   - globalBatch: sequences in a step, at least 1.
    ///   - deadline: longest step, seconds; infinite for none.
    ///   - limits: what may be chosen.
    ///   - limit: seconds of a step above which no layout is looked for: the cutoff of the search; infinite for none.
    ///   - clock: when tables and search must end.
    public convenience init(
        model: TransformerStepModel, gpus: Int, globalBatch: Int, deadline: Double = .infinity,
        limits: LayoutLimits = LayoutLimits(), limit: Double = .infinity, clock: SearchClock = .unlimited
    ) {
        self.init(
            model: model, gpus: gpus, globalBatch: globalBatch, deadline: deadline, limits: limits,
            limit: limit, known: KnownCuts(), clock: clock)
    }

    /// As above, with ways to cut models that other searches may have listed.
    ///
    /// Layouts are not counted where none may be within the limit, unless `countsLate` asks for that; `usesAll` leaves out
    /// those that use fewer accelerators than are given. The blocks are those that another space of the model lists, of no
    /// fewer accelerators and no lower limit; if nil, they are listed, for so many accelerators more.
    init(
        model: TransformerStepModel, gpus: Int, globalBatch: Int, deadline: Double, limits: LayoutLimits,
        limit: Double, known: KnownCuts, clock: SearchClock, countsLate: Bool = true, usesAll: Bool = false,
        listed: BlockList? = nil, listsMore more: Int = 0
    ) {
        self.model = model
        self.known = known
        self.gpus = gpus
        self.globalBatch = globalBatch
        self.deadline = deadline
        self.limits = limits
        self.clock = clock
        choices = StageBalance.Choices(limits)
        let recomputation = limits.recomputation
        byModule = limits.recomputationsByModule(of: model.job.model)
        // Some layers of a stage recomputed leave the others kept.
        shares = TransformerStepModel.RecomputationShares(
            keeps: recomputation.contains(.nothing) || recomputation.contains(.layers),
            recomputes: recomputation.contains(.full) || recomputation.contains(.layers),
            modules: model.widestModules(of: byModule))
        whole = StageTable(TrainingLayout(), model: model.job.model)
        placement = model.placement
        shardedStages = limits.sharding.count { $0 > .nothing }
        let tables = known.tables(
            of: model.job.model, gpus: gpus, globalBatch: globalBatch, limits: limits, clock: clock)
        cuts = tables.cuts
        stretches = tables.stretches
        floor = BlockFloor(
            model: model, gpus: gpus, usesAll: usesAll, cuts: cuts, stretches: stretches, limits: limits)
        splits = known.splits(of: model.job.model, limits: limits)
        if let listed {
            blocks = listed
        } else {
            var listing = floor
            if more > 0 {
                // More accelerators may have more stages.
                let tables = known.tables(
                    of: model.job.model, gpus: gpus + more, globalBatch: globalBatch, limits: limits,
                    clock: clock)
                listing = BlockFloor(
                    model: model, gpus: gpus + more, cuts: tables.cuts, stretches: tables.stretches,
                    limits: limits)
            }
            blocks = BlockList(
                floor: listing, splits: splits, spreads: known.spreads, globalBatch: globalBatch,
                limits: limits,
                limit: min(limit, deadline), clock: clock)
        }
        if countsLate || blocks.mayBeInTime { counts.count(self) }
        isWhole = !clock.isOver
    }

    /// The undecided layout.
    public var root: Node { .all }

    /// Complete layouts below a node.
    public func leaves(under node: Node) -> Int {
        switch node {
        case .all: return limits.stages.reduce(0) { $0 + leaves($1) }
        case .part(let choice): return leaves(choice)
        case .block(let choice, let index): return leaves(choice, block: Int(index))
        case .grid(let choice, let index, let pipeline, let data):
            let layout = blocks.layout(Int(index))
            return leaves(choice, layout, pipeline: Int(pipeline), data: Int(data))
        }
    }

    func leaves(_ choice: LayoutLimits.StageChoice) -> Int { counts.total(choice) }

    func leaves(_ choice: LayoutLimits.StageChoice, block index: Int) -> Int {
        counts.leaves(choice, blocks.layout(index), of: self)
    }

    /// A block with its costs, which are priced once for all nodes below it.
    func block(_ index: Int) -> Block {
        if let block = knownBlocks.block(index) { return block }
        let block = blocks[index]
        knownBlocks.add(block, index)
        return block
    }

    /// What a layer of the kind that there are most of, and what all layers keep and take by what may be recomputed, in even
    /// stages.
    func recomputed(
        _ block: Block, _ sharding: Sharding.Stage
    ) -> (main: RecomputedLayers, all: RecomputedLayers) {
        let place = sharding == .nothing ? 0 : 1
        if let known = block.recomputed[place] { return known }
        func layers(_ counts: [Int]) -> RecomputedLayers {
            RecomputedLayers(
                block.costs(of: sharding), counts: counts, of: model, shares: shares, modules: byModule)
        }
        let counts = whole.classes[0].counts
        let main = layers(counts.indices.map { $0 == model.mainKind ? 1 : 0 })
        let recomputed = (main: main, all: counts.count > 1 ? layers(counts) : main)
        block.recomputed[place] = recomputed
        return recomputed
    }

    /// Where the ranks of a layout lie that exchange something once a step or between stages; what is sharded does not
    /// matter, only among how many ranks.
    func spreads(of layout: TrainingLayout) -> StepSpreads { known.spreads.step(layout, placement) }

    /// The order among layouts of equal rank: by degrees, then by everything else.
    public static func precedes(_ left: PricedLayout, _ right: PricedLayout) -> Bool {
        left.layout.orderKey.lexicographicallyPrecedes(right.layout.orderKey)
    }
}

extension TrainingLayout {
    /// Numbers by which layouts of equal rank are ordered.
    var orderKey: [Int] {
        let recomputed: (layers: Int, modules: Int) =
            switch recomputation {
            case .nothing: (0, 0)
            case .modules(let modules): (1, Int(modules.rawValue))
            case .layersPerStage(let count): (1 + count, 0)
            case .layersByStage(let counts): (1 + counts.reduce(0, +), 0)
            case .full: (Int.max, 0)
            }
        let given: [Int] =
            switch spread {
            case .even: []
            case .countingEnds: [-1]
            case .given(let counts): counts
            }
        let degrees = [
            gpus, tensor, context, pipeline, chunks, data, expert, expertTensor, microbatch,
            sharding.stage.rawValue, sharding.group ?? 0, offload.rawValue, recomputed.layers,
            recomputed.modules,
            sequenceParallelism == .on ? 1 : 0,
            Schedule.allCases.firstIndex(of: schedule) ?? 0,
            ContextMethod.allCases.firstIndex(of: contextMethod) ?? 0,
        ]
        return degrees + given
    }
}
