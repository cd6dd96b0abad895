import Foundation
import Optimization

/// The smallest change of one number that makes an infeasible question feasible.
public struct Remedy<Priced: ExplainedPlan>: Sendable {
    /// The number.
    public let knob: Knob
    /// Factor on the number, rounded away from 1 to four digits; a search found a plan with it.
    public let factor: Double
    /// The largest factor tried, nearer to 1, that has no plan.
    public let failing: Double
    /// The number after the change, in base units; nil for all levels of a network together.
    public let value: Double?
    /// A plan of the changed question.
    public let plan: Priced

    /// The factor beyond which a number is not changed.
    static var largestFactor: Double { 1e6 }

    /// The single changes that help, the smallest first.
    ///
    /// For each number plans only come and never go as it improves, so the least factor is found by
    /// bisection in its logarithm, to 0.05 %; every factor tried is answered by a whole search, or by what is known
    /// without one.
    /// - Parameters:
    ///   - question: without a plan.
    ///   - clock: when to end; what is not found by then is left out.
    ///   - threads: numbers that are looked at together.
    /// - Returns: remedies by rising |ln factor|; none where no single change up to a million times helps.
    public static func all<Question: ExplainedQuestion>(
        for question: Question, clock: SearchClock = .unlimited, threads: Int = 2
    ) -> [Remedy] where Question.Priced == Priced {
        Lanes.map(question.remedies, threads: threads) { number, grows in
            RemedySearch(question: question, number: number, grows: grows, clock: clock).found
        }
        .compactMap { $0 }.sorted { abs(log($0.factor)) < abs(log($1.factor)) }
    }
}

/// The search for the least change of one number.
private struct RemedySearch<Question: ExplainedQuestion> {
    let question: Question
    let number: Knob
    let grows: Bool
    let clock: SearchClock

    private func changed(_ factor: Double) -> Question? {
        question.scaled(number, by: grows ? factor : 1 / factor)?.question.brief
    }

    private func isFeasible(_ factor: Double) -> Bool {
        guard let changed = changed(factor) else { return false }
        return changed.isFeasible(until: clock) ?? (changed.again(until: clock).plan != nil)
    }

    var found: Remedy<Question.Priced>? {
        let largest = Remedy<Question.Priced>.largestFactor
        var failing = 1.0
        var working = 2.0
        while !isFeasible(working) {
            failing = working
            working *= working
            if working > largest {
                guard failing < largest else { return nil }
                working = largest
                guard isFeasible(working) else { return nil }
            }
        }
        while !isNarrow(failing, working), !clock.isOver {
            let middle = (working * failing).squareRoot()
            if isFeasible(middle) { working = middle } else { failing = middle }
        }
        let rounded = number == .gpus ? working : Self.roundedUp(working)
        guard let last = changed(rounded), let plan = last.again(until: clock).plan else { return nil }
        return Remedy(
            knob: number, factor: grows ? rounded : 1 / rounded, failing: grows ? failing : 1 / failing,
            value: last.value(of: number), plan: plan)
    }

    /// Whether the search may end: neighbouring numbers of accelerators, or factors within 0.05 %.
    private func isNarrow(_ failing: Double, _ working: Double) -> Bool {
        guard number == .gpus, let gpus = question.value(of: .gpus) else {
            return working / failing <= 1.0005
        }
        return (gpus * working).rounded() - (gpus * failing).rounded() <= 1
    }

    /// The next number of four significant digits.
    private static func roundedUp(_ factor: Double) -> Double {
        let unit = pow(10, floor(log10(factor)) - 3)
        return (factor / unit).rounded(.up) * unit
    }
}
