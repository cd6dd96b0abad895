import CostModel
import Quantities
import Strategy
import Workload

extension Planner {
    /// Prices a plan that was found before for this question; nothing that is remembered is trusted.
    ///
    /// Whether memory binds takes a search to see, so that alone is taken as remembered.
    /// - Parameters:
    ///   - plan: the decisions.
    ///   - flop: compute of the run; it matters only where the question asks for it.
    ///   - step: seconds of a step when the plan was found.
    ///   - memoryBinds: whether memory was found to bind it.
    /// - Returns: the plan with its price.
    /// - Throws: ``PointReader/Fault`` where the plan cannot be an answer or its price has changed.
    public func recalled(
        _ plan: Plan, flop: Double, step: Double, memoryBinds: Bool
    ) throws(PointReader.Fault) -> PricedPlan {
        let run: TrainingRun
        let bounds: FixedRunSearch.Bounds
        var given: Int?
        switch question.given {
        case .gpusAndFlop(let gpus, let asked):
            run = self.run(flop: asked)
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: cluster(gpus), deadline: .infinity)
            given = gpus
        case .flopAndTime(let asked, let time):
            run = self.run(flop: asked)
            bounds = .fastest(deadline: time.value)
        case .gpusAndTime(let gpus, let time):
            guard flop >= ComputeRange.least, flop <= ComputeRange.most else {
                throw .illegal("its run of \(flop) FLOP is out of range")
            }
            run = self.run(flop: flop)
            // The run was chosen to take exactly so long.
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: cluster(gpus), deadline: time.value * (1 + 1e-12))
            given = gpus
        }
        do {
            try plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: question.machine)
        } catch { throw .illegal("\(error)") }
        let model = StepModel(
            machine: question.machine, shape: run.shape, batchTokens: run.batchTokens,
            settings: question.settings)
        let search = FixedRunSearch(question: question, run: run, model: model, stop: { false })
        guard search.rank(of: plan, within: bounds) != nil else {
            throw .illegal("it needs more memory, accelerators or time than there is")
        }
        guard model.price(plan).step == step else { throw .otherPrice }
        return PricedPlan(
            run: run, plan: plan, model: model, gpusGiven: given, binding: memoryBinds ? "memory" : nil)
    }

    private func cluster(_ gpus: Int) -> Int? { question.preset == .full ? gpus : nil }

    /// What a reader should know of an answer with this plan.
    public func notes(for plan: PricedPlan) -> [String] { notes(plan, run: plan.run) }
}
