import Optimization
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

    init(_ plan: PricedPlan) {
        seconds = plan.total.value
        gpus = Double(plan.gpusGiven)
        utilization = plan.utilization
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
        let settings: ModelSettings
        /// Longest run in seconds.
        let deadline: Double
        let measure: Measure
        /// How far from the best counts as near it, a share.
        let tolerance: Double
    }

    /// Prices a plan on a machine.
    /// - Parameters:
    ///   - plan: legal for the run.
    ///   - given: accelerators given to it.
    ///   - run: shape, batch and compute.
    ///   - machine: as drawn.
    ///   - best: the best plan on that machine; nil where there is none.
    ///   - rules: what is the same on every machine.
    init(
        _ plan: Plan, given: Int, run: TrainingRun, on machine: Accelerator, best: PlanFigures?, rules: Rules
    ) {
        let model = StepModel(
            machine: machine, shape: run.shape, batchTokens: run.batchTokens, settings: rules.settings)
        let fits = model.memoryBytes(plan) <= machine.memory.capacity.value * Double(plan.gpus)
        let step = model.price(plan).step
        seconds = fits ? step * run.steps : .infinity
        utilization = fits ? model.utilization(step: step, gpus: Double(given)) : 0
        isFeasible = fits && seconds <= rules.deadline
        guard isFeasible, let best else {
            isNearBest = false
            return
        }
        isNearBest =
            switch rules.measure {
            case .seconds: seconds <= best.seconds * (1 + rules.tolerance)
            case .gpus: Double(given) <= best.gpus * (1 + rules.tolerance)
            case .utilization: utilization * (1 + rules.tolerance) >= best.utilization
            case .flop: false
            }
    }
}
