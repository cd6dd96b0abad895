/// Forward and backward time of a piece of work, in seconds.
struct PassTime: Hashable, Sendable {
    var forward = 0.0
    var backward = 0.0

    static func + (left: PassTime, right: PassTime) -> PassTime {
        PassTime(forward: left.forward + right.forward, backward: left.backward + right.backward)
    }

    static func += (left: inout PassTime, right: PassTime) { left = left + right }

    static func * (left: PassTime, factor: Double) -> PassTime {
        PassTime(forward: left.forward * factor, backward: left.backward * factor)
    }
}

/// Time of matrix products with weights.
///
/// An additive roofline: the time of the arithmetic, the part of the traffic that is not hidden, and a lost
/// wave of tiles, so that the time is smooth and never falls with more work.
///
///     forward  = 2mnk/(P·f) + α(b(mk + kn) + 2mn)/W + w·SM·tile·2k/(P·f) + q·mk/W + t
///     backward = 2·β·(the first three) + α·2·g·kn/W + q(mk + mn)/W + 2t
///
/// Frozen weights have no gradient, so the backward pass is β·(the first three) + q·mn/W + t, and adapters of rank r beside
/// them add passes over memory, their arithmetic and launches (own; no published step checks them):
///
///     forward  + (2mk + 4mn)/W + 2mr(k + n)/(P·f) + 3t
///     backward + (6mk + 4mn)/W + 4mr(k + n)/(P·f) + 5t
///
/// P peak, f matrix fraction, W memory rate, b bytes of an operand, g bytes of a gradient, α exposed traffic,
/// w lost wave, tile 128×256, q quantization bytes, t launch. Source: roofline of Williams et al. 2009,
/// doi:10.1145/1498765.1498785, made additive; constants in `StepConstants` and `SoftwareConduct`.
struct MatrixKernel: Sendable {
    let rates: MachineRates
    let constants: StepConstants
    /// Share of memory traffic that arithmetic does not hide.
    let exposedTraffic: Double
    /// Bytes of a gradient that products of weights add up.
    let gradientBytes: Double
    /// Rank of the adapters beside frozen weights; nil where weights are trained.
    var adapterRank: Double?

    private static let tile = 128.0 * 256.0

    /// Output[rows][columns] = input[rows][inner] · weight[inner][columns].
    /// - Parameters:
    ///   - rows: of input and output.
    ///   - columns: of weight and output.
    ///   - inner: of input and weight.
    ///   - kind: class of the product.
    ///   - scale: efficiency relative to one large product.
    ///   - hasAdapter: whether it is adapted where weights are frozen.
    /// - Returns: seconds.
    func time(
        rows: Double, columns: Double, inner: Double, kind: MachineRates.Matrix, scale: Double = 1,
        hasAdapter: Bool = true
    ) -> PassTime {
        let rate = kind.peak * kind.fraction
        let traffic = kind.bytes * (rows * inner + inner * columns) + 2 * rows * columns
        let core =
            2 * rows * columns * inner / (rate * scale) + exposedTraffic * traffic / rates.memory
            + constants.lostWave * rates.multiprocessors * Self.tile * 2 * inner / rate
        let quantizedInput = kind.quantization * rows * inner / rates.memory
        if let adapterRank {
            let frozen = PassTime(
                forward: core + quantizedInput + constants.launch,
                backward: core * constants.backwardSlowdown
                    + kind.quantization * rows * columns / rates.memory + constants.launch)
            return hasAdapter
                ? frozen + adapter(rank: adapterRank, rows: rows, columns: columns, inner: inner) : frozen
        }
        let gradients = exposedTraffic * 2 * gradientBytes * inner * columns / rates.memory
        return PassTime(
            forward: core + quantizedInput + constants.launch,
            backward: 2 * core * constants.backwardSlowdown + gradients + quantizedInput
                + kind.quantization * rows * columns / rates.memory + 2 * constants.launch)
    }

    /// What adapters beside a product take: their inputs and outputs are too thin to reuse what they read.
    private func adapter(rank: Double, rows: Double, columns: Double, inner: Double) -> PassTime {
        let arithmetic =
            2 * rows * rank * (inner + columns) / (rates.activations.peak * rates.activations.fraction)
        return PassTime(
            forward: rows * (2 * inner + 4 * columns) / rates.memory + arithmetic + 3 * constants.launch,
            backward: rows * (6 * inner + 4 * columns) / rates.memory + 2 * arithmetic + 5 * constants.launch)
    }
}
