import Optimization
import Quantities
import Training

/// Amounts of training compute that questions may be about.
public enum ComputeRange {
    /// Least compute, FLOP.
    public static let least = 1e15
    /// Greatest compute, FLOP; the widest published shape takes 1.2e38 when sparse.
    public static let most = 1e40
}

/// Two of accelerators, compute and time; the third is asked.
public enum Given: Hashable, Sendable {
    /// How fast? The least time with at most these accelerators.
    case gpusAndFlop(gpus: Int, flop: Double)
    /// How many? The fewest accelerators that finish in time.
    case flopAndTime(flop: Double, time: Seconds)
    /// How large? The largest run that finishes in time.
    case gpusAndTime(gpus: Int, time: Seconds)
}

/// Everything that a planner needs to know to answer.
public struct PlanningQuestion: Hashable, Sendable {
    /// The machine.
    public var machine: Accelerator
    /// Two of the three quantities.
    public var given: Given
    /// How shape and batch follow from the compute.
    public var laws: WorkloadLaws
    /// Overlap, recomputation and accounting.
    public var settings: ModelSettings
    /// Which plans are legal.
    public var preset: SpacePreset
    /// What is best when compute and time are given: fewest accelerators, or highest utilization.
    public var objective: Objective
    /// Values that decisions of a plan may take.
    public var limits = PlanLimits()
    /// How many plans to return, best first; at least 1.
    public var wanted: Int
    /// Whether a microbatch may cut a sequence.
    public var sequences: SequenceRule
    /// How much work goes into saying why there is no plan.
    public var reasons: ReasonDetail = .full
    /// Which engine searches.
    public var engine: Engine = .auto
    /// Whether width, depth and experts follow the laws or are searched with the plan.
    public var shape: ShapeChoice = .law
    /// The loss model that shapes are compared by; nil takes the one for the sparsity law.
    public var loss: LossModel?
    /// What a shape off the laws loses.
    public var penalty: ShapePenalty = .kaplan
    /// Longest search; the best plan so far is returned with its true gap.
    public var timeLimit: Seconds

    /// Whether a microbatch may hold a part of a sequence.
    public enum SequenceRule: Hashable, Sendable {
        /// It may, as in the published tables.
        case mayBeCut
        /// Microbatches hold whole sequences: E·DP·M divides the sequences of the batch.
        case whole
    }

    /// How much is said about an infeasible question.
    public enum ReasonDetail: Hashable, Sendable {
        /// What would make it feasible, which takes another search.
        case full
        /// That it is infeasible.
        case brief
    }

    /// Makes a question; unless changed, in the full space with the published laws and overlap, and with the
    /// accounting of the space (``SpacePreset/accounting``).
    public init(
        machine: Accelerator, given: Given, laws: WorkloadLaws = WorkloadLaws(),
        settings: ModelSettings? = nil, preset: SpacePreset = .full, objective: Objective? = nil,
        wanted: Int = 1, sequences: SequenceRule = .mayBeCut, timeLimit: Seconds = Seconds(.infinity)
    ) {
        self.machine = machine
        self.given = given
        self.laws = laws
        self.settings = settings ?? ModelSettings(accounting: preset.accounting)
        self.preset = preset
        switch given {
        case .flopAndTime: self.objective = objective ?? .gpus
        case .gpusAndFlop, .gpusAndTime: self.objective = .time
        }
        self.wanted = wanted
        self.sequences = sequences
        self.timeLimit = timeLimit
    }
}

extension PlanningQuestion {
    /// The loss model in use.
    public var lossModel: LossModel { loss ?? .standard(for: laws.sparsity) }
    /// Loss to compute and back, along the laws' shapes.
    public var effectiveCompute: EffectiveCompute { EffectiveCompute(laws: laws, loss: lossModel) }

    /// What a shape is worth under the question's laws.
    /// - Parameter shape: any.
    /// - Returns: its value.
    public func value(of shape: LayerStack) -> ShapeValue {
        ShapeValue(shape: shape, laws: laws, loss: lossModel, penalty: penalty)
    }
}

/// Why a question cannot be asked.
public struct PlanningError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which value, why, what would do.
    public let description: String

    /// Makes an error from its one line.
    public init(_ description: String) { self.description = description }
}
