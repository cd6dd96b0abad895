import Quantities

/// How long a step takes on the wall clock, with what failures, checkpoints, restarts and stragglers take.
///
/// A step of s seconds takes s over the goodput on average. With M the mean time between failures of n accelerators, τ the
/// work between checkpoints, δ a checkpoint, R a restart and g the growth by stragglers, that is ([Goodput](``Goodput``))
///
///     w(s, n) = s·(1 + g(n)) · h(τ, n),  h(τ, n) = M·e^(R/M)·(e^((τ + δ)/M) − 1)/τ,  τ = max(s, interval)
///
/// **It rises with the step.** Up to the interval it is linear. Beyond it τ = s, and w = M·e^(R/M)·(e^((s + δ)/M) − 1) rises.
/// **It rises with the accelerators.** Written in x = 1/M, h = e^(R·x)·(e^((τ + δ)·x) − 1)/(x·τ) rises with x at any τ,
/// because e^y − 1 over y does. The best interval is the least of those h over τ ≥ s, as h falls up to it and rises after,
/// and a least of functions that rise rises. g rises with n. Times of checkpoints and restarts are numbers that are given:
/// they depend on no layout.
public struct RunPace: Sendable {
    /// Failures, stragglers, spares.
    let factors: ReliabilityFactors
    /// Share by which a step grows for stragglers.
    let growth: Double
    /// Mean time between failures of the run; infinite for none.
    let meanTime: Seconds
    /// Work between checkpoints where a step is no longer; infinite for none.
    let interval: Seconds

    /// The pace of a run.
    /// - Parameters:
    ///   - factors: failures, stragglers, spares.
    ///   - accelerators: that train, at least 1.
    public init(_ factors: ReliabilityFactors, accelerators: Int) {
        self.factors = factors
        growth = factors.stragglers.growth(accelerators: accelerators)
        guard let failures = factors.failures else {
            (meanTime, interval) = (Seconds(.infinity), Seconds(.infinity))
            return
        }
        meanTime = failures.meanTime / Double(accelerators)
        interval =
            switch failures.interval {
            case .best: CheckpointInterval.optimum(write: failures.write, meanTime: meanTime)
            case .given(let time): time
            }
    }

    /// Seconds of the wall clock that a step takes on average.
    /// - Parameter step: seconds, above zero.
    /// - Returns: seconds; infinite where no work is ever kept.
    public func wallSeconds(step: Double) -> Double {
        step / Goodput(self, step: Seconds(step)).useful
    }

    /// The longest step that takes at most so many seconds of the wall clock.
    ///
    /// By bisection over the numbers that there are, so that it agrees with ``wallSeconds(step:)`` to the last one.
    /// - Parameter wall: seconds; infinite allows every step.
    /// - Returns: seconds; 0 where no step does.
    public func longestStep(wall: Double) -> Double {
        guard wall > 0 else { return 0 }
        guard wall < .infinity, wallSeconds(step: wall) > wall else { return wall }
        // Positive doubles order as their bit patterns do.
        var (low, high) = (UInt64(0), wall.bitPattern)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if wallSeconds(step: Double(bitPattern: middle)) <= wall { low = middle } else { high = middle }
        }
        return Double(bitPattern: low)
    }
}
