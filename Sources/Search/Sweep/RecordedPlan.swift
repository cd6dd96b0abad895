import CostModel
import Strategy

/// A plan as journals and stores keep it: decisions by network level and no prices.
///
/// Prices are computed anew from the decisions; the step time is kept to notice that a price has changed.
public struct RecordedPlan: Codable, Hashable, Sendable {
    let tensorModel: [Int]
    let tensorFeedForward: [Int]
    let pipeline: [Int]
    let expert: [Int]
    let data: [Int]
    let microbatches: Int
    let interleave: Int
    let schedule: PipelineSchedule
    /// Whether memory was found to bind it, which takes a search to see.
    public let memoryBinds: Bool
    /// Seconds of a step when it was found.
    public let stepSeconds: Double
    /// Width, feed-forward width, layers, experts; nil where they follow the laws.
    public let shape: [Int]?
    /// Compute of the run; nil where the question says it.
    public let flop: Double?

    /// Takes the decisions of a plan.
    /// - Parameters:
    ///   - priced: the plan.
    ///   - shape: its shape, where the laws do not give it.
    ///   - flop: its compute, where the question does not give it.
    public init(_ priced: PricedPlan, shape: [Int]? = nil, flop: Double? = nil) {
        let (plan, placement) = (priced.plan, priced.plan.placement)
        tensorModel = placement.tensorModel
        tensorFeedForward = placement.tensorFeedForward
        pipeline = placement.pipeline
        expert = placement.expert
        data = placement.data
        microbatches = plan.microbatches
        interleave = plan.interleave
        schedule = plan.schedule
        memoryBinds = priced.binding == "memory"
        stepSeconds = priced.price.step
        self.shape = shape
        self.flop = flop
    }

    /// The decisions.
    public var decisions: Plan {
        Plan(
            placement: Placement(
                tensorModel: tensorModel, tensorFeedForward: tensorFeedForward, pipeline: pipeline,
                expert: expert, data: data),
            microbatches: microbatches, interleave: interleave, schedule: schedule)
    }
}
