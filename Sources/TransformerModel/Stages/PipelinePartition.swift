public import Quantities

/// How many layers of one kind of a stage are treated in one way.
public struct TreatedLayers: Hashable, Sendable, Codable {
    /// Name of the kind.
    public let kind: String
    /// Name of the treatment.
    public let treatment: String
    /// How many layers.
    public let count: Int
}

/// One stage of a partition.
public struct StageAssignment: Hashable, Sendable, Codable {
    /// What the stage runs on.
    public let machine: StageMachine
    /// Its layers, numbered from 0 along the chain.
    public let layers: Range<Int>
    /// Its layers by kind and treatment, those of zero count left out.
    public let treated: [TreatedLayers]
    /// Times of one microbatch, extra time and transfers included.
    public let time: StageTime
    /// Part of `time` that the treatments cost.
    public let extra: Seconds
    /// Bytes held: state, and activations of all microbatches in flight.
    public let resident: Bytes
    /// Bytes held on the host for all microbatches in flight.
    public let offloaded: Bytes
    /// Microbatches in flight.
    public let microbatchesInFlight: Int

    /// Memory left over.
    public var slack: Bytes { machine.memory - resident }
}

/// A chain of layers cut into stages.
public struct PipelinePartition: Hashable, Sendable, Codable {
    /// The stages in order.
    public let stages: [StageAssignment]
    /// Microbatches of a step.
    public let microbatches: Int
    /// Step time by `StepTimeFormula`: what was minimised.
    public let stepTime: Seconds
    /// Step time by `PipelineSimulation`, transfers held up as in the formula; nil where the problem gives
    /// numbers in flight of another schedule.
    public let simulatedStepTime: Seconds?
    /// Use of the job's budget, in seconds or bytes; 0 without one.
    public let budgetUse: Double

    /// Stage of greatest time, the first of equals.
    public var slowestStage: Int {
        stages.indices.reduce(0) { stages[$1].time.total > stages[$0].time.total ? $1 : $0 }
    }

    /// Part of the step in which the stages work, on average: 1 without a bubble.
    public var busyShare: Double {
        guard !stages.isEmpty, stepTime > .zero else { return 1 }
        let work = stages.reduce(Seconds.zero) { $0 + $1.time.total }
        return Double(microbatches) * (work / stepTime) / Double(stages.count)
    }
}
