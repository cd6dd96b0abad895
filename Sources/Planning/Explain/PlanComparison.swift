import Quantities

/// What distinguishes one plan from another of the same run: its decisions, and where its seconds go.
public struct PlanComparison<Priced: ExplainedPlan>: Sendable {
    /// The plan that is compared.
    public let plan: Priced
    /// The plan it is compared with.
    public let reference: Priced

    /// Compares two plans.
    public init(_ plan: Priced, with reference: Priced) {
        self.plan = plan
        self.reference = reference
    }

    /// A decision that differs.
    public struct Decision: Hashable, Sendable {
        /// Name as in the columns.
        public let name: String
        /// The reference's value, then the plan's: a number, factors like 8/4, or a word.
        public let reference, plan: String
        /// The plan's factors by level where the degree itself differs and is above 1.
        public let factors: String?
    }

    /// A cost of a step in both plans.
    public struct CostChange: Hashable, Sendable {
        /// Name of the cost, as in columns.
        public let name: String
        /// The name for people.
        public let words: String
        /// Seconds of a step in the reference, then in the plan.
        public let reference, plan: Double
        /// Seconds that the plan takes longer.
        public var difference: Double { plan - reference }
    }

    /// Decisions that differ; factors by level only where the degree is the same.
    public var decisions: [Decision] {
        zip(plan.decisions, reference.decisions).compactMap { own, other in
            if own.value != other.value {
                return Decision(
                    name: own.name, reference: other.value, plan: own.value,
                    factors: own.value == "1" ? nil : own.factors)
            }
            guard let mine = own.factors, let theirs = other.factors, mine != theirs else { return nil }
            return Decision(name: "\(own.name)_by_level", reference: theirs, plan: mine, factors: nil)
        }
    }

    /// All costs of a step in both plans; the differences add up to the difference of the steps.
    public var costs: [CostChange] {
        zip(plan.costs, reference.costs).map {
            CostChange(name: $0.name, words: $0.words, reference: $1.seconds, plan: $0.seconds)
        }
    }

    /// Costs that change by more than rounding, the largest change first.
    public var changes: [CostChange] {
        let rounding = 1e-9 * reference.stepSeconds
        return costs.filter { abs($0.difference) > rounding }
            .sorted { abs($0.difference) > abs($1.difference) }
    }

    /// How much longer the run takes, as a share of the reference's time; negative where it is faster.
    public var delay: Double { plan.total / reference.total - 1 }

    /// One line for people: what differs, what it costs.
    public var text: String {
        let what = decisions.map { decision in
            "\(decision.name) \(decision.plan)" + (decision.factors.map { " (\($0))" } ?? "")
                + " instead of \(decision.reference)"
        }
        let time =
            abs(delay) < 5e-7
            ? "the same time"
            : "\(Readable.significant(abs(delay) * 100)) % \(delay > 0 ? "slower" : "faster")"
        let why = changes.prefix(3).map {
            "\($0.words) \($0.difference > 0 ? "+" : "-")\(Readable.time(Seconds(abs($0.difference))))"
        }
        var line = (what.isEmpty ? "the same decisions" : what.joined(separator: ", ")) + ": " + time
        if !why.isEmpty { line += " (" + why.joined(separator: ", ") + " a step)" }
        if why.isEmpty, let tie = plan.tie(with: reference) { line += "; \(tie)" }
        return line
    }
}
