import Foundation
import Quantities
import Training

/// The closed-form limits of the data-movement model.
///
/// Reference run C₀ = 3e23 FLOP with batch b₀ = 4e6 tokens and L₀ = 100 layers; F = (b₀/L₀)·C₀^(−α), where α is
/// the exponent by which critical batch outgrows depth; run time T a quarter of 365.25 days. At each network
/// level the accelerators below it stand for one: of g of them, m = g·(peak/2) multiply-adds, n = g·bandwidth/(2w)
/// words over the level (bidirectional, halved), h = g·HBM/(2w) words (halved as well). The source does so for
/// nodes of eight under one network; the same argument holds for each level of a machine, and the level that
/// gives the least compute limits it. Source: Erdil, Schneider-Joseph 2024, arXiv:2411.01137, section on
/// analytic limits.
public enum ClosedForms {
    /// Compute of the reference run, FLOP.
    static let referenceFlop = 3e23
    /// Batch of the reference run over its depth: tokens a layer.
    static let referenceBatchPerLayer = 4e6 / 100
    /// A quarter of a Julian year, seconds.
    static let runTime = 365.25 * 86_400 / 4
    /// Latency of a matrix product and of the network, together: 4.5 µs each.
    public static let unitLatency = Seconds(9e-6)
    /// Messages in the source's 4.5 µs of network: machines have the latency of one, 1.125 µs
    /// (`docs/hardware-files.md`).
    static let messages = 4.0

    /// The compute at which the bandwidth of one network level ends linear scaling.
    public struct LevelLimit: Hashable, Sendable {
        /// The level, innermost 0.
        public let level: Int
        /// Its name.
        public let name: String
        /// Accelerators below the level, which stand for one.
        public let group: Int
        /// FLOP; infinite where the bandwidth is.
        public let flop: Flop
    }

    /// The limit of each network level, innermost first.
    ///
    ///     2·[(1/960)·(F·m·T/(shard²·nanobatch))²]^(1/(1 − 2α)),  nanobatch = m/h,  shard = 4·m/(3·n)
    ///
    /// - Parameters:
    ///   - machine: any.
    ///   - exponentDifference: α, below 0.5.
    /// - Returns: one limit for each level.
    public static func levelLimits(machine: Accelerator, exponentDifference: Double) -> [LevelLimit] {
        var group = 1
        return machine.network.enumerated().map { level, link in
            defer { group *= link.size ?? 1 }
            let word = machine.compute.wordBytes
            let rate = Double(group) * machine.compute.peak.value / 2
            let network = Double(group) * link.bidirectionalBandwidth.value / (2 * word)
            let memory = Double(group) * machine.memory.bandwidth.value / (2 * word)
            let nanobatch = rate / memory
            let shard = 4 * rate / (3 * network)
            let base = batchOverDepth(exponentDifference) * rate * runTime / (shard * shard * nanobatch)
            return LevelLimit(
                level: level, name: link.name, group: group,
                flop: Flop(2 * pow(base * base / 960, 1 / (1 - 2 * exponentDifference))))
        }
    }

    /// The level whose bandwidth ends linear scaling first; nil where no bandwidth limits.
    /// - Parameters:
    ///   - machine: any.
    ///   - exponentDifference: α, below 0.5.
    /// - Returns: the least of ``levelLimits(machine:exponentDifference:)`` that is finite.
    public static func criticalLevel(machine: Accelerator, exponentDifference: Double) -> LevelLimit? {
        levelLimits(machine: machine, exponentDifference: exponentDifference)
            .filter { $0.flop.value.isFinite }.min { $0.flop.value < $1.flop.value }
    }

    /// Compute beyond which bandwidth ends linear scaling: that of the level that does so first.
    /// - Parameters:
    ///   - machine: any.
    ///   - exponentDifference: α, below 0.5.
    /// - Returns: FLOP; infinite where no bandwidth limits.
    public static func criticalCompute(machine: Accelerator, exponentDifference: Double) -> Flop {
        criticalLevel(machine: machine, exponentDifference: exponentDifference)?.flop ?? Flop(.infinity)
    }

    /// Latency of a matrix product and of its network messages on a machine, those of the quickest level.
    public static func unitLatency(of machine: Accelerator) -> Seconds {
        let least = machine.network.map(\.latency.value).min() ?? 0
        return machine.compute.kernelLatency + Seconds(messages * least)
    }

    /// Compute that latency alone cannot pass.
    ///
    ///     2·[(3/320)·(F·T/latency)²]^(1/(1 − 2α))
    ///
    /// - Parameters:
    ///   - exponentDifference: α, below 0.5.
    ///   - latency: of one matrix product and its network messages together; the source's is 9 µs, a machine's
    ///     ``unitLatency(of:)``.
    /// - Returns: FLOP; infinite without latency.
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
