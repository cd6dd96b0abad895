import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// What a number of the machine is worth to the best layout, and to the answer.
public struct LayoutSensitivity: Sendable {
    /// The number.
    public let number: StepNumber
    /// Elasticity of the step's time, the layout held.
    public let held: Elasticity
    /// The answer with the number divided by the factor, searched again.
    public let low: AnswerAgain
    /// The answer with the number multiplied by the factor.
    public let high: AnswerAgain

    /// Every number of the machine, the strongest first.
    /// - Parameters:
    ///   - answer: with a layout.
    ///   - best: the layout.
    ///   - factor: above 1.
    ///   - clock: when searches must end.
    /// - Returns: one entry a number.
    static func all(
        of answer: TransformerAnswer, best: PricedLayout, factor: Double, clock: SearchClock
    ) -> [LayoutSensitivity] {
        let question = answer.question
        let found = StepNumber.all(of: question.machine).map { number in
            LayoutSensitivity(
                number: number,
                held: Elasticity { scale in
                    TransformerStepModel(
                        job: question.job, machine: number.scaled(question.machine, by: scale)
                    ).step(best.layout).total.value
                },
                low: AnswerAgain(question, number, 1 / factor, clock: clock),
                high: AnswerAgain(question, number, factor, clock: clock))
        }
        return found.enumerated().sorted { left, right in
            let (one, other) = (abs(left.element.held.value), abs(right.element.held.value))
            return one != other ? one > other : left.offset < right.offset
        }.map(\.element)
    }
}

/// The answer to a question whose machine has one number changed.
public struct AnswerAgain: Hashable, Sendable {
    /// What was asked: seconds, accelerators or FLOP; nil where no layout was found.
    public let value: Double?
    /// Whether the search came to its end; if not, the value is the best that was found in time.
    public let isProved: Bool

    /// Asks again.
    /// - Parameters:
    ///   - question: the question.
    ///   - number: is multiplied.
    ///   - factor: by which, above zero.
    ///   - clock: when to end.
    init(_ question: TransformerQuestion, _ number: StepNumber, _ factor: Double, clock: SearchClock) {
        var changed = question
        changed.machine = number.scaled(question.machine, by: factor)
        changed.wanted = 1
        changed.engine = .enumerate
        guard !clock.isOver else {
            (value, isProved) = (nil, false)
            return
        }
        let answer = try? TransformerPlanner(changed).answer(until: clock)
        value = answer?.measured
        isProved = answer.map { $0.best == nil ? !clock.isOver : $0.certificate.isOptimal } ?? true
    }
}

extension TransformerAnswer {
    /// What was asked: seconds of a step or of the run, accelerators, or FLOP; nil without a layout.
    public var measured: Double? {
        guard let best else { return nil }
        switch question.given {
        case .gpus: return best.step.total.value
        case .gpusAndFlop: return total(best)?.value
        case .flopAndTime: return Double(gpusGiven)
        case .gpusAndTime: return flop
        }
    }

    /// What ``measured`` is: `step_seconds`, `total_seconds`, `gpus` or `flop`.
    public var measure: String {
        switch question.given {
        case .gpus: "step_seconds"
        case .gpusAndFlop: "total_seconds"
        case .flopAndTime: "gpus"
        case .gpusAndTime: "flop"
        }
    }
}
