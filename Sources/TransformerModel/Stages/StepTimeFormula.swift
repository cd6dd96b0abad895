public import Quantities

/// Forward and backward time of one microbatch on one stage, transfers included.
public struct StageTime: Hashable, Sendable, Codable {
    /// Forward time of one microbatch.
    public let forward: Seconds
    /// Backward time of one microbatch.
    public let backward: Seconds

    /// Makes a stage's times.
    /// - Parameters:
    ///   - forward: forward time of one microbatch.
    ///   - backward: backward time of one microbatch.
    public init(forward: Seconds, backward: Seconds) {
        self.forward = forward
        self.backward = backward
    }

    /// Forward and backward together.
    public var total: Seconds { forward + backward }
}

/// Step time of a pipeline from the times of its stages, in closed form.
///
/// With f, b the forward and backward times of the stages, t = f + b, and M microbatches:
///
///     all forward, all backward:   sum t + (M - 1) (max f + max b)      exact
///     one forward, one backward:   sum t + (M - 1) max t                see below
///
/// For one-forward-one-backward the formula is exact if all t are equal, whatever their split, and if the
/// last stage is the slowest and the ratio b : f is the same on all stages. It is never too low if that ratio
/// is the same on all stages. Otherwise it is an estimate, and only `lowerBound` and `upperBound` are proved.
/// Proofs are in docs/pipelines.md; `StepTimeTests` compares with `PipelineSimulation`.
public enum StepTimeFormula {
    /// The closed form.
    /// - Parameters:
    ///   - stages: times of the stages, at least one.
    ///   - microbatches: microbatches of a step, at least 1.
    ///   - schedule: order of the passes.
    /// - Returns: seconds of a step.
    public static func stepTime(
        _ stages: [StageTime], microbatches: Int, schedule: StageSchedule
    ) -> Seconds {
        let sum = stages.reduce(Seconds.zero) { $0 + $1.total }
        return sum + Double(microbatches - 1) * peak(stages, schedule: schedule)
    }

    /// Time that every microbatch after the first adds: the slowest stage's.
    /// - Parameters:
    ///   - stages: times of the stages.
    ///   - schedule: order of the passes.
    /// - Returns: seconds a microbatch.
    public static func peak(_ stages: [StageTime], schedule: StageSchedule) -> Seconds {
        switch schedule {
        case .oneForwardOneBackward: stages.map(\.total).max() ?? .zero
        case .allForwardAllBackward: largestForward(stages) + largestBackward(stages)
        }
    }

    /// Time that no run of the schedule can go below.
    ///
    ///     max over k of t_0 + ... + t_(k-1) + M t_k
    ///
    /// Stage k cannot begin before the first microbatch came through the stages before it, works M times t_k,
    /// and the last gradient then returns through the stages before it.
    /// - Parameters:
    ///   - stages: times of the stages.
    ///   - microbatches: microbatches of a step.
    ///   - schedule: order of the passes.
    /// - Returns: seconds of a step; the exact time for all-forward-all-backward.
    public static func lowerBound(
        _ stages: [StageTime], microbatches: Int, schedule: StageSchedule
    ) -> Seconds {
        guard schedule == .oneForwardOneBackward else {
            return stepTime(stages, microbatches: microbatches, schedule: schedule)
        }
        var before = Seconds.zero
        var bound = Seconds.zero
        for stage in stages {
            bound = max(bound, before + Double(microbatches) * stage.total)
            before = before + stage.total
        }
        return bound
    }

    /// Time within which the schedule surely ends.
    ///
    ///     min(sum t + (M - 1) (max f + max b), (M + P - 1) max t)
    ///
    /// This is for one-forward-one-backward on P stages; the other schedule is known exactly.
    /// - Parameters:
    ///   - stages: times of the stages.
    ///   - microbatches: microbatches of a step.
    ///   - schedule: order of the passes.
    /// - Returns: seconds of a step; the exact time for all-forward-all-backward.
    public static func upperBound(
        _ stages: [StageTime], microbatches: Int, schedule: StageSchedule
    ) -> Seconds {
        let flush = stepTime(stages, microbatches: microbatches, schedule: .allForwardAllBackward)
        guard schedule == .oneForwardOneBackward else { return flush }
        let even = Double(microbatches + stages.count - 1) * (stages.map(\.total).max() ?? .zero)
        return min(flush, even)
    }

    private static func largestForward(_ stages: [StageTime]) -> Seconds {
        stages.map(\.forward).max() ?? .zero
    }

    private static func largestBackward(_ stages: [StageTime]) -> Seconds {
        stages.map(\.backward).max() ?? .zero
    }
}
