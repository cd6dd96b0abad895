/// Constants of the step model that hold for every machine and every model.
///
/// Each was fitted once to published steps, drawn towards a physical prior; the table of priors, values and
/// fitting procedure is in `docs/transformer-accuracy.md`. None belongs to a row, a paper or a model.
public struct StepConstants: Hashable, Sendable {
    // MARK: Matrix products

    /// Share of a product's memory traffic that is not hidden behind its arithmetic.
    public var exposedTraffic = 0.6770679058089213
    /// Tiles of 128×256 that every multiprocessor loses per product to the last wave.
    public var lostWave = 0.16282023104841814
    /// Backward products over forward ones of the same FLOP.
    public var backwardSlowdown = 1.057891136766895
    /// Grouped (expert) products: efficiency relative to one product.
    public var groupedEfficiency = 0.6683078372866179
    /// Bytes per element that quantizing an operand moves.
    public var quantizationBytes = 3.1146543985319397
    /// More of them for block-scaled and row-wise recipes.
    public var blockScalingBytes = 2.1622084762
    /// Seconds between kernels.
    public var launch = 3.3388559110556507e-06
    /// Exponent of the share of power in the matrix rate.
    public var powerExponent = 0.9685274085203163

    // MARK: Attention

    /// Rate relative to matrix products: first flash kernels.
    public var flash1 = 0.4499444457694367
    /// The same: second flash kernels.
    public var flash2 = 0.42263766839552497
    /// The same: the vendor's kernels of the overlapped generation.
    public var vendorFlash = 0.6295332543959711
    /// Tokens at which flash kernels reach half of their rate.
    public var flashHalfSequence = 494.78922271658985
    /// Head size that costs half of the rate.
    public var halfHeadSize = 30.18433962686441
    /// Rate of batched products of unfused attention.
    public var batchedProducts = 0.6065941437398652
    /// Bytes per score of a fused softmax, forward.
    public var fusedSoftmaxBytes = 8.841786068422753
    /// The same, unfused.
    public var unfusedSoftmaxBytes = 22.30967632435869

    // MARK: Element-wise passes

    /// Bytes moved over the least that the passes need.
    public var passFactor = 1.777527123165681
    /// Bytes per element of an RMS norm made of single operations, forward.
    public var eagerNormBytes = 40.8148672349864
    /// Bytes per routed element for permuting and scaling, one direction.
    public var routingBytes = 12.357009656912219

    // MARK: What is exposed of communication, 0...1 or just above

    /// Tensor traffic, classic software.
    public var tensorExposed = 1.0218755732988607
    /// Tensor traffic, overlapped software.
    public var tensorExposedOverlapped = 0.6155211269822718
    /// Backward tensor traffic over forward.
    public var tensorBackward = 0.6850431952145398
    /// Expert traffic.
    public var expertExposed = 0.7117380037141476
    /// Gradient reduction inside its window.
    public var dataExposed = 0.4772030851244502
    /// Gathers of sharded weights inside their window.
    public var shardExposed = 0.17059254043320446
    /// Pipeline transfers with one chunk a stage.
    public var pipelineExposed = 0.7780786353718607
    /// Pipeline transfers with several.
    public var pipelineExposedInterleaved = 0.2647920575241669
    /// Context traffic.
    public var contextExposed = 0.40322379329877384
    /// Share of the first stage's pass behind which gradients are reduced.
    public var dataWindow = 0.66

    // MARK: Host and scale

    /// Seconds in which the host launches a layer without experts, forward and backward.
    public var hostDense = 0.0010203263706965152
    /// The same for a layer with experts.
    public var hostExperts = 0.005077603920964715
    /// Growth of a step per doubling of the accelerators past eight.
    public var jitter = 0.005154597032218907
    /// Seconds a step takes besides everything else.
    public var stepOverhead = 0.026187394851415493
    /// Seconds of one pass of a collective besides its bytes and steps (measured).
    public var collectiveStart = 15e-6
    /// Local copying and adding of a collective pass, in passes of the buffer over the innermost link
    /// (measured).
    public var localCopies = 0.5

    /// The published fit.
    public static let fitted = StepConstants()

    /// Makes the published fit, to be changed.
    public init() {}
}
