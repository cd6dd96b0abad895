import Foundation
import Hardware
import Quantities

/// The closed-form limits of the data-movement model.
///
/// Reference run C₀ = 3e23 FLOP with batch b₀ = 4e6 tokens and L₀ = 100 layers; F = (b₀/L₀)·C₀^(−α), where α is
/// the exponent by which critical batch outgrows depth; run time T a quarter of 365.25 days. A node of eight
/// accelerators stands for one: m = 8·(peak/2) multiply-adds, n = 8·bandwidth/(2w) words over the level above
/// the node (bidirectional, halved), h = 8·HBM/(2w) words (halved as well). Source: Erdil,
/// Schneider-Joseph 2024, arXiv:2411.01137, section on analytic limits.
public enum ClosedForms {
    /// Compute of the reference run, FLOP.
    static let referenceFlop = 3e23
    /// Batch of the reference run over its depth: tokens a layer.
    static let referenceBatchPerLayer = 4e6 / 100
    /// A quarter of a Julian year, seconds.
    static let runTime = 365.25 * 86_400 / 4
    /// Latency of a matrix product and of the network, together: 4.5 µs each.
    public static let unitLatency = Seconds(9e-6)
    /// Accelerators of a node.
    static let nodeSize = 8.0

    /// Compute beyond which bandwidth ends linear scaling.
    ///
    ///     2·[(1/960)·(F·m·T/(shard²·nanobatch))²]^(1/(1 − 2α)),  nanobatch = m/h,  shard = 4·m/(3·n)
    ///
    /// - Parameters:
    ///   - machine: the level above the node is its last network level.
    ///   - exponentDifference: α, below 0.5.
    /// - Returns: FLOP; infinite where no bandwidth limits.
    public static func criticalCompute(machine: Accelerator, exponentDifference: Double) -> Flop {
        let word = machine.compute.wordBytes
        let rate = nodeSize * machine.compute.peak.value / 2
        let outside = machine.network.last?.bidirectionalBandwidth.value ?? .infinity
        let network = nodeSize * outside / (2 * word)
        let memory = nodeSize * machine.memory.bandwidth.value / (2 * word)
        let nanobatch = rate / memory
        let shard = 4 * rate / (3 * network)
        let base = batchOverDepth(exponentDifference) * rate * runTime / (shard * shard * nanobatch)
        return Flop(2 * pow(base * base / 960, 1 / (1 - 2 * exponentDifference)))
    }

    /// Compute that latency alone cannot pass.
    ///
    ///     2·[(3/320)·(F·T/9 µs)²]^(1/(1 − 2α))
    ///
    /// - Parameters:
    ///   - exponentDifference: α, below 0.5.
    ///   - latency: of one matrix product and its network step together.
    /// - Returns: FLOP.
    public static func latencyLimit(
        exponentDifference: Double, latency: Seconds = unitLatency
    ) -> Flop {
        let base = batchOverDepth(exponentDifference) * runTime / latency.value
        return Flop(2 * pow(3.0 / 320 * base * base, 1 / (1 - 2 * exponentDifference)))
    }

    private static func batchOverDepth(_ exponentDifference: Double) -> Double {
        referenceBatchPerLayer * pow(referenceFlop, -exponentDifference)
    }
}
