import Foundation
import Optimization
import Quantities
import ScalingModel

/// The smallest change of one number that makes an infeasible question feasible.
public struct Remedy: Sendable {
    /// The number.
    public let knob: Knob
    /// Factor on the number, rounded away from 1 to four digits; a search found a plan with it.
    public let factor: Double
    /// The largest factor tried, nearer to 1, that has no plan.
    public let failing: Double
    /// A plan of the changed question.
    public let plan: PricedPlan

    /// The number after the change, in base units; nil for all levels of a network together.
    public func value(in question: PlanningQuestion) -> Double? {
        switch (knob, question.given) {
        case (.runTime, .flopAndTime(_, let time)), (.runTime, .gpusAndTime(_, let time)):
            time.value * factor
        case (.gpus, .gpusAndFlop(let gpus, _)), (.gpus, .gpusAndTime(let gpus, _)):
            (Double(gpus) * factor).rounded()
        default: knob.value(on: question.machine).map { $0 * factor }
        }
    }

    /// The factor beyond which a number is not changed.
    static let largestFactor = 1e6

    /// The single changes that help, the smallest first.
    ///
    /// For each number plans only come and never go as it improves, so the least factor is found by
    /// bisection in its logarithm, to 0.05 %; every factor tried is answered by a whole search.
    /// - Parameter question: without a plan.
    /// - Returns: remedies by rising |ln factor|; none where no single change up to a million times helps.
    public static func all(for question: PlanningQuestion) -> [Remedy] {
        let knobs: [(Knob, Direction)] = [
            (.memoryCapacity, .more), (.runTime, .more), (.gpus, .more), (.everyNetworkBandwidth, .more),
            (.everyNetworkLatency, .less), (.kernelLatency, .less), (.peak, .more), (.memoryBandwidth, .more),
        ]
        return knobs.compactMap { find($0, $1, for: question) }
            .sorted { abs(log($0.factor)) < abs(log($1.factor)) }
    }

    private enum Direction { case more, less }

    private static func find(_ knob: Knob, _ direction: Direction, for question: PlanningQuestion) -> Remedy?
    {
        func plan(_ factor: Double) -> PricedPlan? {
            let applied = direction == .more ? factor : 1 / factor
            return knob.scaled(by: applied, in: question)?.question.bestPlan()
        }
        var failing = 1.0
        var working = 2.0
        while plan(working) == nil {
            failing = working
            working *= working
            if working > largestFactor {
                guard failing < largestFactor else { return nil }
                working = largestFactor
                guard plan(working) != nil else { return nil }
            }
        }
        while !isNarrow(knob, failing, working, question) {
            let middle = (working * failing).squareRoot()
            if plan(middle) == nil { failing = middle } else { working = middle }
        }
        let rounded = knob == .gpus ? working : roundedUp(working)
        guard let found = plan(rounded) else { return nil }
        return Remedy(
            knob: knob, factor: direction == .more ? rounded : 1 / rounded,
            failing: direction == .more ? failing : 1 / failing, plan: found)
    }

    /// Whether the search may end: neighbouring numbers of accelerators, or factors within 0.05 %.
    private static func isNarrow(
        _ knob: Knob, _ failing: Double, _ working: Double, _ question: PlanningQuestion
    ) -> Bool {
        switch (knob, question.given) {
        case (.gpus, .gpusAndFlop(let gpus, _)), (.gpus, .gpusAndTime(let gpus, _)):
            (Double(gpus) * working).rounded() - (Double(gpus) * failing).rounded() <= 1
        default: working / failing <= 1.0005
        }
    }

    /// The next number of four significant digits.
    private static func roundedUp(_ factor: Double) -> Double {
        let unit = pow(10, floor(log10(factor)) - 3)
        return (factor / unit).rounded(.up) * unit
    }
}
