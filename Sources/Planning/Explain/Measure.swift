import Quantities

/// The number that answers a question.
public enum Measure: String, Hashable, Sendable {
    /// Seconds of the run, less is better.
    case seconds
    /// Seconds of a step where no run is asked about, less is better; its plan is a run of one step.
    case stepSeconds = "step_seconds"
    /// Accelerators that must be given, fewer is better.
    case gpus
    /// Share of the peak of the accelerators that must be given, more is better.
    case utilization
    /// Largest run in FLOP, more is better.
    case flop

    /// The number of a plan.
    public func value(of plan: some PricedRun) -> Double {
        switch self {
        case .seconds, .stepSeconds: plan.total.value
        case .gpus: Double(plan.gpusGiven)
        case .utilization: plan.utilization
        case .flop: plan.flop
        }
    }

    /// What is asked, in a word for tables.
    public var words: String {
        switch self {
        case .seconds: "time"
        case .stepSeconds: "step"
        case .gpus, .utilization, .flop: rawValue
        }
    }

    /// Whether less of it is better.
    public var isBetterSmall: Bool {
        switch self {
        case .seconds, .stepSeconds, .gpus: true
        case .utilization, .flop: false
        }
    }

    /// The number for people.
    /// - Parameters:
    ///   - value: in base units.
    ///   - unit: of the accelerators, as the machine has it.
    /// - Returns: the number with its unit.
    public func text(_ value: Double, unit: String) -> String {
        switch self {
        case .seconds, .stepSeconds: Readable.time(Seconds(value))
        case .gpus: value < 9e15 ? "\(Readable.count(Int(value))) \(unit)s" : "\(value) \(unit)s"
        case .utilization: Readable.percent(value)
        case .flop: "\(Readable.scientific(value)) FLOP"
        }
    }
}
