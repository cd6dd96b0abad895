import Quantities
import Training

extension Planner {
    /// Prices a plan that was found before for this question; nothing that is remembered is trusted.
    ///
    /// Whether memory binds takes a search to see, so that alone is taken as remembered.
    /// - Parameter kept: with its compute, and with its shape where the question leaves that free.
    /// - Returns: the plan with its price.
    /// - Throws: ``RecordFault`` where the plan cannot be an answer or its price has changed.
    public func recalled(_ kept: RecordedPlan) throws(RecordFault) -> PricedPlan {
        guard let flop = kept.flop else { throw .illegal("its compute is missing") }
        let plan = kept.decisions
        let run: TrainingRun
        let bounds: FixedRunSearch.Bounds
        var given: Int?
        switch question.given {
        case .gpusAndFlop(let gpus, let asked):
            run = try self.run(of: kept, lawFlop: asked)
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: cluster(gpus), deadline: .infinity)
            given = gpus
        case .flopAndTime(let asked, let time):
            run = try self.run(of: kept, lawFlop: asked)
            bounds = .fastest(deadline: time.value)
        case .gpusAndTime(let gpus, let time):
            guard flop >= ComputeRange.least, flop <= ComputeRange.most else {
                throw .illegal("its run of \(flop) FLOP is out of range")
            }
            run = try self.run(of: kept, lawFlop: flop)
            // The run was chosen to take exactly so long.
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: cluster(gpus), deadline: time.value * (1 + 1e-12))
            given = gpus
        }
        guard run.flop == flop else { throw .otherPrice }
        do {
            try plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: question.machine)
        } catch { throw .illegal("\(error)") }
        let model = StepModel(
            machine: question.machine, shape: run.shape, batchTokens: run.batchTokens,
            settings: question.settings)
        let search = FixedRunSearch(question: question, run: run, model: model, stop: { false })
        guard search.rank(of: plan, within: bounds) != nil else {
            throw .illegal(
                "it needs more memory, accelerators or time than there is, or a decision is not allowed")
        }
        guard model.price(plan).step == kept.stepSeconds else { throw .otherPrice }
        return PricedPlan(
            run: run, plan: plan, model: model, gpusGiven: given, binding: kept.memoryBinds ? "memory" : nil)
    }

    /// The run of a kept plan: the laws' own, or that of its shape where the question leaves that free.
    private func run(of kept: RecordedPlan, lawFlop: Double) throws(RecordFault) -> TrainingRun {
        question.shape == .law ? run(flop: lawFlop) : try chosenRun(of: kept)
    }

    /// The run of a shape that an earlier search chose; it must still buy what is asked for.
    package func chosenRun(of kept: RecordedPlan) throws(RecordFault) -> TrainingRun {
        guard let (shape, flop) = kept.chosen else { throw .illegal("it has no shape of its own") }
        if let most = question.laws.mostTokens, flop / shape.flopPerToken > most {
            throw .illegal("its shape takes more tokens than there are")
        }
        switch question.given {
        case .gpusAndFlop(_, let target), .flopAndTime(let target, _):
            let reducible = question.effectiveCompute.reducible(flop: target)
            guard question.value(of: shape).flop(reducible: reducible) == flop else {
                throw .illegal("its shape does not buy the effective compute asked for")
            }
        case .gpusAndTime: break
        }
        return TrainingRun(
            shape: shape, batchSequences: question.laws.batchSequences(flop: flop, shape: shape),
            sequenceLength: question.laws.sequenceLength, flop: flop)
    }

    private func cluster(_ gpus: Int) -> Int? { question.preset == .full ? gpus : nil }

    /// What a reader should know of an answer with this plan.
    public func notes(for plan: PricedPlan) -> [String] { notes(plan, run: plan.run) }
}
