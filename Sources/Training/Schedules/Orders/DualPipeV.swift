/// DualPipe cut in half: two chunks a stage laid out as a V, a forward pass on one overlapped with a backward pass on
/// the other.
///
/// A microbatch goes down the stages and comes back, so that what comes back takes the place of DualPipe's second
/// direction, and p stages hold the model once where DualPipe has 2 p stages hold it twice. Each stage runs the order of
/// DualPipe's stage that is as far from its end, on M microbatches a chunk, at least 2 p.
///
/// Source: github.com/deepseek-ai/DualPipe, `dualpipev.py` and the table of its README, whose PP is 2 p here; the cut is
/// that of Sea AI Lab. PyTorch's pipelining and torchtitan have it as `DualPipeV`.
enum DualPipeV: ScheduleRules {
    static var chunkRange: ClosedRange<Int> { 2...2 }
    static var placement: ChunkPlacement { .turn }
    static var needs: ScheduleNeeds { ScheduleNeeds(microbatchesPerStage: 2) }
    static var unequalStages: UnequalStages { .layersOfOneKind }
    static var isBackwardWhole: Bool { false }
    /// V has half of its bubble and a chunk less in flight; what pairs gain from traffic that they hide is not priced.
    static var isSearched: Bool { false }

    /// (p - 1)(FB + B - 3 W) in times of a chunk, with B the whole backward pass and FB a pair that gains nothing: two of
    /// a stage's six passes for each further stage.
    static func bubbleShare(stages: Int, chunks: Int) -> Double { 1.0 / 3 }

    /// 2 p + 1, each of a chunk of half a stage's layers.
    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int { 2 * shape.devices + 1 }

    static func write(_ shape: PipelineShape, to orders: inout StageOrders) {
        orders.write { device, order in
            TwoWayOrder(
                distance: device, length: shape.devices, microbatches: shape.microbatches, near: 0, offset: 0
            ).append(to: &order)
        }
    }
}
