import Optimization
import Quantities
import ScalingModel
import Training

/// What is compared of a plan, without its model: samples of large grids have millions of plans.
struct PlanFigures {
    /// Seconds of the run.
    let seconds: Double
    /// Accelerators given.
    let gpus: Double
    /// Share of the peak of the accelerators given.
    let utilization: Double
    /// The share by which scaling is judged, ``SweepQuestion/utilization(of:)``.
    let judged: Double

    init(_ plan: some PricedRun, judged: Double? = nil) {
        seconds = plan.total.value
        gpus = Double(plan.gpusGiven)
        utilization = plan.utilization
        self.judged = judged ?? plan.utilization
    }
}

/// How a plan that is held fares on one machine.
struct PlanTrial {
    /// Seconds of the run; infinite where the memory does not hold the plan.
    let seconds: Double
    /// Share of the peak of the accelerators given; 0 where the memory does not hold the plan.
    let utilization: Double
    /// Whether it fits and finishes in time.
    let isFeasible: Bool
    /// Whether it is feasible and within the tolerance of the best plan on this machine.
    let isNearBest: Bool

    /// What is the same on every machine.
    struct Rules {
        /// Longest run in seconds.
        let deadline: Double
        let measure: Measure
        /// How far from the best counts as near it, a share.
        let tolerance: Double
    }

    /// Judges a plan on a machine.
    /// - Parameters:
    ///   - held: what it comes to there.
    ///   - given: accelerators given to it.
    ///   - best: the best plan on that machine; nil where there is none.
    ///   - rules: what is the same on every machine.
    init(_ held: HeldPlan, given: Int, best: PlanFigures?, rules: Rules) {
        seconds = held.seconds
        utilization = held.utilization
        isFeasible = seconds.isFinite && seconds <= rules.deadline
        guard isFeasible, let best else {
            isNearBest = false
            return
        }
        isNearBest =
            switch rules.measure {
            case .seconds, .stepSeconds: seconds <= best.seconds * (1 + rules.tolerance)
            case .gpus: Double(given) <= best.gpus * (1 + rules.tolerance)
            case .utilization: utilization * (1 + rules.tolerance) >= best.utilization
            case .flop: false
            }
    }
}
