/// 1F1B with weight gradients put off, in the memory of 1F1B's first stage.
///
/// Stage i of p keeps i weight gradients waiting, which with its lead of p - i makes p activations everywhere
/// (arXiv:2401.10241, section 2.2).
enum ZeroBubbleH1: ScheduleRules {
    static var isBackwardWhole: Bool { false }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1.0 / 3 }

    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int {
        min(shape.microbatches, shape.devices)
    }

    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder? {
        SingleChunkOrder(
            lead: min(shape.microbatches, shape.devices - stage), backward: .split(lag: stage),
            microbatches: shape.microbatches)
    }
}
