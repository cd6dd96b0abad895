import Quantities
import Training

/// Which values of a plan's decisions are allowed; all of them unless said otherwise.
public struct PlanLimits: Hashable, Sendable {
    /// Allowed values of decisions, those left out being free.
    private var ranges: [Decision: ClosedRange<Int>] = [:]
    /// The schedule; nil for any.
    public private(set) var schedule: PipelineSchedule?

    /// Allows everything.
    public init() {}

    /// Whether everything is allowed.
    public var isEmpty: Bool { ranges.isEmpty && schedule == nil }

    /// The values that a decision may take.
    public subscript(decision: Decision) -> ClosedRange<Int> { ranges[decision] ?? Self.any }

    private static let any = 1...Int.max

    /// Allows values of a decision that earlier limits allow too.
    /// - Parameters:
    ///   - decision: which one.
    ///   - values: allowed, at least 1.
    /// - Throws: ``PlanningError`` where no value is left.
    public mutating func keep(
        _ decision: Decision, in values: ClosedRange<Int>
    ) throws(PlanningError) {
        let known = self[decision]
        guard values.overlaps(known), values.lowerBound >= 1 else {
            throw PlanningError(
                "no value of \(decision.rawValue) is in \(Self.text(known)) and \(Self.text(values))")
        }
        ranges[decision] = values.clamped(to: known)
    }

    /// Allows one schedule.
    /// - Parameter schedule: the one.
    /// - Throws: ``PlanningError`` where another was fixed before.
    public mutating func keep(_ schedule: PipelineSchedule) throws(PlanningError) {
        guard self.schedule == nil || self.schedule == schedule else {
            throw PlanningError("zero_bubble cannot be both yes and no")
        }
        self.schedule = schedule
    }

    /// Reads limits.
    /// - Parameter texts: each like `tp=8`, `tp<=8`, `tp>=2` or `zero_bubble=no`.
    /// - Throws: ``PlanningError`` naming the text, what is wrong and what would be accepted.
    public init(reading texts: [String]) throws(PlanningError) {
        for text in texts { try read(text) }
    }

    private mutating func read(_ text: String) throws(PlanningError) {
        let operators = ["<=", ">=", "="]
        guard let sign = operators.first(where: { text.contains($0) }),
            let place = text.firstRange(of: sign)
        else {
            throw PlanningError("'\(text)' is no limit; write it like tp=8, tp<=8 or zero_bubble=no")
        }
        let name = Decision.canonical(String(text[..<place.lowerBound]))
        let value = String(text[place.upperBound...])
        if name == "zero_bubble", sign == "=" {
            guard let schedule = Self.schedule(zeroBubble: value) else {
                throw PlanningError("zero_bubble is '\(value)'; yes or no is needed")
            }
            return try keep(schedule)
        }
        guard let decision = Decision(rawValue: name) else {
            let known = (Decision.allCases.map(\.rawValue) + ["zero_bubble"])
            throw PlanningError(
                "'\(name)' is no decision of this model; \(known.joined(separator: ", ")) are known")
        }
        let count: Int
        do { count = try CountParsing.count(value) } catch { throw PlanningError("\(name): \(error)") }
        guard count >= 1 else { throw PlanningError("\(name) is \(count); 1 or more is needed") }
        switch sign {
        case "<=": try keep(decision, in: 1...count)
        case ">=": try keep(decision, in: count...Int.max)
        default: try keep(decision, in: count...count)
        }
    }

    /// Whether a plan keeps the limits.
    /// - Parameter plan: any.
    /// - Returns: false where one of its decisions is not allowed.
    public func admits(_ plan: Plan) -> Bool {
        let values: [Decision: Int] = [
            .tensor: plan.tensor, .tensorModel: plan.tensorModel,
            .tensorFeedForward: plan.tensorFeedForward, .pipeline: plan.pipeline, .expert: plan.expert,
            .data: plan.data, .microbatches: plan.microbatches, .interleave: plan.interleave,
        ]
        return ranges.allSatisfy { decision, range in values[decision].map(range.contains) ?? true }
            && (schedule == nil || plan.schedule == schedule)
    }
}

extension PlanLimits: CustomStringConvertible {
    /// The limits as they are written, in the order of the decisions.
    public var description: String {
        let numbers = Decision.allCases.compactMap { decision in
            ranges[decision].map { decision.rawValue + Self.text($0) }
        }
        let schedules = schedule.map { ["zero_bubble=" + ($0 == .zeroBubble ? "yes" : "no")] } ?? []
        return (numbers + schedules).joined(separator: ", ")
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return "=\(range.lowerBound)" }
        if range.lowerBound == 1 { return "<=\(range.upperBound)" }
        if range.upperBound == .max { return ">=\(range.lowerBound)" }
        return "=\(range.lowerBound)..\(range.upperBound)"
    }
}
