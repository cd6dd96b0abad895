import Training

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
    ///   - choice: how its shape was chosen; a free one is kept with it.
    ///   - run: whether the compute of the run is kept although the question may say it.
    public init(_ priced: PricedPlan, choice: ShapeChoice, run: RunDetail) {
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
        let stack = priced.run.shape
        shape =
            choice == .law ? nil : [stack.width, stack.feedForwardWidth, stack.layers, stack.experts]
        flop = choice == .law && run == .asAsked ? nil : priced.run.flop
    }

    /// Whether the compute of a run is kept with its plan.
    public enum RunDetail: Hashable, Sendable {
        /// Always.
        case kept
        /// Only where the question does not give it.
        case asAsked
    }

    /// Shape and compute, where the shape was free.
    var chosen: (shape: LayerStack, flop: Double)? {
        guard let shape, let flop, shape.count == 4, flop > 0, flop.isFinite,
            let stack = try? LayerStack(
                width: shape[0], feedForwardWidth: shape[1], layers: shape[2], experts: shape[3])
        else { return nil }
        return (stack, flop)
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

/// Why a kept plan is no answer.
public enum RecordFault: Error, Hashable, Sendable {
    /// It breaks a rule, in these words.
    case illegal(String)
    /// Its step takes another time than it did when it was found.
    case otherPrice
}
