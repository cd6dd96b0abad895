import Optimization
import Quantities
import Training

/// The answer to a question: the best plan with its certificate, or why there is none.
public struct PlanningAnswer: Sendable {
    /// The question.
    public let question: PlanningQuestion
    /// Plans, best first; empty where none is feasible.
    public let plans: [PricedPlan]
    /// What was proved.
    public let certificate: Certificate
    /// Why there is no plan, and what would make one; empty where there is one.
    public let infeasibility: [String]
    /// What a reader should know: rounded batches, idle accelerators, roofline-only machines.
    public let notes: [String]

    /// Makes an answer.
    /// - Parameters:
    ///   - question: what was asked.
    ///   - plans: best first; empty where none is feasible.
    ///   - certificate: what was proved.
    ///   - infeasibility: why there is no plan.
    ///   - notes: what a reader should know.
    public init(
        question: PlanningQuestion, plans: [PricedPlan], certificate: Certificate, infeasibility: [String],
        notes: [String]
    ) {
        self.question = question
        self.plans = plans
        self.certificate = certificate
        self.infeasibility = infeasibility
        self.notes = notes
    }

    /// The best plan.
    public var best: PricedPlan? { plans.first }
}

/// A plan for a run on a machine, with everything that is reported about it.
public struct PricedPlan: Sendable {
    /// Shape, batch and compute.
    public let run: TrainingRun
    /// The layout.
    public let plan: Plan
    /// One step.
    public let price: StepPrice
    /// Accelerators that are or must be given; those that the plan does not use are idle.
    public let gpusGiven: Int
    /// Share of the peak of all accelerators given.
    public let utilization: Double
    /// Bytes needed over the whole cluster.
    public let memory: Bytes
    /// The term whose removal alone shortens this plan most, or `memory`.
    public let binding: String
    /// The model that priced it.
    public let model: StepModel

    /// Prices a given plan, which must be legal for the model's shape, batch and machine.
    /// - Parameters:
    ///   - run: shape, batch and compute.
    ///   - plan: the layout.
    ///   - model: prices it.
    ///   - gpusGiven: accelerators given; nil takes the smallest cluster that holds the plan.
    ///   - binding: the binding term where the caller knows it.
    public init(
        run: TrainingRun, plan: Plan, model: StepModel, gpusGiven: Int? = nil, binding: String? = nil
    ) {
        self.run = run
        self.plan = plan
        self.model = model
        price = model.price(plan)
        self.gpusGiven = gpusGiven ?? plan.leastCluster(on: model.machine)
        utilization = model.utilization(step: price.step, gpus: Double(self.gpusGiven))
        memory = Bytes(model.memoryBytes(plan))
        self.binding = binding ?? Binding.term(of: plan, model: model)
    }

    /// The same plan on the smallest cluster that holds it: what a larger one leaves idle is not its own.
    public var onLeastCluster: PricedPlan {
        PricedPlan(run: run, plan: plan, model: model, binding: binding)
    }

    /// The same with what binds it as in the first of others that is this plan, so that a report that shows a
    /// plan twice names one term; whether memory binds takes a search to see, which not every price has.
    public func bound(as others: [PricedPlan]) -> PricedPlan {
        let same = others.first {
            $0.plan == plan && $0.run.shape == run.shape && $0.run.batchTokens == run.batchTokens
        }
        return PricedPlan(
            run: run, plan: plan, model: model, gpusGiven: gpusGiven, binding: same?.binding ?? binding)
    }

    /// Accelerators used.
    public var gpus: Int { plan.gpus }
    /// Accelerators given and not used.
    public var idleGPUs: Int { gpusGiven - gpus }
    /// Time of one step.
    public var step: Seconds { Seconds(price.step) }
    /// Time of the whole run.
    public var total: Seconds { Seconds(price.step * run.steps) }
    /// Share of the peak of the accelerators used.
    public var utilizationOfUsed: Double { model.utilization(step: price.step, gpus: Double(gpus)) }
}
