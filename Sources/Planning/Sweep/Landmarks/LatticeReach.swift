import Foundation
import ScalingModel

/// The reach of runs whose shape is free, on a lattice of its own.
///
/// Shapes change with every compute, so there are no ranges on which anything is constant. The curve is looked
/// at where C is a power of 10^(1/4), wherever the points of a sweep lie, and between two neighbours of the
/// lattice it is bisected to 1 %. A loss between two neighbours that is made good before the next is not seen.
struct LatticeReach: ComputeReach {
    /// The utilization at an amount of compute; nil where nothing finishes.
    let utilization: (Double) throws(PlanningError) -> Double?

    /// Steps of the lattice in a factor of ten.
    static let stepsPerDecade = 4
    /// Relative width to which an end between two neighbours is bisected: 1 %.
    static let tolerance = 1.01

    func unbroken(
        in interval: ClosedRange<Double>, utilization: Double
    ) throws(PlanningError) -> Double? {
        for step in Self.steps(interval) where !(try serves(Self.flop(step), utilization)) {
            guard step > Self.steps(interval).lowerBound else { return nil }
            return Self.clamped(try end(after: step - 1, utilization), to: interval)
        }
        return interval.upperBound
    }

    func farthest(
        in interval: ClosedRange<Double>, utilization: Double
    ) throws(PlanningError) -> Double? {
        let steps = Self.steps(interval)
        for step in steps.reversed() where try serves(Self.flop(step), utilization) {
            guard step < steps.upperBound else { return interval.upperBound }
            return Self.clamped(try end(after: step, utilization), to: interval)
        }
        return nil
    }

    /// Places of the lattice around an interval, those just outside it included.
    private static func steps(_ interval: ClosedRange<Double>) -> ClosedRange<Int> {
        let scale = Double(stepsPerDecade)
        // Powers of ten lie on the lattice; their logarithms may be off by rounding.
        let first = Int((log10(interval.lowerBound) * scale + 1e-9).rounded(.down))
        let last = Int((log10(interval.upperBound) * scale - 1e-9).rounded(.up))
        return first...max(first, last)
    }

    /// The compute of a place, rounded like the points of a sweep, so that those on the lattice are the same.
    static func flop(_ step: Int) -> Double {
        let flop = pow(10, Double(step) / Double(stepsPerDecade))
        return Double(String(format: "%.12g", flop)) ?? flop
    }

    private func serves(_ flop: Double, _ least: Double) throws(PlanningError) -> Bool {
        guard ComputeRange.least <= flop, flop <= ComputeRange.most else { return false }
        return (try utilization(flop) ?? 0) >= least
    }

    private func end(after step: Int, _ least: Double) throws(PlanningError) -> Double {
        var (low, high) = (Self.flop(step), Self.flop(step + 1))
        while high / low > Self.tolerance {
            let middle = (low * high).squareRoot()
            if try serves(middle, least) { low = middle } else { high = middle }
        }
        return low
    }

    private static func clamped(_ flop: Double, to interval: ClosedRange<Double>) -> Double? {
        flop < interval.lowerBound ? nil : min(flop, interval.upperBound)
    }
}
