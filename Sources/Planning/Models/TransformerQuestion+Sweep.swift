import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// A search for one cell of a sweep over runs of a given transformer.
public struct SolvedLayouts: SolvedCell {
    let answer: TransformerAnswer
    /// Whether a neighbour's answer was its start.
    public let wasWarm: Bool
    /// Where the leaves went.
    public var account: LeafAccount { answer.certificate.account }
}

extension CellAnswer where Priced == LayoutRun {
    /// What an answer about a run says of a cell.
    public init(_ answer: TransformerAnswer) {
        self.init(
            plan: LayoutRun(answer), infeasibility: answer.infeasibility, certificate: answer.certificate)
    }
}

extension TransformerQuestion: SweepQuestion {
    /// A plan with its price.
    public typealias Priced = LayoutRun
    /// A plan as journals keep it.
    public typealias Record = RecordedLayout
    /// A search that has ended.
    public typealias Solved = SolvedLayouts
    /// Prices kept plans.
    public typealias Reader = LayoutReader

    /// Ways to cut models, none yet.
    public static func tables() -> CutTables { CutTables() }

    /// The question about a cell.
    public func at(_ cell: SweepCell, time: Seconds) -> TransformerQuestion {
        var question = self
        question.given =
            cell.gpus.map { .gpusAndFlop(gpus: $0, flop: cell.flop) }
            ?? .flopAndTime(flop: cell.flop, time: time)
        // The batch of a free shape follows the compute that it spends.
        if family == nil { question = question.batched(batch(flop: cell.flop)) }
        question.wanted = 1
        question.engine = .auto
        return question
    }

    /// Checks every number.
    public func checkNumbers() throws(PlanningError) {
        do { try validate() } catch { throw PlanningError(error.description) }
    }

    /// None: a given model has the width it has.
    public var publishedRuns: [(index: Int, width: Int, flop: Double)] { [] }

    /// Names of runs that differ in steps alone.
    public func runs(of flops: [Double]) throws(PlanningError) -> [String] {
        flops.map { "batch \(batch(flop: $0))" }
    }

    /// Whether cells of one run can be searched together; each cell of a free shape has shapes of its own.
    public var sharesRuns: Bool { family == nil }

    /// Share of the peak that matrix products sustain.
    public var sustainedFraction: Double {
        TransformerStepModel(job: job, machine: machine).sustainedFraction
    }

    /// Share of the peak of all accelerators given; of a free shape the share that became effective compute, because a
    /// shape that keeps the accelerators busy and learns little does not scale.
    public func utilization(of plan: LayoutRun) -> Double {
        family == nil ? plan.utilization : plan.utilization * (effectiveFlop(of: plan) / plan.flop)
    }

    /// Effective compute of a plan's run, FLOP; what it spends where the model is given.
    public func effectiveFlop(of plan: LayoutRun) -> Double {
        family.map { $0.effectiveFlop(of: plan.question.job.model, flop: plan.flop) } ?? plan.flop
    }

    /// Answers this question alone.
    public func answered(with tables: CutTables) throws(PlanningError) -> CellAnswer<LayoutRun> {
        CellAnswer(try answer(planner(tables), until: SearchClock(limit: timeLimit)))
    }

    /// The answer where nothing else is shared with other cells; nil elsewhere.
    public func answeredAlone(with tables: CutTables) throws(PlanningError) -> CellAnswer<LayoutRun>? {
        family == nil ? nil : try answered(with: tables)
    }

    /// A layout that does a larger run in time, or the same in less, does this one: as many accelerators are enough.
    public func solved(near previous: SolvedLayouts?) throws(PlanningError) -> SolvedLayouts {
        var enough: Int?
        // With failures more accelerators are no longer better, and the search finds its own start.
        if goodput == nil, case .flopAndTime = given, let known = previous?.answer, let best = known.best,
            known.question.globalBatch == globalBatch,
            shortfalls(of: best, gpus: known.gpusGiven, model: known.model).isEmpty
        {
            enough = known.gpusGiven
        }
        let answer = try answer(planner(), until: SearchClock(limit: timeLimit), enough: enough)
        return SolvedLayouts(answer: answer, wasWarm: enough != nil)
    }

    /// The answer from a search of the same run and accelerators.
    public func answer(_ solved: SolvedLayouts) throws(PlanningError) -> CellAnswer<LayoutRun> {
        CellAnswer(solved.answer.asked(self))
    }

    private func answer(
        _ planner: TransformerPlanner, until clock: SearchClock, enough: Int? = nil
    ) throws(PlanningError) -> TransformerAnswer {
        do { return try planner.answer(until: clock, enough: enough) } catch {
            throw PlanningError(error.description)
        }
    }

    private func planner(_ cuts: CutTables = CutTables()) throws(PlanningError) -> TransformerPlanner {
        do { return try TransformerPlanner(self, cuts: cuts) } catch {
            throw PlanningError(error.description)
        }
    }

    /// Found on a lattice: the batch changes with the compute, and whole ranks make utilization rise and fall.
    public func reach(time: Seconds, clock: SearchClock) throws(PlanningError) -> (any ComputeReach)? { nil }

    /// Not looked for: a given model's depth does not grow with the compute.
    public func latencyWall(time: Seconds, clock: SearchClock) throws(PlanningError) -> Double? { nil }

    /// At least the arithmetic of all sequences at the sustained rates; utilization counts attention in full, so that
    /// it may be more than the machine does.
    public func work(flop: Double) throws(PlanningError) -> RunWork {
        guard family == nil else {
            throw PlanningError("what a run takes is known of given shapes; leave the shape as it is")
        }
        let sequences = flop / job.modelFlop(counting: .full).value
        return RunWork(
            least: TransformerStepModel(job: job, machine: machine).leastWorkOfSequence * sequences,
            useful: flop / machine.peak(of: job.precision).value)
    }

    /// The number that answers the question.
    public var measure: Measure {
        switch given {
        case .gpus: .stepSeconds
        case .gpusAndFlop: .seconds
        case .flopAndTime: .gpus
        case .gpusAndTime: .flop
        }
    }

    /// The cell of this question; a step alone is a run of its compute, and of a free shape compute is what it is worth.
    public func cell(of plan: LayoutRun) -> SweepCell {
        switch given {
        case .gpus(let gpus), .gpusAndTime(let gpus, _):
            SweepCell(index: 0, gpus: gpus, flop: effectiveFlop(of: plan), width: nil)
        case .gpusAndFlop(let gpus, let flop): SweepCell(index: 0, gpus: gpus, flop: flop, width: nil)
        case .flopAndTime(let flop, let time):
            SweepCell(index: 0, gpus: nil, flop: flop, width: nil, time: time)
        }
    }

    /// The same layout on this machine.
    public func priced(_ plan: LayoutRun) -> LayoutRun {
        priced(plan, by: TransformerStepModel(job: plan.question.job, machine: machine))
    }

    private func priced(_ plan: LayoutRun, by model: TransformerStepModel) -> LayoutRun {
        LayoutRun(
            model.priced(plan.layout),
            question: family == nil ? self : about(plan.question.job.model, flop: plan.flop), flop: plan.flop,
            gpusGiven: plan.gpusGiven,
            model: model
        )
    }

    /// What a plan comes to on another machine.
    public func held(_ plan: LayoutRun, on machine: Accelerator) -> HeldPlan {
        let model = TransformerStepModel(job: plan.question.job, machine: machine)
        guard model.fits(plan.layout) else { return .excluded }
        let again = plan.question.priced(plan, by: model)
        return HeldPlan(seconds: again.total.value, utilization: again.utilization)
    }

    /// What is kept of a plan.
    public func record(_ plan: LayoutRun, run: RecordedPlan.RunDetail) -> RecordedLayout {
        RecordedLayout(
            layout: plan.layout, gpusGiven: plan.gpusGiven, stepSeconds: plan.priced.step.total.value,
            flop: plan.flop, shape: family == nil ? nil : TransformerShape(plan.question.job.model))
    }

    /// Prices a kept plan anew.
    public func recalled(_ kept: RecordedLayout) throws -> LayoutRun {
        let asked = try member(of: kept)
        return try asked.recalled(kept, by: TransformerStepModel(job: asked.job, machine: asked.machine))
    }

    /// Prices a kept layout for this question.
    func recalled(_ kept: RecordedLayout, by model: TransformerStepModel) throws(RecordFault) -> LayoutRun {
        let layout = kept.layout
        if let problem = layout.problems(for: job.model).first { throw .illegal(problem.description) }
        guard layout.globalBatch == globalBatch, isAsked(kept),
            (1...Self.mostGPUs).contains(kept.gpusGiven)
        else { throw .illegal("its batch, compute or accelerators are not those asked for") }
        let priced = model.priced(layout)
        guard priced.step.total.value == kept.stepSeconds else { throw .otherPrice }
        if let shortfall = shortfalls(of: priced, gpus: kept.gpusGiven, model: model).first {
            throw .illegal(shortfall.description)
        }
        return LayoutRun(
            priced, question: self, flop: kept.flop, gpusGiven: kept.gpusGiven, model: model)
    }

    /// The question that a kept plan answers: this one, or of a free shape that about the shape that was kept.
    ///
    /// Compute and accelerators are checked against the target here, since the question about the member takes over what
    /// was kept.
    fileprivate func member(of kept: RecordedLayout) throws(RecordFault) -> TransformerQuestion {
        guard let family else {
            guard kept.shape == nil else { throw .illegal("it has a shape, and the model is given") }
            return self
        }
        guard let shape = kept.shape else { throw .illegal("it has no shape, and the shape is free") }
        let model = family.member(shape)
        do { try model.validate() } catch { throw .illegal("\(error)") }
        switch given {
        case .gpusAndFlop(_, let target), .flopAndTime(let target, _):
            let value = MemberValue(model, in: family)
            guard value.flop(reducible: family.reducible(flop: target)) == kept.flop else {
                throw .illegal("its compute is not what its shape takes for the effective compute asked for")
            }
        case .gpus, .gpusAndTime: break
        }
        guard kept.flop > 0, kept.flop <= ComputeRange.most, Self.batches.contains(batch(flop: kept.flop))
        else { throw .illegal("its compute is out of range") }
        return about(model, flop: kept.flop)
    }

    /// Whether compute and accelerators are those of the question.
    private func isAsked(_ kept: RecordedLayout) -> Bool {
        switch given {
        case .gpus(let gpus): kept.gpusGiven == gpus
        case .gpusAndFlop(let gpus, let flop): kept.gpusGiven == gpus && kept.flop == flop
        case .flopAndTime(let flop, _): kept.flop == flop
        case .gpusAndTime(let gpus, _): kept.gpusGiven == gpus
        }
    }
}

/// Prices kept layouts for the cells of a sweep.
public struct LayoutReader: RecordReader {
    private let sweep: Sweep<TransformerQuestion>
    private let model: TransformerStepModel

    /// Takes its parts.
    public init(_ sweep: Sweep<TransformerQuestion>) throws(PlanningError) {
        self.sweep = sweep
        model = TransformerStepModel(job: sweep.template.job, machine: sweep.template.machine)
    }

    /// Prices a kept plan for a cell.
    public mutating func priced(
        _ kept: RecordedLayout, for cell: SweepCell
    ) throws(RecordFault) -> LayoutRun {
        let question = sweep.question(cell)
        guard question.family != nil else { return try question.recalled(kept, by: model) }
        let asked = try question.member(of: kept)
        return try asked.recalled(kept, by: TransformerStepModel(job: asked.job, machine: asked.machine))
    }
}
