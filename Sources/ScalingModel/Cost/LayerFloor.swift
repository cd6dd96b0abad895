/// Time of one matrix product as a function of its tokens, without padding and latency.
///
/// The tiling follows the weights alone, so the bytes that cross each interface are a constant, for what is
/// moved of the weights, and a multiple of the tokens.
struct ProductLine: Sendable {
    /// Seconds for no tokens, of memory, L2 and shared memory.
    private let weights: SIMD4<Double>
    /// Seconds a token, of memory, L2, shared memory and arithmetic.
    private let token: SIMD4<Double>

    init(none: MatrixProductModel.Terms, many: MatrixProductModel.Terms, tokens: Int) {
        weights = SIMD4(none.memory, none.l2, none.shared, 0)
        token =
            (SIMD4(many.memory, many.l2, many.shared, many.arithmetic) - weights)
            / Double(tokens)
    }

    /// Seconds of all microbatches.
    /// - Parameters:
    ///   - tokens: of all microbatches together.
    ///   - microbatches: how many there are; more take longer.
    /// - Returns: seconds.
    @inline(__always)
    func seconds(tokens: Double, microbatches: Double) -> Double {
        (weights * microbatches + token * tokens).max()
    }
}

extension MatrixProductModel {
    /// The product's time along its tokens.
    func line(rows: Int, columns: Int, kind: ProductKind) -> ProductLine {
        // A multiple of the matrix engine's fragment, so that nothing is padded.
        let tokens = 1 << 20
        return ProductLine(
            none: terms(rows: rows, columns: columns, tokens: 0, kind: kind),
            many: terms(rows: rows, columns: columns, tokens: tokens, kind: kind), tokens: tokens)
    }
}

/// What bounds the arithmetic of a layer and expert for a pair of tensor degrees.
///
/// A batch cut more finely takes longer: latencies and what is moved of the weights are paid for each part,
/// and all else follows the tokens, of which there are always as many. Padding of tokens is left out.
public struct LayerFloor: Sendable {
    let up: ProductLine
    let down: ProductLine
    let upGradient: ProductLine
    let downGradient: ProductLine
    /// Of one microbatch.
    let latency: Double
    let factor: Double
    /// Of the batch, for one expert.
    let tokens: Double

    /// Least seconds of one layer and expert for the whole batch.
    /// - Parameter cuts: the least DP·M, at least 1.
    /// - Returns: seconds, those of all microbatches and replicas added, below those of every finer cut too.
    @inline(__always)
    public func batchSeconds(cuts: Int) -> Double {
        let parts = Double(cuts)
        let activations =
            up.seconds(tokens: tokens, microbatches: parts)
            + down.seconds(tokens: tokens, microbatches: parts)
        let gradients =
            upGradient.seconds(tokens: tokens, microbatches: parts)
            + downGradient.seconds(tokens: tokens, microbatches: parts)
        return (2 * activations + gradients + latency * parts) * factor * (1 - 1e-9)
    }
}
