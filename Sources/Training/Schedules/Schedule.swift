/// The order in which the stages of a pipeline run the forward and backward passes of a step.
///
/// All are synchronous: the gradients of a step are those of all its microbatches and of nothing else. With p stages and
/// M microbatches, docs/schedules.md has bubble and memory of each.
///
/// All that is known of a schedule is in its own file, as `ScheduleRules`; only this list names them one by one.
public enum Schedule: String, Hashable, Sendable, Codable, CaseIterable {
    /// All forward, then all backward. Source: Huang et al. 2019, arXiv:1811.06965.
    case gpipe
    /// One forward, one backward. Source: Narayanan et al. 2021, arXiv:2104.04473.
    case oneForwardOneBackward = "1f1b"
    /// One forward, one backward over several chunks a stage; same source.
    case interleaved
    /// Backward split in two, with the memory of 1F1B. Source: Qi et al. 2023, arXiv:2401.10241.
    case zeroBubbleH1 = "zb-h1"
    /// Backward split in two, with twice the memory; same source.
    case zeroBubbleH2 = "zb-h2"
    /// Two chunks a stage in the shape of a V. Source: Qi et al. 2024, arXiv:2405.15362.
    case zeroBubbleV = "zb-v"
    /// Two directions at once, each stage holding two chunks. Source: DeepSeek-AI 2024, arXiv:2412.19437.
    case dualPipe = "dualpipe"
    /// DualPipe cut in half, in the shape of a V. Source: github.com/deepseek-ai/DualPipe.
    case dualPipeV = "dualpipev"

    /// What is known of it: a type without values, so that asking costs a call through a table and allocates nothing.
    var rules: any ScheduleRules.Type {
        switch self {
        case .gpipe: GPipe.self
        case .oneForwardOneBackward: OneForwardOneBackward.self
        case .interleaved: Interleaved.self
        case .zeroBubbleH1: ZeroBubbleH1.self
        case .zeroBubbleH2: ZeroBubbleH2.self
        case .zeroBubbleV: ZeroBubbleV.self
        case .dualPipe: DualPipe.self
        case .dualPipeV: DualPipeV.self
        }
    }
}

/// What the cost model and its search ask of a schedule.
extension Schedule {
    /// Chunks a stage has under the schedule: one number, or any from 2.
    public var chunkRange: ClosedRange<Int> { rules.chunkRange }

    /// How the chunks of the stages follow each other along the model.
    public var placement: ChunkPlacement { rules.placement }

    /// Which numbers of stages and microbatches it exists for.
    public var needs: ScheduleNeeds { rules.needs }

    /// Fewest stages of a layout: 1 or 2.
    public var fewestStages: Int { rules.fewestStages }

    /// Which models may be cut into unequal stages for it.
    public var unequalStages: UnequalStages { rules.unequalStages }

    /// Whether all backward passes are in one piece, so that a gradient leaves with those of the weights.
    public var isBackwardWhole: Bool { rules.isBackwardWhole }

    /// Those that a search looks at unless others are asked for.
    public static var searched: [Schedule] { allCases.filter { $0.rules.isSearched } }

    /// Bubble over the time of all stages but the slowest, for one microbatch.
    ///
    /// Schedules that split the backward pass are taken with equal thirds for forward, inputs and weights, so
    /// that the bubble never grows when something gets faster; the simulator has the real shares.
    /// - Parameters:
    ///   - stages: p, at least 1.
    ///   - chunks: chunks a stage.
    /// - Returns: 0...1.
    public func bubbleShare(stages: Int, chunks: Int) -> Double {
        rules.bubbleShare(stages: stages, chunks: chunks)
    }
}
