import Training

/// Time of scores, softmax and their product with the values.
///
/// Flash kernels compute only what the mask lets through and keep scores on the chip:
///
///     2·T·n·H·(a + v) / (P·f·r) + traffic of queries, keys, values and output,   r = r₀·s/(s+s½)·a/(a+e)·(128+e)/128
///
/// with n keys a query on average; backward takes 2.5 times the arithmetic (Dao 2023, arXiv:2307.08691,
/// section 3.1.2). Others compute the full square with two batched products and pass over the scores.
struct AttentionCore: Sendable {
    let rates: MachineRates
    let constants: StepConstants
    let kernels: KernelSet
    /// Share of memory traffic that arithmetic does not hide.
    let exposedTraffic: Double

    private var kernel: AttentionKernel { kernels.attention }

    /// - Parameters:
    ///   - shape: sizes on the rank.
    ///   - keys: that a query meets on average under mask and window.
    /// - Returns: seconds.
    func time(_ shape: BlockShape, keys: Double) -> PassTime {
        let matrix = rates.activations
        let half = constants.halfHeadSize
        let headFactor = (128 + half) / 128
        let sizes = shape.scoreSize + shape.valueSize
        if kernel.isFlash {
            let relative = constants.flashRate(kernels, on: rates.architecture)
            let saturation = shape.sequenceLength / (shape.sequenceLength + constants.flashHalfSequence)
            let headSize = shape.scoreSize / (shape.scoreSize + half)
            let efficiency = relative * matrix.fraction * saturation * headSize * headFactor
            let flop = 2 * shape.tokens * keys * shape.heads * sizes
            let arithmetic = flop / (matrix.peak * efficiency)
            let traffic = 2 * shape.tokens * shape.heads * 2 * sizes / rates.memory
            return PassTime(
                forward: arithmetic + traffic + constants.launch,
                backward: 2.5 * arithmetic + 2 * traffic + 2 * constants.launch)
        }
        let scores = shape.tokens * shape.sequenceLength * shape.heads
        let efficiency =
            matrix.fraction * constants.batchedProducts * shape.scoreSize / (shape.scoreSize + half)
            * headFactor
        let traffic = 4 * scores + 4 * shape.tokens * shape.heads * sizes
        let products =
            2 * scores * sizes / (matrix.peak * efficiency)
            + exposedTraffic * traffic / rates.memory
        let bytes = kernel == .unfused ? constants.unfusedSoftmaxBytes : constants.fusedSoftmaxBytes
        let softmax = bytes * scores / rates.memory
        return PassTime(
            forward: products + softmax + 6 * constants.launch,
            backward: 2 * products + 1.5 * softmax + 9 * constants.launch)
    }

    /// The forward time that selective recomputation runs again, without launches.
    func recomputed(_ shape: BlockShape, keys: Double) -> Double {
        time(shape, keys: keys).forward - (kernel.isFlash ? 1 : 6) * constants.launch
    }
}
