import Foundation

/// Growth of a synchronous step because it waits for the slowest of many accelerators.
///
/// Each takes a normally distributed time with a relative deviation σ, all independent: the step grows by
/// σ · E[max of N standard normal draws]. This is besides the growth with N that the step model was fitted
/// with (`StepConstants.jitter`), which already holds the usual amount: it is for clusters known to be worse.
public struct Stragglers: Hashable, Sendable {
    /// Standard deviation of an accelerator's step over its mean, at least 0.
    public var deviation: Double

    /// Takes a deviation.
    public init(deviation: Double) { self.deviation = deviation }

    /// Share by which a step grows.
    /// - Parameter accelerators: that wait for one another, at least 1.
    /// - Returns: at least 0.
    public func growth(accelerators: Int) -> Double {
        deviation > 0 ? deviation * Self.expectedMaximum(of: accelerators) : 0
    }

    /// Expected maximum of independent standard normal draws, ∫ (1 − Φ(x)ⁿ) dx over [−8, 8], less 8.
    ///
    /// By trapezoids, which are exact to rounding for so smooth an integrand; beyond 8 lies less than 1e-14 of
    /// a draw. n = 2: 1/√π; n = 16,384: 3.97.
    /// - Parameter count: draws, at least 1.
    /// - Returns: standard deviations; it grows like √(2 ln n).
    public static func expectedMaximum(of count: Int) -> Double {
        guard count > 1 else { return 0 }
        let (range, steps) = (8.0, 1024)
        let width = 2 * range / Double(steps)
        let sum = (0...steps).reduce(0.0) { sum, step in
            let below = erfc((range - Double(step) * width) / 2.0.squareRoot()) / 2
            let share = 1 - pow(below, Double(count))
            return sum + (step == 0 || step == steps ? share / 2 : share)
        }
        return max(0, sum * width - range)
    }
}
