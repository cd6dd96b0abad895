import Training

/// Constants of the step model that hold for every machine and every model.
///
/// Each was fitted once to published steps, drawn towards a physical prior; the table of priors, values and
/// fitting procedure is in `docs/transformer-accuracy.md`. None belongs to a row, a paper or a model.
public struct StepConstants: Hashable, Sendable {
    // MARK: Matrix products

    /// Tiles of 128×256 that every multiprocessor loses per product to the last wave.
    public var lostWave = 0.1154
    /// Backward products over forward ones of the same FLOP.
    public var backwardSlowdown = 1.035
    /// Bytes per element that quantizing an operand moves.
    public var quantizationBytes = 2.996
    /// More of them for block-scaled and row-wise recipes.
    public var blockScalingBytes = 1.906
    /// Seconds between kernels.
    public var launch = 3.716e-06
    /// Exponent of the share of power in the matrix rate.
    public var powerExponent = 0.9513

    // MARK: Attention

    /// Rate relative to matrix products: first flash kernels.
    public var flash1 = 0.4307
    /// The same: second flash kernels.
    public var flash2 = 0.6595
    /// The same: the vendor's kernels.
    public var vendorFlash = 0.839
    /// The published library's kernels on Hopper and later over those on Ampere.
    public var libraryFlashLater = 0.5731
    /// Tokens at which flash kernels reach half of their rate.
    public var flashHalfSequence = 465.0
    /// Head size that costs half of the rate.
    public var halfHeadSize = 27.43
    /// Rate of batched products of unfused attention.
    public var batchedProducts = 0.6127
    /// Bytes per score of a fused softmax, forward.
    public var fusedSoftmaxBytes = 8.462
    /// The same, unfused.
    public var unfusedSoftmaxBytes = 21.52

    // MARK: Element-wise passes

    /// Bytes per element of an RMS norm made of single operations, forward.
    public var eagerNormBytes = 39.82

    // MARK: Traffic

    /// Share of the first stage's pass behind which gradients are reduced.
    public var dataWindow = 0.66
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

    /// Rate of a flash kernel relative to matrix products.
    func flashRate(_ kernels: KernelSet, on architecture: Architecture?) -> Double {
        if kernels.attention == .flash2, kernels.flash == .vendor { return vendorFlash }
        let rate = kernels.attention == .flash1 ? flash1 : flash2
        return architecture == .hopper || architecture == .blackwell ? rate * libraryFlashLater : rate
    }
}
