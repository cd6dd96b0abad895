import Optimization
import ScalingModel

/// The answer to a question with some numbers changed.
public struct WhatIf: Sendable {
    /// What was changed, in words.
    public let change: String
    /// The best plan then; nil where none is feasible.
    public let best: PricedPlan?

    /// Makes an answer.
    public init(change: String, best: PricedPlan?) {
        self.change = change
        self.best = best
    }

    /// Asks a question again with numbers scaled.
    /// - Parameters:
    ///   - knobs: all scaled by the same factor.
    ///   - factor: above zero; a number that has a limit stops there.
    ///   - question: as it was.
    /// - Returns: the answer; nil where the question has no such number.
    public static func scaling(_ knobs: [Knob], by factor: Double, in question: PlanningQuestion) -> WhatIf? {
        var changed = question
        for knob in knobs {
            guard let scaled = knob.scaled(by: factor, in: changed) else { return nil }
            changed = scaled.question
        }
        let names = knobs.map { $0.words(on: question.machine) }
        let times = factor >= 1 ? "\(Self.text(factor)) x" : "1/\(Self.text(1 / factor)) of"
        return WhatIf(
            change: "\(times) \(names.joined(separator: ", "))", best: changed.bestPlan())
    }

    /// The counterfactuals shown unless others are asked for.
    /// - Parameter question: as it was.
    /// - Returns: latencies a tenth, bandwidths, memory and rates doubled, each alone.
    public static func usual(for question: PlanningQuestion) -> [WhatIf] {
        let changes: [(Knob, Double)] = [
            (.everyNetworkLatency, 0.1), (.kernelLatency, 0.1), (.everyNetworkBandwidth, 2),
            (.memoryBandwidth, 2), (.memoryCapacity, 2), (.peak, 2), (.batch, 2),
        ]
        return changes.compactMap { scaling([$0], by: $1, in: question) }
    }

    private static func text(_ factor: Double) -> String {
        factor == factor.rounded() && factor < 1e6 ? String(Int(factor)) : String(factor)
    }
}
