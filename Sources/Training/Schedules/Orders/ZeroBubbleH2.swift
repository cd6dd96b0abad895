/// Zero bubble with twice the forward passes ahead: arXiv:2401.10241, section 2.2.
///
/// Stage i of p keeps 2 i weight gradients waiting, which with its lead of 2 (p - i) - 1 makes 2 p - 1 activations
/// everywhere. With equal passes its bubble is that of H1, which holds fewer, so that a search need not look at it.
enum ZeroBubbleH2: ScheduleRules {
    static var isSearched: Bool { false }
    static var isBackwardWhole: Bool { false }

    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1.0 / 3 }

    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int {
        min(shape.microbatches, 2 * shape.devices - 1)
    }

    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder? {
        SingleChunkOrder(
            lead: min(shape.microbatches, 2 * (shape.devices - stage) - 1), backward: .split(lag: 2 * stage),
            microbatches: shape.microbatches)
    }
}
