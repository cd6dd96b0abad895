/// Microbatches from both ends at once, forward and backward overlapped: arXiv:2412.19437, section 3.2.1.
///
/// It wants an even number of stages and an even number of microbatches of at least twice that, as its published
/// implementation does (github.com/deepseek-ai/DualPipe).
///
/// A stage is as far from its nearer end as in half a pipeline; its *near* chunk takes the microbatches that enter at that
/// end. Microbatches 0 to M / 2 - 1 run down the stages, the others up.
enum DualPipe: ScheduleRules {
    static var chunkRange: ClosedRange<Int> { 2...2 }
    static var placement: ChunkPlacement { .opposed }
    static var needs: ScheduleNeeds {
        ScheduleNeeds(stagePairs: .needed, microbatchPairs: .needed, microbatchesPerStage: 2)
    }
    static var unequalStages: UnequalStages { .none }
    static var isBackwardWhole: Bool { false }

    /// (p / 2 - 1)(FB + B - 3 W) with B the whole backward pass and FB a pair that gains nothing, in times of a stage's
    /// microbatch.
    static func bubbleShare(stages: Int, chunks: Int) -> Double {
        max(0, Double(stages) / 2 - 1) / max(1, Double(stages - 1)) * 2 / 3
    }

    /// Those of p + 1 microbatches, each of a full stage's layers of its own direction.
    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int { shape.devices + 1 }

    static func write(_ shape: PipelineShape, to orders: inout StageOrders) {
        let half = shape.devices / 2
        orders.write { device, order in
            let distance = min(device, shape.devices - 1 - device)
            TwoWayOrder(
                distance: distance, length: half, microbatches: shape.microbatches / 2,
                near: device < half ? 0 : 1, offset: shape.microbatches / 2
            ).append(to: &order)
        }
    }
}
