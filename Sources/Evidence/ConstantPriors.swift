import TransformerModel

/// What was believed of the step model's constants before any step was fitted: counts of bytes, published
/// kernel measurements.
public enum ConstantPriors {
    /// Every constant that is fitted.
    public static let all: [FittedNumber] = [
        // Products: measured matrix products of A100 and B200.
        number("lost_wave", \.lostWave, 0.10, 0.25),
        number("backward_slowdown", \.backwardSlowdown, 1.02, 0.02),
        number("launch", \.launch, 3e-6, 0.40),
        number("quantization_bytes", \.quantizationBytes, 3, 0.30),
        number("block_scaling_bytes", \.blockScalingBytes, 2, 0.40),
        number("power_exponent", \.powerExponent, 0.9, 0.15),
        // Attention: the papers of the kernels.
        number("flash1", \.flash1, 0.45, 0.20), number("flash2", \.flash2, 0.65, 0.20),
        number("vendor_flash", \.vendorFlash, 0.80, 0.10),
        // FlashAttention-2 reaches 35 % of an H100's peak and 70 % of an A100's (arXiv:2407.08608, arXiv:2307.08691).
        number("library_flash_later", \.libraryFlashLater, 0.60, 0.20),
        number("flash_half_sequence", \.flashHalfSequence, 500, 0.30),
        number("half_head_size", \.halfHeadSize, 32, 0.30),
        number("batched_products", \.batchedProducts, 0.60, 0.20),
        number("fused_softmax_bytes", \.fusedSoftmaxBytes, 9, 0.25),
        number("unfused_softmax_bytes", \.unfusedSoftmaxBytes, 22, 0.25),
        // Passes over memory: operations counted.
        number("eager_norm_bytes", \.eagerNormBytes, 36, 0.25),
    ]

    private static func number(
        _ name: String, _ path: any WritableKeyPath<StepConstants, Double> & Sendable, _ prior: Double,
        _ deviation: Double
    ) -> FittedNumber {
        FittedNumber(
            name: name, scope: "", place: .constant(path), prior: prior, deviation: deviation, most: .infinity
        )
    }
}
