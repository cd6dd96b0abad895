/// All forward passes, then all backward passes: arXiv:1811.06965.
///
/// The bubble of 1F1B with never fewer microbatches in flight, so that a search need not look at it.
enum GPipe: ScheduleRules {
    static var fewestStages: Int { 1 }
    static var unequalStages: UnequalStages { .none }
    static var isSearched: Bool { false }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1 }

    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int { shape.microbatches }

    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder? {
        SingleChunkOrder(lead: shape.microbatches, backward: .whole, microbatches: shape.microbatches)
    }
}
