import TransformerModel

/// What was believed of the step model's constants before any step was fitted: counts of bytes, published
/// kernel measurements, and what software is known to hide.
public enum ConstantPriors {
    /// Every constant that is fitted.
    public static let all: [FittedNumber] = [
        // Products: measured matrix products of A100 and B200.
        number("exposed_traffic", \.exposedTraffic, 0.70, 0.25),
        number("exposed_traffic_overlapped", \.exposedTrafficOverlapped, 0.45, 0.20),
        number("lost_wave", \.lostWave, 0.10, 0.25),
        number("backward_slowdown", \.backwardSlowdown, 1.02, 0.02),
        number("grouped_efficiency", \.groupedEfficiency, 0.80, 0.15),
        number("launch", \.launch, 3e-6, 0.40),
        number("quantization_bytes", \.quantizationBytes, 3, 0.30),
        number("block_scaling_bytes", \.blockScalingBytes, 2, 0.40),
        number("power_exponent", \.powerExponent, 0.9, 0.15),
        // Attention: the papers of the kernels.
        number("flash1", \.flash1, 0.45, 0.20), number("flash2", \.flash2, 0.65, 0.20),
        number("vendor_flash", \.vendorFlash, 0.80, 0.10),
        number("flash_half_sequence", \.flashHalfSequence, 500, 0.30),
        number("half_head_size", \.halfHeadSize, 32, 0.30),
        number("batched_products", \.batchedProducts, 0.60, 0.20),
        number("fused_softmax_bytes", \.fusedSoftmaxBytes, 9, 0.25),
        number("unfused_softmax_bytes", \.unfusedSoftmaxBytes, 22, 0.25),
        // Passes over memory: operations counted.
        number("eager_norm_bytes", \.eagerNormBytes, 36, 0.25),
        number("pass_factor", \.passFactor, 1.6, 0.35),
        number("pass_factor_joined", \.passFactorJoined, 1.15, 0.20),
        number("pass_factor_overlapped", \.passFactorOverlapped, 1.3, 0.20),
        number("routing_bytes", \.routingBytes, 12, 0.30),
        // Exposed shares: 1 where nothing runs beside the traffic.
        number("tensor_exposed", \.tensorExposed, 1, 0.10),
        number("tensor_exposed_overlapped", \.tensorExposedOverlapped, 0.5, 0.30),
        number("tensor_backward", \.tensorBackward, 0.6, 0.25),
        number("expert_exposed", \.expertExposed, 0.7, 0.30),
        number("data_exposed", \.dataExposed, 1, 0.10),
        number("data_exposed_overlapped", \.dataExposedOverlapped, 0.4, 0.30),
        number("shard_exposed", \.shardExposed, 0.15, 0.40),
        number("pipeline_exposed", \.pipelineExposed, 1.4, 0.30),
        number("pipeline_exposed_interleaved", \.pipelineExposedInterleaved, 0.3, 0.40),
        number("context_exposed", \.contextExposed, 0.4, 0.40),
        // Host and scale.
        number("host_dense", \.hostDense, 0.001, 0.40),
        number("host_experts", \.hostExperts, 0.0035, 0.40),
        number("jitter", \.jitter, 0.006, 0.50),
        number("step_overhead", \.stepOverhead, 0.015, 0.25),
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
