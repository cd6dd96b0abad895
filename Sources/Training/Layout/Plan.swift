/// How a run is laid out: every degree, where it lies on the network, and the pipeline's schedule.
public struct Plan: Hashable, Sendable {
    /// Degrees on each network level.
    public var placement: Placement
    /// Microbatches M that the global batch is cut into for each data-parallel replica and expert.
    public var microbatches: Int
    /// Pipeline chunks a stage holds, v; 1 without interleaving.
    public var interleave: Int
    /// Order of the forward and backward passes.
    public var schedule: PipelineSchedule

    /// Makes a plan; ``check(shape:batchTokens:machine:)`` says what is legal.
    public init(
        placement: Placement, microbatches: Int, interleave: Int = 1,
        schedule: PipelineSchedule = .oneForwardOneBackward
    ) {
        self.placement = placement
        self.microbatches = microbatches
        self.interleave = interleave
        self.schedule = schedule
    }

    /// Tensor degree along the model width, TPm.
    public var tensorModel: Int { placement.tensorModel.product }
    /// Tensor degree along the feed-forward width, TPf.
    public var tensorFeedForward: Int { placement.tensorFeedForward.product }
    /// Tensor degree, TPm·TPf.
    public var tensor: Int { tensorModel * tensorFeedForward }
    /// Pipeline degree, PP.
    public var pipeline: Int { placement.pipeline.product }
    /// Expert degree, EP.
    public var expert: Int { placement.expert.product }
    /// Data degree, DP.
    public var data: Int { placement.data.product }
    /// Accelerators used: the product of the five degrees.
    public var gpus: Int { tensor * pipeline * expert * data }
}

/// Factors of the five degrees on each network level, innermost first; all lists have one entry a level.
public struct Placement: Hashable, Sendable {
    /// Factors of the tensor degree along the model width.
    public var tensorModel: [Int]
    /// Factors of the tensor degree along the feed-forward width.
    public var tensorFeedForward: [Int]
    /// Factors of the pipeline degree.
    public var pipeline: [Int]
    /// Factors of the expert degree.
    public var expert: [Int]
    /// Factors of the data degree.
    public var data: [Int]

    /// Makes a placement.
    public init(
        tensorModel: [Int], tensorFeedForward: [Int], pipeline: [Int], expert: [Int], data: [Int]
    ) {
        self.tensorModel = tensorModel
        self.tensorFeedForward = tensorFeedForward
        self.pipeline = pipeline
        self.expert = expert
        self.data = data
    }

    /// Accelerators of one domain of a level that the plan uses, in domains of the level below.
    /// - Parameter level: index, innermost first.
    /// - Returns: domains of the level below, or accelerators.
    public func used(at level: Int) -> Int {
        tensorModel[level] * tensorFeedForward[level] * pipeline[level] * expert[level] * data[level]
    }
}

/// Order of the passes through a pipeline, as the data-movement model knows it.
///
/// No ``Schedule``: the model has no times of passes, only what share of a step is idle, and its zero bubble is the
/// limit of the schedules that split the backward pass, none of them in particular.
public enum PipelineSchedule: String, Hashable, Sendable, Codable, CaseIterable {
    /// One forward, one backward (1F1B), interleaved where a stage holds several chunks.
    case oneForwardOneBackward = "1f1b"
    /// Zero bubble: backward split in two so that the bubble vanishes; needs M ≥ 2·PP and one chunk.
    case zeroBubble = "zero-bubble"
}

extension [Int] {
    /// The product of the factors; 1 when empty, the greatest integer where it is beyond that.
    public var product: Int {
        var product = 1
        for factor in self {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow else { return .max }
            product = next
        }
        return product
    }
}
