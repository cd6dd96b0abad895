/// The order in which every stage runs the forward and backward passes of a step.
///
/// Both are synchronous: all microbatches of a step end before the next step begins.
public enum StageSchedule: String, Hashable, Sendable, Codable, CaseIterable {
    /// All forward passes, then all backward passes.
    case allForwardAllBackward
    /// A warm-up of forward passes, then one forward and one backward in turn, then the rest backward.
    case oneForwardOneBackward

    /// Microbatches whose activations a stage holds at its fullest.
    ///
    /// All of them for all-forward-all-backward; min(microbatches, stages - stage) for
    /// one-forward-one-backward, because a stage waits for the first gradient to come back from the end.
    /// - Parameters:
    ///   - stage: from 0.
    ///   - stages: number of stages.
    ///   - microbatches: number of microbatches of a step.
    /// - Returns: a number from 1 to `microbatches`.
    public func microbatchesInFlight(stage: Int, of stages: Int, microbatches: Int) -> Int {
        switch self {
        case .allForwardAllBackward: microbatches
        case .oneForwardOneBackward: min(microbatches, stages - stage)
        }
    }
}
