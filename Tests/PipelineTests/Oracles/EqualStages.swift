import Quantities
import Training

/// Step time of a pipeline whose chunks all take the same time, without messages.
///
/// With p devices, M microbatches, v chunks, and F, I, W the times of one *chunk*, t = F + I + W:
///
///     GPipe, 1F1B    (M + p - 1) t
///     interleaved    M v t + (p - 1) t + (v - 1) max(0, p - M) t
///     H1             M t + (p - 1) max(F, I, F + I - W)
///     H2             M t + (p - 1) max(F, I - F, F + I - 2 W)
///     V              2 M t + (p - 1) max(I, 2 (I - W))
///     DualPipe       work + (p / 2 - 1) (FB + I - 2 W),   FB = pair factor x t
///     DualPipeV      work + (p - 1) (FB + I - 2 W)
///
/// Where each is exact says `isExact`. Complexity: O(1).
/// - Source: GPipe and 1F1B arXiv:2104.04473, section 2.2; H1 and H2 have the bubbles (p - 1)(F + I - W) and
///   (p - 1)(F + I - 2 W) of arXiv:2401.10241, section 2, or more from the late start of the last device
///   (F) or the late first gradient on the first (I, I - F; own); DualPipe
///   arXiv:2412.19437, section 3.2.1; DualPipeV github.com/deepseek-ai/DualPipe, README, whose PP is 2 p; V and interleaved with M < p: own, from the simulation.
///   `EqualStagesTests`.
struct EqualStages: Hashable, Sendable {
    /// Schedule, p, M and chunks.
    let shape: PipelineShape

    private var devices: Int { shape.devices }
    private var microbatches: Int { shape.microbatches }

    /// Time of a step.
    /// - Parameters:
    ///   - chunk: times of one chunk; its message is not looked at.
    ///   - pairFactor: time of an overlapped pair over the sum of its parts, 0.5 to 1; for `dualPipe`.
    /// - Returns: seconds from the first start to the last end.
    func stepTime(_ chunk: ChunkTime, pairFactor: Double = 1) -> Seconds {
        deviceWork(chunk, pairFactor: pairFactor) + idle(chunk, pairFactor: pairFactor)
    }

    /// Time of a device's passes, of the first device for `dualPipe`.
    private func deviceWork(_ chunk: ChunkTime, pairFactor: Double) -> Seconds {
        let ways: (length: Int, microbatches: Int)
        switch shape.schedule {
        case .dualPipe: ways = (devices / 2, microbatches / 2)
        case .dualPipeV: ways = (devices, microbatches)
        default: return Double(microbatches * shape.chunks) * chunk.total
        }
        // Pairs of the first device: main phase and the h - 1 rounds after it, the main phase's first not for h = 1.
        let beyond = ways.length - 1
        let main = ways.microbatches - 2 * ways.length + 1
        let pairs = 2 * main + beyond - (beyond == 0 ? 1 : 0)
        return (Double(2 * ways.microbatches) - (1 - pairFactor) * Double(pairs)) * chunk.total
    }

    private func idle(_ chunk: ChunkTime, pairFactor: Double) -> Seconds {
        let others = Double(devices - 1)
        let (forward, input, weight) = (chunk.forward, chunk.backwardInput, chunk.backwardWeight)
        switch shape.schedule {
        case .gpipe, .oneForwardOneBackward: return others * chunk.total
        case .interleaved:
            let short = max(0, devices - microbatches) * (shape.chunks - 1)
            return (others + Double(short)) * chunk.total
        case .zeroBubbleH1: return others * max(forward, input, forward + input - weight)
        case .zeroBubbleH2: return others * max(forward, input - forward, forward + input - 2 * weight)
        case .zeroBubbleV: return others * max(input, 2 * (input - weight))
        case .dualPipe:
            let half = Double(devices / 2 - 1)
            return half * max(.zero, pairFactor * chunk.total + input - 2 * weight)
        case .dualPipeV: return others * max(.zero, pairFactor * chunk.total + input - 2 * weight)
        }
    }

    /// Whether `stepTime` equals the simulation for given times.
    ///
    /// GPipe, 1F1B and interleaved: always. H1: M >= p. H2: M >= 2 p - 1. V: M >= 2 p - 1 and I >= F >= W.
    /// DualPipe: equal times of F, I and W, and a pair factor of 1. Elsewhere it is an estimate.
    /// - Parameters:
    ///   - chunk: times of one chunk.
    ///   - pairFactor: as for `stepTime`.
    /// - Returns: whether it is exact but for rounding.
    func isExact(for chunk: ChunkTime, pairFactor: Double = 1) -> Bool {
        let (forward, input, weight) = (chunk.forward, chunk.backwardInput, chunk.backwardWeight)
        switch shape.schedule {
        case .gpipe, .oneForwardOneBackward, .interleaved: return true
        case .zeroBubbleH1: return microbatches >= devices
        case .zeroBubbleH2: return microbatches >= 2 * devices - 1
        case .zeroBubbleV: return microbatches >= 2 * devices - 1 && input >= forward && forward >= weight
        case .dualPipe, .dualPipeV: return forward == input && input == weight && pairFactor == 1
        }
    }
}
