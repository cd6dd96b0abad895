/// All that is known of one schedule: where chunks lie, which pipelines it exists for, the order of its passes, what
/// it holds and how long it idles.
///
/// A new schedule is a file with its rules, a case of `Schedule`, and its name in those frameworks of `Files/Launch`
/// that have it.
protocol ScheduleRules {
    /// Chunks a stage has: one number, or any from 2.
    static var chunkRange: ClosedRange<Int> { get }
    /// How the chunks of the stages follow each other.
    static var placement: ChunkPlacement { get }
    /// Which numbers of stages and microbatches it exists for.
    static var needs: ScheduleNeeds { get }
    /// Fewest stages of a layout: 1 where it is no other schedule without a pipeline.
    static var fewestStages: Int { get }
    /// Which models may be cut into unequal stages for it.
    static var unequalStages: UnequalStages { get }
    /// Whether all backward passes are in one piece, so that a gradient leaves with those of the weights.
    static var isBackwardWhole: Bool { get }
    /// Whether a search looks at it unasked; not where another schedule takes no longer and holds no more.
    static var isSearched: Bool { get }
    /// Bubble over the time of all stages but the slowest, for one microbatch, all passes equal: 0...1.
    static func bubbleShare(stages: Int, chunks: Int) -> Double
    /// Times of a chunk of the slowest stage that each step waits besides, for want of microbatches.
    static func chunksWaiting(_ shape: PipelineShape) -> Int
    /// Most (chunk, microbatch) pairs in flight on a stage, all its chunks together.
    static func chunksInFlight(_ shape: PipelineShape, stage: Int) -> Int
    /// The order of a stage of one chunk; nil where stages have several.
    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder?
    /// Writes the operations of all stages in order.
    static func write(_ shape: PipelineShape, to orders: inout StageOrders)
}

/// What most schedules have in common: one chunk a stage, in one order, and no conditions.
extension ScheduleRules {
    static var chunkRange: ClosedRange<Int> { 1...1 }
    static var placement: ChunkPlacement { .loop }
    static var needs: ScheduleNeeds { ScheduleNeeds() }
    static var fewestStages: Int { 2 }
    static var unequalStages: UnequalStages { .anyLayers }
    static var isBackwardWhole: Bool { true }
    static var isSearched: Bool { true }
    static func chunksWaiting(_ shape: PipelineShape) -> Int { 0 }
    static func order(_ shape: PipelineShape, stage: Int) -> SingleChunkOrder? { nil }

    static func write(_ shape: PipelineShape, to orders: inout StageOrders) {
        orders.write { stage, list in order(shape, stage: stage)?.append(to: &list) }
    }
}

/// The models that may be cut into unequal stages for a schedule.
public enum UnequalStages: Hashable, Sendable {
    /// None: its stages are as even as they go.
    case none
    /// Those with layers of one kind, as then it does not matter which of them a chunk has.
    case layersOfOneKind
    /// All.
    case anyLayers
}

/// The numbers of stages and microbatches that a schedule exists for.
public struct ScheduleNeeds: Hashable, Sendable {
    /// Stages are even in number.
    public var stagePairs = Pairs.notNeeded
    /// Microbatches are even in number.
    public var microbatchPairs = Pairs.notNeeded
    /// Microbatches for each stage, at least; 0 where any number will do.
    public var microbatchesPerStage = 0

    /// Whether a number has to be even.
    public enum Pairs: Hashable, Sendable {
        /// It has to.
        case needed
        /// It need not.
        case notNeeded

        func accepts(_ number: Int) -> Bool { self == .notNeeded || number.isMultiple(of: 2) }
    }

    /// Whether there may be so many stages.
    public func accepts(stages: Int) -> Bool { stagePairs.accepts(stages) }

    /// Whether there may be so many stages and microbatches.
    public func accepts(stages: Int, microbatches: Int) -> Bool {
        accepts(stages: stages) && stages <= mostStages(microbatches: microbatches)
    }

    /// The most stages that so many microbatches are enough for; 0 where they are none of its numbers.
    public func mostStages(microbatches: Int) -> Int {
        guard microbatchPairs.accepts(microbatches) else { return 0 }
        return microbatchesPerStage == 0 ? .max : microbatches / microbatchesPerStage
    }
}
