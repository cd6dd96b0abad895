import Training

/// Time and traffic of a recurrence beside its projections: convolution, chunks or scan, norm and gate of the output.
///
/// No measured step checks it; answers about models with recurrences say so. Per token of a rank that has 1/t of the heads:
///
/// | part | forward | backward |
/// | --- | --- | --- |
/// | products of chunks | 2·`Recurrence.chunkMultiplyAdds` at the rate of batched products of `valueSize` | 3 times that: gradients of both factors, and states computed again |
/// | Mamba's scan | 12 slots of vector units for each number of the state | 3 times that |
/// | bytes | conv 4·channels, chunks 4·inner + 4·keys of all heads, states, norm and gate 6·inner | twice |
///
/// States between chunks of C tokens cross memory: 16·N·P/C bytes a head in Mamba-2, whose chunk states are written and
/// read in fp32 by two kernels, 4 in Gated DeltaNet (written and read in 16 bits), none in Lightning Attention, whose
/// kernel goes from block to block. That Mamba-2 and Gated DeltaNet compute states again on the way back: arXiv:2405.21060,
/// section 8.1 and `ssd_combined.py` of state-spaces/mamba; `chunk_gated_delta_rule` of fla-org/flash-linear-attention.
struct RecurrentCore: Sendable {
    let recurrence: Recurrence
    let rates: MachineRates
    let constants: StepConstants
    /// Bytes that element-wise passes move over the least they need.
    let passFactor: Double

    /// Slots of vector units for a number of the state and token: a product and an exponential for its decay, which takes
    /// the special units eight slots (16 a cycle beside 128, CUDA C++ Programming Guide, arithmetic instructions), a
    /// product of input and B, and a multiply-add each for state and output (arXiv:2312.00752, section 3.3.2).
    static let scanSlots = 12.0
    /// Vector slots a second over the FLOP/s of 16-bit products: 9.7e12 over 312e12 on an A100 (datasheet: 19.5 TFLOP/s of
    /// fp32, two a slot).
    static let vectorShare = 1 / 32.0
    /// Backward over forward arithmetic.
    static let backwardWork = 3.0

    /// Bytes that the states between chunks take, for each number of a state and chunk.
    private var stateBytes: Double {
        switch recurrence.rule {
        case .mamba2: 16
        case .gatedDelta: 4
        case .lightning, .mamba1: 0
        }
    }

    /// Kernels forward.
    private var launches: Double {
        switch recurrence.rule {
        case .mamba2: 7
        case .gatedDelta: 10
        case .lightning, .mamba1: 4
        }
    }

    /// - Parameter shape: sizes on the rank.
    /// - Returns: seconds.
    func time(_ shape: BlockShape) -> PassTime {
        let tokens = shape.tokens / shape.tensor
        let size = Double(recurrence.valueSize)
        let half = constants.halfHeadSize
        let matrix = rates.activations
        let efficiency =
            matrix.fraction * constants.batchedProducts * size / (size + half) * (128 + half) / 128
        var arithmetic = 0.0
        if recurrence.rule == .mamba1 {
            let slots = Self.scanSlots * recurrence.inner * Double(recurrence.keySize)
            arithmetic = tokens * slots / (matrix.peak * matrix.fraction * Self.vectorShare)
        } else {
            arithmetic = 2 * tokens * recurrence.chunkMultiplyAdds / (matrix.peak * efficiency)
        }
        let keys = Double(recurrence.heads) * Double(recurrence.keySize)
        let states = stateBytes * keys * size / Double(recurrence.chunk)
        let inner = recurrence.inner
        let rows =
            recurrence.rule == .mamba1
            ? 4 * recurrence.channels + 10 * inner + 4 * recurrence.keys
            : 4 * recurrence.channels + 4 * inner + 4 * keys + 6 * inner
        let traffic = tokens * (rows * passFactor + states) / rates.memory
        return PassTime(
            forward: arithmetic + traffic + launches * constants.launch,
            backward: Self.backwardWork * arithmetic + 2 * traffic + 1.5 * launches * constants.launch)
    }

    /// Bytes that a token leaves for the backward pass on all tensor ranks together, between the norm before the mixer and
    /// the layer's output.
    ///
    /// | rule | kept, in 16 bits unless said |
    /// | --- | --- |
    /// | Mamba-2 | what the input projection puts out, the output before and after norm and gate |
    /// | Gated DeltaNet | that, the convolution's output, keys and queries of every head after their norm, the inverse of each chunk, gate and step in fp32 |
    /// | Lightning | what the projections put out, values, keys and queries after their activation, output, its norm, the gate, the product |
    /// | Mamba | both projections' outputs, the convolution's, the step, output before and after its gate |
    static func keptBytes(_ recurrence: Recurrence) -> Double {
        let inner = recurrence.inner
        let keys = Double(recurrence.heads) * Double(recurrence.keySize)
        let heads = Double(recurrence.heads)
        return switch recurrence.rule {
        case .mamba2: 2 * (recurrence.columns + 2 * inner) + 4 * heads
        case .gatedDelta:
            2 * (recurrence.columns + recurrence.channels + 2 * keys + 2 * inner)
                + 2 * heads * Double(recurrence.chunk) + 8 * heads
        case .lightning: 2 * (recurrence.columns + inner + 2 * keys + 4 * inner)
        case .mamba1: 2 * (recurrence.columns + recurrence.channels + 2 * recurrence.selection + 3 * inner)
        }
    }

    /// Bytes a token of a rank that context ranks exchange for heads, each way together: in, what the input projection puts
    /// out; out, the output.
    var exchangedBytes: Double { 2 * (recurrence.columns + recurrence.inner) }
}
