/// 1F1B: p - i forward passes on stage i, then backward and forward in turn.
///
/// Source: arXiv:2104.04473, section 2.2.1; there PipeDream-flush.
enum OneForwardOneBackward: ScheduleRules {
    static var fewestStages: Int { 1 }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1 }

    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int {
        min(shape.microbatches, shape.devices - stage)
    }

    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder? {
        SingleChunkOrder(
            lead: chunksInFlight(shape, stage: stage), backward: .whole, microbatches: shape.microbatches)
    }
}
