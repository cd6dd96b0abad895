import Optimization
import Training

/// A plan of some shape with its place among the plans of all shapes.
struct ShapedPlan {
    let search: FixedRunSearch
    let run: TrainingRun
    let candidate: PlanCandidate
    /// Rank of the plan within its shape.
    let inner: Rank
    /// Rank among all shapes, in units of the whole run.
    let rank: Rank

    /// Makes one from a fixed-run search: steps become runs, so that shapes of different runs compare.
    init(_ ranked: RankedCandidate<PlanCandidate>, search: FixedRunSearch, objective: Objective) {
        self.search = search
        run = search.run
        candidate = ranked.candidate
        inner = ranked.rank
        rank = objective.runRank(ranked.rank, steps: search.run.steps)
    }

    /// Makes one from a largest run: less loss is better, then less compute.
    init(_ ranked: RankedCandidate<PlanCandidate>, search: FixedRunSearch, run: TrainingRun, loss: Double) {
        self.search = search
        self.run = run
        candidate = ranked.candidate
        inner = ranked.rank
        rank = Rank(loss, run.flop, 0)
    }

    /// The total order: rank, shape, rank within the shape, order of plans.
    static func precedes(_ left: ShapedPlan, _ right: ShapedPlan) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        let (one, other) = (left.run.shape.orderKey, right.run.shape.orderKey)
        if one != other { return one < other }
        if left.inner != right.inner { return left.inner < right.inner }
        return DataMovementSpace.precedes(left.candidate, right.candidate)
    }
}

extension Objective {
    /// The rank of a step as that of the run; traffic only orders plans of one shape.
    func runRank(_ rank: Rank, steps: Double) -> Rank {
        switch self {
        case .time: Rank(rank.primary * steps, 0, 0)
        case .gpus: Rank(rank.primary, rank.secondary * steps, 0)
        case .utilization: Rank(rank.primary * steps, rank.secondary * steps, 0)
        }
    }

    /// The rank of a step that no step of a run up to `rank` is above, a little too high for rounding.
    func stepRank(_ rank: Rank, steps: Double) -> Rank {
        func step(_ run: Double) -> Double { run / steps * (1 + 1e-12) }
        switch self {
        case .time: return Rank(step(rank.primary), .infinity, .infinity)
        case .gpus: return Rank(rank.primary, step(rank.secondary), .infinity)
        case .utilization: return Rank(step(rank.primary), .infinity, .infinity)
        }
    }
}

/// The best plans of all shapes so far.
struct ShapedBest {
    let wanted: Int
    private(set) var plans: [ShapedPlan] = []

    init(wanted: Int) { self.wanted = max(1, wanted) }

    /// The rank that a plan must not exceed to matter.
    var limit: Rank { plans.count == wanted ? plans.last?.rank ?? .worst : .worst }

    mutating func offer(_ plan: ShapedPlan) {
        let position = plans.firstIndex { ShapedPlan.precedes(plan, $0) } ?? plans.endIndex
        guard position < wanted else { return }
        plans.insert(plan, at: position)
        if plans.count > wanted { plans.removeLast() }
    }
}
