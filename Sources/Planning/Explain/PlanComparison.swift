import Optimization
import Quantities
import ScalingModel
import Training

/// What distinguishes one plan from another of the same run: its decisions, and where its seconds go.
public struct PlanComparison: Sendable {
    /// The plan that is compared.
    public let plan: PricedPlan
    /// The plan it is compared with.
    public let reference: PricedPlan

    /// Compares two plans.
    public init(_ plan: PricedPlan, with reference: PricedPlan) {
        self.plan = plan
        self.reference = reference
    }

    /// A decision that differs.
    public struct Decision: Hashable, Sendable {
        /// Name as in the columns.
        public let name: String
        /// The reference's value, then the plan's: a number, factors like 8/4, or a schedule.
        public let reference, plan: String
        /// The plan's factors by level where the degree itself differs and is above 1.
        public let factors: String?
    }

    /// A cost of a step in both plans.
    public struct CostChange: Hashable, Sendable {
        /// Which seconds.
        public let kind: StepCost.Kind
        /// Seconds of a step in the reference, then in the plan.
        public let reference, plan: Double
        /// Seconds that the plan takes longer.
        public var difference: Double { plan - reference }
    }

    /// Decisions that differ; factors by level only where the degree is the same.
    public var decisions: [Decision] {
        var list: [Decision] = []
        func add(_ name: String, _ own: String, _ other: String, factors: String? = nil) {
            guard own != other else { return }
            list.append(Decision(name: name, reference: other, plan: own, factors: factors))
        }
        let (own, other) = (plan.plan, reference.plan)
        let degrees: [(String, KeyPath<Placement, [Int]>)] = [
            ("tp_model", \.tensorModel), ("tp_ff", \.tensorFeedForward), ("pp", \.pipeline), ("ep", \.expert),
            ("dp", \.data),
        ]
        for (name, path) in degrees {
            let (mine, theirs) = (own.placement[keyPath: path], other.placement[keyPath: path])
            if mine.product != theirs.product {
                let factors = mine.product > 1 && mine.count > 1 ? Self.text(mine) : nil
                add(name, "\(mine.product)", "\(theirs.product)", factors: factors)
            } else {
                add("\(name)_by_level", Self.text(mine), Self.text(theirs))
            }
        }
        add("interleave", "\(own.interleave)", "\(other.interleave)")
        add("microbatches", "\(own.microbatches)", "\(other.microbatches)")
        add("schedule", own.schedule.rawValue, other.schedule.rawValue)
        return list
    }

    /// All costs of a step in both plans; the differences add up to the difference of the steps.
    public var costs: [CostChange] {
        let own = plan.model.costs(of: plan.plan)
        let other = reference.model.costs(of: reference.plan)
        return zip(own, other).map {
            CostChange(kind: $0.kind, reference: $1.seconds, plan: $0.seconds)
        }
    }

    /// Costs that change by more than rounding, the largest change first.
    public var changes: [CostChange] {
        costs.filter { abs($0.difference) > 1e-9 * reference.price.step }
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
        let hidden = hiddenTraffic
        let why = changes.prefix(3).map {
            "\($0.kind.words) \($0.difference > 0 ? "+" : "-")\(Readable.time(Seconds(abs($0.difference))))"
        }
        var line = (what.isEmpty ? "the same decisions" : what.joined(separator: ", ")) + ": " + time
        if !why.isEmpty { line += " (" + why.joined(separator: ", ") + " a step)" }
        if why.isEmpty, let hidden { line += "; \(hidden)" }
        return line
    }

    /// What separates plans of equal time: their summed traffic, then the GPUs they use.
    private var hiddenTraffic: String? {
        let difference = plan.price.traffic - reference.price.traffic
        if abs(difference) > 1e-9 * reference.price.traffic {
            return "its traffic, hidden or not, takes \(Readable.time(Seconds(abs(difference)))) a step "
                + (difference > 0 ? "more" : "less")
        }
        if plan.gpus != reference.gpus {
            return
                "it uses \(Readable.count(plan.gpus)) \(plan.model.machine.unit)s, not \(Readable.count(reference.gpus))"
        }
        return plan.plan == reference.plan ? nil : "an exact tie; the order of the degrees decides"
    }

    private static func text(_ factors: [Int]) -> String { factors.map(String.init).joined(separator: "/") }
}
