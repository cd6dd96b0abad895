public import Quantities

/// A chain of layers to be cut into the stages of a pipeline.
///
/// Wanted: which layers go to which stage, every stage getting at least one and keeping the order, and how
/// the activations of every layer are kept, so that every stage fits its memory and the step time of
/// `StepTimeFormula` is least.
public struct PipelineProblem: Hashable, Sendable, Codable {
    /// The layers.
    public var chain: LayerChain
    /// Number of stages, at most the number of layers.
    public var stages: Int
    /// Microbatches of a step.
    public var microbatches: Int
    /// Order of the passes.
    public var schedule: StageSchedule
    /// What the stages run on.
    public var machines: MachineSupply
    /// Time to send one microbatch over each boundary one way, `stages - 1` of them.
    ///
    /// The sending and waiting is charged to the stage before the boundary, once in its forward and once in
    /// its backward time. What is hidden behind computation should be left out.
    public var transfers: [Seconds]
    /// A limit that all stages share; nil for none.
    public var budget: JobBudget?
    /// Microbatches whose activations each stage holds at its fullest; nil for those of `schedule`.
    ///
    /// For schedules that are not simulated here but whose step time is a multiple of the formula's, with
    /// other numbers in flight and in `microbatches`.
    public var inFlight: [Int]?

    /// Makes a problem.
    /// - Parameters:
    ///   - chain: the layers.
    ///   - stages: number of stages, at most the number of layers.
    ///   - microbatches: microbatches of a step.
    ///   - schedule: order of the passes.
    ///   - machines: what the stages run on.
    ///   - transfers: time to send one microbatch over each boundary one way.
    ///   - budget: a limit that all stages share.
    public init(
        chain: LayerChain, stages: Int, microbatches: Int, schedule: StageSchedule,
        machines: MachineSupply, transfers: [Seconds], budget: JobBudget? = nil
    ) {
        self.chain = chain
        self.stages = stages
        self.microbatches = microbatches
        self.schedule = schedule
        self.machines = machines
        self.transfers = transfers
        self.budget = budget
    }

    /// Makes a problem whose stages all run on one kind of machine, with boundaries all alike.
    /// - Parameters:
    ///   - chain: the layers.
    ///   - stages: number of stages, at most the number of layers.
    ///   - microbatches: microbatches of a step.
    ///   - schedule: order of the passes.
    ///   - machine: what every stage runs on.
    ///   - transfer: time to send one microbatch over a boundary one way.
    public init(
        chain: LayerChain, stages: Int, microbatches: Int,
        schedule: StageSchedule = .oneForwardOneBackward, machine: StageMachine,
        transfer: Seconds = .zero
    ) {
        self.init(
            chain: chain, stages: stages, microbatches: microbatches, schedule: schedule,
            machines: .fixed(Array(repeating: machine, count: max(stages, 0))),
            transfers: Array(repeating: transfer, count: max(stages - 1, 0)))
    }

    /// Whether nothing but the boundaries ties one stage to another, so that dynamic programming is exact.
    public var isPureChain: Bool {
        guard budget == nil, case .fixed = machines else { return false }
        return true
    }

    /// Microbatches whose activations a stage holds at its fullest.
    /// - Parameter stage: from 0.
    /// - Returns: a number from 1 to `microbatches`, or what `inFlight` gives.
    public func microbatchesInFlight(stage: Int) -> Int {
        inFlight?[stage]
            ?? schedule.microbatchesInFlight(stage: stage, of: stages, microbatches: microbatches)
    }

    /// Transfer time charged to a stage in each direction: that of the boundary behind it.
    func transfer(stage: Int) -> Double { stage < stages - 1 ? transfers[stage].value : 0 }
}
