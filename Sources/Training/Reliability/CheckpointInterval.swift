import Foundation
import Quantities

/// How much work lies between two checkpoints.
public enum CheckpointInterval: Hashable, Sendable {
    /// What wastes the least time.
    case best
    /// So much, above zero.
    case given(Seconds)

    /// The work between checkpoints that wastes the least time under Poisson failures.
    ///
    /// Finishing τ of work and a checkpoint of δ takes M·e^(R/M)·(e^((τ+δ)/M) − 1) on average (Daly 2006,
    /// doi:10.1016/j.future.2004.11.016, the complete cost function); per τ it is least where
    ///
    ///     (1 − τ/M)·e^((τ+δ)/M) = 1
    ///
    /// whatever the restart R. Solved by Newton's method, which from above the root never steps past it.
    /// √(2δM) is its first-order answer (Young 1974, doi:10.1145/361147.361115) for δ much below M.
    /// - Parameters:
    ///   - write: δ, time of a checkpoint, not negative.
    ///   - meanTime: M, mean time between failures of the whole run, above zero.
    /// - Returns: τ, from 0 to M; infinite without failures.
    /// - Source: checked against both papers' formulas and a numeric minimum by `CheckpointIntervalTests`.
    public static func optimum(write: Seconds, meanTime: Seconds) -> Seconds {
        guard meanTime.value.isFinite else { return meanTime }
        let dump = write.value / meanTime.value
        guard dump > 0 else { return .zero }
        // Both are above the root: with either, ln(1 − x) + x + δ/M is negative.
        var share = min((2 * dump).squareRoot(), 1 - exp(-1 - dump))
        for _ in 0..<60 {
            let next = share + (log1p(-share) + share + dump) * (1 - share) / share
            // Rounding ends the descent.
            guard next < share, next > 0 else { break }
            share = next
        }
        return meanTime * share
    }
}
