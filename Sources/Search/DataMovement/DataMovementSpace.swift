import CostModel
import Hardware
import Strategy
import Workload

/// What the search of a fixed shape and batch is for.
public enum Objective: String, Hashable, Sendable, CaseIterable {
    /// Least time.
    case time
    /// Fewest accelerators, then least time.
    case gpus
    /// Highest utilization of the accelerators used: least accelerator-seconds.
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
    /// Memory is taken as unlimited, to see whether it binds.
    case ignored
}

/// The plans of the data-movement model for one shape, batch and machine, as a tree.
///
/// Decisions in order: a range of accelerators used; pipeline, expert, data, tensor degrees; microbatches;
/// schedule and interleaving; placement. Source of the space: `docs/data-movement-model.md`, "The spaces".
///
/// Bounds. All come from ``StepModel/step(parts:idleRatio:schedule:)``, which is monotone in every part also
/// in floating point, applied to parts that are each no larger than those of any completion:
/// - arithmetic of a degree tuple: unpadded FLOP at the sustained rate, and the latency of the fewest kernels;
///   exact once the microbatches are known, since it depends on (TPm, TPf, PP, EP, DP·M) only;
/// - each kind of traffic: its least value over all splits of its degrees alone, at the same number of
///   accelerators; for pipeline traffic over all interleavings too;
/// - the bubble falls with v and with M, so the largest of both bound it; where a zero-bubble schedule is
///   legal, nothing.
public struct DataMovementSpace: SearchSpace {
    /// The decisions in the order in which nodes fix them.
    public let axes = [
        "gpus", "pipeline", "expert", "data", "tensor_model", "tensor_ff", "microbatches",
        "schedule_interleave", "placement",
    ]

    /// Names of the rules that discard subtrees.
    public let pruneRules = [
        "gpu_range_bound", "degrees_bound", "microbatches_bound", "schedule_bound", "placement_bound",
        "memory", "deadline",
    ]

    enum Rule {
        static let range = PruneRule(0)
        static let degrees = PruneRule(1)
        static let microbatches = PruneRule(2)
        static let schedule = PruneRule(3)
        static let placement = PruneRule(4)
        static let memory = PruneRule(5)
        static let deadline = PruneRule(6)
    }

    /// A prefix of decisions.
    public enum Node: Sendable {
        /// Accelerators used lie in a range, which holds a number of leaves; nothing else is decided.
        case range(lowest: Int, highest: Int, leaves: Int)
        /// The five degrees.
        case degrees(DegreeIndices)
        /// And the microbatches, as a position in the list of DP·M that the data degree leaves.
        case cuts(DegreeIndices, position: Int32)
        /// And schedule and interleaving.
        case pass(DegreeIndices, cut: Int32, interleave: Int32, schedule: PipelineSchedule)
    }

    /// Five degrees of a node; opaque to engines.
    public struct DegreeIndices: Sendable {
        var tuple: DegreeTuple
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
    var tables: SpaceTables
    /// Room for the splits of the plan being placed.
    var placementLists = PlacementLists()
    /// Complete assignments in the space.
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
    public init(
        model: StepModel, preset: SpacePreset, objective: Objective, gpus: ClosedRange<Int>, cluster: Int?,
        steps: Double, deadline: Double = .infinity, memory: MemoryRule = .checked,
        cutUnit: Int = 1
    ) {
        self.model = model
        self.preset = preset
        self.objective = objective
        memoryRule = memory
        lowestGPUs = gpus.lowerBound
        highestGPUs = min(gpus.upperBound, Self.mostGPUs)
        self.steps = steps
        self.deadline = deadline
        tables = SpaceTables(model: model, preset: preset, cluster: cluster, cutUnit: cutUnit)
        size = countLeaves(lowest: lowestGPUs, highest: highestGPUs)
    }

    /// The most accelerators that any plan may use: 2^53, up to which doubles count exactly.
    public static let mostGPUs = 1 << 53

    /// The whole range of accelerators.
    public var root: Node { .range(lowest: lowestGPUs, highest: highestGPUs, leaves: size) }

    /// Complete assignments below a node.
    public mutating func leaves(under node: Node) -> Int {
        switch node {
        case .range(_, _, let leaves): return leaves
        case .degrees(let degrees):
            let tuple = degrees.tuple
            return tables.passCount(pipeline: tuple.pipeline, data: tuple.data)
                * tables.placements.count(tuple)
        case .cuts(let degrees, let position):
            let tuple = degrees.tuple
            return tables.passCount(pipeline: tuple.pipeline, data: tuple.data, position: Int(position))
                * tables.placements.count(tuple)
        case .pass(let degrees, _, _, _): return tables.placements.count(degrees.tuple)
        }
    }

    /// Complete assignments that use a number of accelerators in a range.
    private mutating func countLeaves(lowest: Int, highest: Int) -> Int {
        var count = 0
        for triple in tables.triples where triple.product <= highest {
            var placements = 0
            let three = tables.placements.prefix(
                pipeline: triple.pipeline, expert: triple.expert, data: triple.data)
            for first in tables.tensorModel.degrees.indices {
                let (quadruple, overflow) = triple.product.multipliedReportingOverflow(
                    by: tables.tensorModel.degrees[first])
                if overflow || quadruple > highest { break }
                let four = tables.placements.prefix(three, tensorModel: first)
                for second in tables.feedForwardRange(
                    first, quadruple: quadruple, lowest: lowest, highest: highest)
                {
                    let gpus = quadruple * tables.tensorFeedForward.degrees[second]
                    placements += tables.placements.count(four, tensorFeedForward: second, gpus: gpus)
                }
            }
            if placements > 0 {
                count += placements * tables.passCount(pipeline: triple.pipeline, data: triple.data)
            }
        }
        return count
    }

    /// Decides the next axis of a node.
    public mutating func expand(_ node: Node, into frontier: inout Frontier<Self>) {
        switch node {
        case .range(let lowest, let highest, let leaves):
            expandRange(lowest, highest, leaves: leaves, into: &frontier)
        case .degrees(let degrees): expandDegrees(degrees.tuple, into: &frontier)
        case .cuts(let degrees, let position):
            expandCuts(degrees.tuple, position: Int(position), into: &frontier)
        case .pass(let degrees, let cut, let interleave, let schedule):
            expandPass(
                degrees.tuple, cut: Int(cut), interleave: Int(interleave), schedule: schedule,
                into: &frontier)
        }
    }

    /// The rank of a step, or of a bound on one.
    @inline(__always)
    func rank(step: Double, traffic: Double, gpus: Double) -> Rank {
        objective.rank(step: step, traffic: traffic, gpus: gpus)
    }
}

extension Objective {
    /// The rank of a step on some accelerators.
    @inline(__always)
    func rank(step: Double, traffic: Double, gpus: Double) -> Rank {
        switch self {
        case .time: Rank(step, traffic, gpus)
        case .gpus: Rank(gpus, step, traffic)
        case .utilization: Rank(step * gpus, step, traffic)
        }
    }
}
