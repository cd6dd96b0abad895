import Optimization
import Quantities
import ScalingModel

/// The number that answers a question.
public enum Measure: String, Hashable, Sendable {
    /// Seconds of the run, less is better.
    case seconds
    /// Accelerators that must be given, fewer is better.
    case gpus
    /// Share of the peak of the accelerators that must be given, more is better.
    case utilization
    /// Largest run in FLOP, more is better.
    case flop

    /// What a question asks for.
    public init(of question: PlanningQuestion) {
        switch question.given {
        case .gpusAndFlop: self = .seconds
        case .flopAndTime: self = question.objective == .utilization ? .utilization : .gpus
        case .gpusAndTime: self = .flop
        }
    }

    /// The number of a plan.
    public func value(of plan: some PricedRun) -> Double {
        switch self {
        case .seconds: plan.total.value
        case .gpus: Double(plan.gpusGiven)
        case .utilization: plan.utilization
        case .flop: plan.flop
        }
    }

    /// The number for people.
    /// - Parameters:
    ///   - value: in base units.
    ///   - unit: of the accelerators, as the machine has it.
    /// - Returns: the number with its unit.
    public func text(_ value: Double, unit: String) -> String {
        switch self {
        case .seconds: Readable.time(Seconds(value))
        case .gpus: value < 9e15 ? "\(Readable.count(Int(value))) \(unit)s" : "\(value) \(unit)s"
        case .utilization: Readable.percent(value)
        case .flop: "\(Readable.scientific(value)) FLOP"
        }
    }
}

extension PlanningQuestion {
    /// The best plan of the question as it would be with other numbers, nil where there is none.
    func bestPlan() -> PricedPlan? {
        var question = self
        question.wanted = 1
        question.reasons = .brief
        return (try? Planner(question))?.answer().best
    }
}
