import Optimization
import Quantities
import Training

/// What the search of a fixed shape and batch is for.
public enum Objective: String, Hashable, Sendable, CaseIterable {
    /// Least time.
    case time
    /// The smallest cluster that holds the plan, then least time.
    case gpus
    /// Highest utilization of the smallest cluster that holds the plan: least accelerator-seconds.
    case utilization
}

/// Which plans are legal.
public enum SpacePreset: String, Hashable, Sendable, CaseIterable {
    /// Every divisor, split, interleaving, microbatch count, schedule and placement.
    case full
    /// The space of the published tables: N = E·2^i, restricted tensor splits and microbatches, full domains.
    case published

    /// The accounting that goes with the space unless another is asked for: plans of the full space must hold
    /// their activations; the published space is priced as it was published.
    public var accounting: Accounting {
        switch self {
        case .full: .corrected
        case .published: .published
        }
    }
}

/// Whether plans that do not fit into memory are legal.
public enum MemoryRule: Hashable, Sendable {
    /// The cluster-wide need must be at most the memory of the accelerators used.
    case checked
    /// Memory is taken as unlimited.
    case ignored
    /// Memory is taken as unlimited, and of the plans only those that do not fit matter: whether one of them
    /// would be wanted is whether memory binds.
    case exceeded
}

/// The plans of the data-movement model for one shape, batch and machine, as a tree.
///
/// Decisions in order: a range of accelerators used; pipeline, expert and data degree; tensor degrees;
/// microbatches; schedule and interleaving. A leaf is a choice of these, and is priced with all its
/// placements on the network. Source of the space: `docs/data-movement-model.md`, "The spaces".
///
/// Bounds. All come from ``StepModel/step(parts:idleRatio:schedule:)``, which is monotone in every part also
/// in floating point, applied to parts that are each no larger than those of any completion:
/// - arithmetic of a degree tuple: unpadded FLOP at the sustained rate, and on top the latency of the fewest
///   kernels; exact once the microbatches are known, since it depends on (TPm, TPf, PP, EP, DP·M) only;
/// - each kind of traffic: its least over all splits of its degrees (``TrafficFloors``), at the same number of
///   accelerators; for pipeline traffic over all interleavings too;
/// - all kinds together: what cannot share the domains of a level must leave them (``CrossingFloors``);
/// - the bubble falls with v and with M, so the largest of both bound it; where a zero-bubble schedule is
///   legal, nothing;
/// - accelerators used, where the cluster that holds them is asked: it is never smaller.
public struct DataMovementSpace: SearchSpace {
    /// The decisions in the order in which nodes fix them.
    public let axes = [
        "gpus", "pp", "ep", "dp", "tp_model", "tp_ff", "microbatches",
        "schedule_interleave",
    ]

    /// Names of the rules that discard subtrees.
    public let pruneRules = [
        "gpu_range_bound", "degrees_bound", "microbatches_bound", "schedule_bound", "memory", "deadline",
    ]

    enum Rule {
        static let range = PruneRule(0)
        static let degrees = PruneRule(1)
        static let microbatches = PruneRule(2)
        static let schedule = PruneRule(3)
        static let memory = PruneRule(4)
        static let deadline = PruneRule(5)
    }

    /// A prefix of decisions; degrees are positions in the lists of triples and of tensor pairs.
    public enum Node: Sendable {
        /// Accelerators used lie in a range, which holds a number of leaves; nothing else is decided.
        case range(lowest: Int, highest: Int, leaves: Int)
        /// Pipeline, expert and data degree, with the tensor degrees that a range of accelerators leaves.
        case triple(Int32, pairs: Range<Int32>)
        /// And the product of the tensor degrees, as the group of pairs that have it.
        case product(triple: Int32, group: Int32)
        /// The five degrees, with a range of microbatches, as positions in the list of DP·M that the data degree leaves.
        case degrees(triple: Int32, pair: Int32, positions: Range<Int32>)
        /// And the microbatches.
        case cuts(triple: Int32, pair: Int32, position: Int32)
        /// And schedule and interleaving.
        case pass(triple: Int32, pair: Int32, cut: Int32, interleave: Int32, schedule: PipelineSchedule)
    }

    let model: StepModel
    let preset: SpacePreset
    let objective: Objective
    let memoryRule: MemoryRule
    let lowestGPUs: Int
    let highestGPUs: Int
    /// Optimizer steps of the run, to turn step times into run times.
    let steps: Double
    /// Longest run allowed, seconds.
    let deadline: Double
    /// Seconds·accelerators of arithmetic below which no step can be; lowered by more than the rounding.
    let arithmeticFloor: Double
    /// Seconds of kernel latencies below which no step can be: a token passes all layers, in whatever pipeline.
    let latencyFloor: Double
    /// Bytes of one accelerator that a plan may need.
    let capacity: Double
    /// Bytes of one accelerator that a plan must need to be of interest.
    let leastNeed: Double
    var tables: SpaceTables
    /// Room for what bounds the degrees at work.
    var crossings = CrossingFloors()
    /// The same more closely, of the degrees whose microbatches are at work, by octaves and by values.
    var groupCrossings = [KeptCrossings(), KeptCrossings()]
    /// And of the degrees whose passes are, by position of v.
    var closeCrossings: [[KeptCrossings]] = []
    /// What tensor degrees of one product, by their group, can leave outside a level.
    var tensorValues: [Int: [Double]] = [:]
    /// What a pipeline and an expert degree, by their positions, can leave outside a level.
    var hopValues: [SIMD2<Int32>: [Double]] = [:]
    /// Room for what discards the microbatches at work, by position; nil where nothing does.
    var fates: (product: [PruneRule?], pair: [PruneRule?]) = ([], [])
    /// Room for the degrees with a product at work that their bounds leave.
    var promising: [(node: Node, bound: Rank)] = []
    /// Room for the splits of the plan being placed.
    var placementLists = PlacementLists()
    /// What need not be placed again.
    var futile = FutilePasses()
    /// Leaves of the space.
    private var size = 0
    /// The least bound among the plans that memory alone excluded.
    public internal(set) var leastExcludedByMemory = Rank.worst

    /// Describes a space.
    /// - Parameters:
    ///   - model: machine, shape, batch and settings; experts must divide the batch's tokens.
    ///   - preset: which plans are legal.
    ///   - objective: what comes first in the rank.
    ///   - gpus: accelerators that plans may use.
    ///   - cluster: accelerators given, which placements with idle ones must fit into; nil for any number.
    ///   - steps: optimizer steps of the run.
    ///   - deadline: longest run in seconds; infinite for none.
    ///   - memory: whether memory is checked.
    ///   - cutUnit: tokens that a microbatch holds a multiple of, a divisor of B/E: the sequence length keeps
    ///     sequences whole.
    ///   - limits: values that decisions may take.
    public init(
        model: StepModel, preset: SpacePreset, objective: Objective, gpus: ClosedRange<Int>, cluster: Int?,
        steps: Double, deadline: Double = .infinity, memory: MemoryRule = .checked,
        cutUnit: Int = 1, limits: PlanLimits = PlanLimits()
    ) {
        self.model = model
        self.preset = preset
        self.objective = objective
        memoryRule = memory
        lowestGPUs = gpus.lowerBound
        highestGPUs = max(gpus.lowerBound, min(gpus.upperBound, Self.mostGPUs, cluster ?? .max))
        self.steps = steps
        self.deadline = deadline
        arithmeticFloor = model.arithmeticFloor * (1 - 1e-9)
        latencyFloor =
            model.kernelFloor(pipeline: 1, expert: model.shape.experts) * (1 - 1e-9)
        capacity = memory == .checked ? model.machine.memory.capacity.value : .infinity
        leastNeed = memory == .exceeded ? model.machine.memory.capacity.value : 0
        tables = SpaceTables(model: model, preset: preset, cluster: cluster, cutUnit: cutUnit, limits: limits)
        size = countLeaves(lowest: lowestGPUs, highest: highestGPUs)
    }

    /// The most accelerators that any plan may use: 2^53, up to which doubles count exactly.
    public static let mostGPUs = 1 << 53

    /// The whole range of accelerators.
    public var root: Node { .range(lowest: lowestGPUs, highest: highestGPUs, leaves: size) }

    /// Choices of degrees, microbatches, schedule and interleaving below a node.
    public mutating func leaves(under node: Node) -> Int {
        switch node {
        case .range(_, _, let leaves): return leaves
        case .triple(let triple, let pairs):
            return count(tables.triples[Int(triple)], Int(pairs.lowerBound)..<Int(pairs.upperBound))
        case .degrees(let triple, _, let positions):
            return passCount(tables.triples[Int(triple)], positions)
        case .product(let triple, let group):
            return count(tables.triples[Int(triple)], tables.tensors.groups[Int(group)].pairs)
        case .cuts(let triple, _, let position):
            let triple = tables.triples[Int(triple)]
            return tables.passCount(pipeline: triple.pipeline, data: triple.data, position: Int(position))
        case .pass: return 1
        }
    }

    /// Leaves of a triple with some pairs of tensor degrees.
    @inline(__always)
    mutating func count(_ triple: SpaceTables.Triple, _ pairs: Range<Int>) -> Int {
        let placeable = tables.count(pairs, of: triple)
        return placeable == 0
            ? 0 : placeable * tables.passCount(pipeline: triple.pipeline, data: triple.data)
    }

    /// Leaves of five degrees with some microbatches.
    @inline(__always)
    mutating func passCount(_ triple: SpaceTables.Triple, _ positions: Range<Int32>) -> Int {
        positions.reduce(0) {
            $0 + tables.passCount(pipeline: triple.pipeline, data: triple.data, position: Int($1))
        }
    }

    /// Leaves that use a number of accelerators in a range.
    private mutating func countLeaves(lowest: Int, highest: Int) -> Int {
        var sum = 0
        for index in tables.triples.indices where tables.triples[index].product <= highest {
            let triple = tables.triples[index]
            sum += count(triple, tables.pairs(of: triple, lowest: lowest, highest: highest))
        }
        return sum
    }

    /// Decides the next axis of a node.
    public mutating func expand(_ node: Node, into frontier: inout Frontier<Self>) {
        switch node {
        case .range(let lowest, let highest, let leaves):
            expandRange(lowest, highest, leaves: leaves, into: &frontier)
        case .triple(let triple, let pairs): expandTriple(triple, pairs, into: &frontier)
        case .product(let triple, let group): expandProduct(triple, group, into: &frontier)
        case .degrees(let triple, let pair, let positions):
            expandDegrees(triple, pair, positions, into: &frontier)
        case .cuts(let triple, let pair, let position):
            expandCuts(triple, pair, position: position, into: &frontier)
        case .pass(let triple, let pair, let cut, let interleave, let schedule):
            expandPass(
                triple, tables.tuple(tables.triples[Int(triple)], pair: Int(pair)), cut: Int(cut),
                interleave: interleave, schedule: schedule, into: &frontier)
        }
    }

    /// The rank of a step, or of a bound on one.
    /// - Parameters:
    ///   - step: seconds.
    ///   - traffic: bandwidth seconds of all kinds.
    ///   - gpus: accelerators used, or where the cluster is asked, given.
    /// - Returns: the rank under the objective of the space.
    @inline(__always)
    func rank(step: Double, traffic: Double, gpus: Double) -> Rank {
        objective.rank(step: step, traffic: traffic, gpus: gpus)
    }
}

extension Objective {
    /// The rank of a step on some accelerators: those used where time is asked, else those that must be given.
    @inline(__always)
    func rank(step: Double, traffic: Double, gpus: Double) -> Rank {
        switch self {
        case .time: Rank(step, traffic, gpus)
        case .gpus: Rank(gpus, step, traffic)
        case .utilization: Rank(step * gpus, step, traffic)
        }
    }
}
