import Training

/// Constants of the step model that hold for every machine and every model.
///
/// Each was fitted once to published steps, drawn towards a physical prior; the table of priors, values and
/// fitting procedure is in `docs/transformer-accuracy.md`. None belongs to a row, a paper or a model.
public struct StepConstants: Hashable, Sendable {
    // MARK: Matrix products

    /// Share of a product's memory traffic that is not hidden behind its arithmetic, classic software.
    public var exposedTraffic = 0.7254
    /// The same, overlapped software.
    public var exposedTrafficOverlapped = 0.4936
    /// Tiles of 128×256 that every multiprocessor loses per product to the last wave.
    public var lostWave = 0.1067
    /// Backward products over forward ones of the same FLOP.
    public var backwardSlowdown = 1.03
    /// Grouped (expert) products: efficiency relative to one product.
    public var groupedEfficiency = 0.7001
    /// Bytes per element that quantizing an operand moves.
    public var quantizationBytes = 3.489
    /// More of them for block-scaled and row-wise recipes.
    public var blockScalingBytes = 2.306
    /// Seconds between kernels.
    public var launch = 3.547e-06
    /// Exponent of the share of power in the matrix rate.
    public var powerExponent = 0.975

    // MARK: Attention

    /// Rate relative to matrix products: first flash kernels.
    public var flash1 = 0.4267
    /// The same: second flash kernels.
    public var flash2 = 0.53
    /// The same: the vendor's kernels of the overlapped generation.
    public var vendorFlash = 0.7901
    /// Tokens at which flash kernels reach half of their rate.
    public var flashHalfSequence = 510.4
    /// Head size that costs half of the rate.
    public var halfHeadSize = 29.23
    /// Rate of batched products of unfused attention.
    public var batchedProducts = 0.6036
    /// Bytes per score of a fused softmax, forward.
    public var fusedSoftmaxBytes = 8.827
    /// The same, unfused.
    public var unfusedSoftmaxBytes = 21.78

    // MARK: Element-wise passes

    /// Bytes moved over the least that the passes need: the framework's kernels.
    public var passFactor = 1.821
    /// The same: classic software, kernels that join bias, dropout and residual.
    public var passFactorJoined = 1.136
    /// The same: overlapped software.
    public var passFactorOverlapped = 1.45
    /// Bytes per element of an RMS norm made of single operations, forward.
    public var eagerNormBytes = 38.26
    /// Bytes per routed element for permuting and scaling, one direction.
    public var routingBytes = 12.97

    // MARK: What is exposed of communication, 0...1 or just above

    /// Tensor traffic, classic software.
    public var tensorExposed = 1.024
    /// Tensor traffic, overlapped software.
    public var tensorExposedOverlapped = 0.6723
    /// Backward tensor traffic over forward.
    public var tensorBackward = 0.7073
    /// Expert traffic.
    public var expertExposed = 0.619
    /// Gradient reduction, classic software: after the backward pass, hence all of it.
    public var dataExposed = 1.071
    /// Gradient reduction inside its window, overlapped software.
    public var dataExposedOverlapped = 0.3898
    /// Gathers of sharded weights inside their window.
    public var shardExposed = 0.1527
    /// Pipeline transfers with one chunk a stage; above 1, as sender and receiver both wait.
    public var pipelineExposed = 1.793
    /// Pipeline transfers with several.
    public var pipelineExposedInterleaved = 0.2771
    /// Context traffic.
    public var contextExposed = 0.4195
    /// Share of the first stage's pass behind which gradients are reduced.
    public var dataWindow = 0.66

    // MARK: Host and scale

    /// Seconds in which the host launches a layer without experts, forward and backward.
    public var hostDense = 0.001015
    /// The same for a layer with experts.
    public var hostExperts = 0.005074
    /// Growth of a step per doubling of the accelerators past eight.
    public var jitter = 0.006292
    /// Seconds a step takes besides everything else.
    public var stepOverhead = 0.01663
    /// Seconds of one pass of a collective besides its bytes and steps (measured).
    public var collectiveStart = 15e-6
    /// Local copying and adding of a collective pass, in passes of the buffer over the innermost link
    /// (measured).
    public var localCopies = 0.5

    /// Share of the host's memory bandwidth that an optimizer's step there reaches; assumed, no row has one.
    public var hostMemoryFraction = 0.5

    /// The published fit.
    public static let fitted = StepConstants()

    /// Makes the published fit, to be changed.
    public init() {}

    /// Exposed share of a product's memory traffic.
    func exposedTraffic(_ software: SoftwareGeneration) -> Double {
        software == .overlapped ? exposedTrafficOverlapped : exposedTraffic
    }

    /// Rate of a flash kernel relative to matrix products.
    func flashRate(
        _ kernel: AttentionKernel, _ software: SoftwareGeneration, _ passes: KernelSet.Passes
    ) -> Double {
        if kernel == .flash1 { return flash1 }
        return software == .overlapped && passes == .joined ? vendorFlash : flash2
    }

    /// Factor of element-wise passes.
    func passFactor(_ software: SoftwareGeneration, _ passes: KernelSet.Passes) -> Double {
        switch (passes, software) {
        case (.single, _): passFactor
        case (.joined, .classic): passFactorJoined
        case (.joined, .overlapped): passFactorOverlapped
        }
    }
}
