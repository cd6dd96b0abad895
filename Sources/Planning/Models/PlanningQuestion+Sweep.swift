import Optimization
import Quantities
import ScalingModel
import Training

/// A sweep over runs whose shape and batch follow the laws.
public typealias FrontierSweep = Sweep<PlanningQuestion>
/// A point of such a sweep.
public typealias FrontierPoint = SweepPoint<PlanningQuestion>
/// A finished frontier of such runs.
public typealias ScalingFrontier = SweepFrontier<PlanningQuestion>

extension PricedPlan: PricedRun {
    /// Model FLOP of the run.
    public var flop: Double { run.flop }
    /// Share of the sustained rate at which the accelerators used work.
    public var busyShare: Double { utilizationOfUsed / machine.compute.sustainedFraction }
    /// The machine.
    public var machine: Accelerator { model.machine }
    /// The decisions as a text.
    public var identity: String { "\(plan)" }
    /// Ways to parallelize with their degrees.
    public var parallelism: [(name: String, degree: Int)] {
        [
            ("tensor", plan.tensor), ("pipeline", plan.pipeline), ("expert", plan.expert),
            ("data", plan.data),
        ]
    }
}

extension SolvedRun: SolvedCell {
    /// Where the leaves went.
    public var account: LeafAccount { outcome.result.account }
}

extension RangeReach: ComputeReach {}

extension CellAnswer where Priced == PricedPlan {
    /// What an answer says of a cell.
    public init(_ answer: PlanningAnswer) {
        self.init(
            plan: answer.best, infeasibility: answer.infeasibility, certificate: answer.certificate)
    }
}

extension PlanningQuestion: SweepQuestion {
    /// A plan with its price.
    public typealias Priced = PricedPlan
    /// A plan as journals keep it.
    public typealias Record = RecordedPlan
    /// A search that has ended.
    public typealias Solved = SolvedRun
    /// Prices kept plans.
    public typealias Reader = PointReader

    /// None.
    public static func tables() -> NoTables { NoTables() }

    /// The question about a cell.
    public func at(_ cell: SweepCell, time: Seconds) -> PlanningQuestion {
        var question = self
        question.given =
            cell.gpus.map { .gpusAndFlop(gpus: $0, flop: cell.flop) }
            ?? .flopAndTime(flop: cell.flop, time: time)
        if let width = cell.width { question.laws.fixedWidth = width }
        // Where accelerators are asked the template, which gives some, may have none of these goals.
        question.objective = cell.gpus != nil ? .time : objective == .utilization ? .utilization : .gpus
        question.wanted = 1
        question.engine = .auto
        question.reasons = .brief
        return question
    }

    /// Checks every number.
    public func checkNumbers() throws(PlanningError) { _ = try Planner(self) }

    /// The runs of the published tables.
    public var publishedRuns: [(index: Int, width: Int, flop: Double)] {
        PublishedWidths.all.enumerated().compactMap { index, width in
            (try? laws.shape(width: width)).map { (index, width, laws.lawFlop(of: $0)) }
        }
    }

    /// Names of runs that differ in steps alone.
    public func runs(of flops: [Double]) throws(PlanningError) -> [String] {
        let planner = try Planner(self)
        return flops.map { flop in
            let run = planner.run(flop: flop)
            return "shape \(run.shape.width) \(run.shape.layers) \(run.shape.experts) batch "
                + "\(run.batchSequences)"
        }
    }

    /// Each cell of a free shape has shapes of its own.
    public var sharesRuns: Bool { shape == .law }

    /// Share of the peak that matrix products sustain.
    public var sustainedFraction: Double { machine.compute.sustainedFraction }

    /// Of a free shape it is the share of the peak that became effective compute, because a shape that keeps
    /// the accelerators busy and learns little does not scale; above the sustained share only where a shape learns
    /// more than the law's.
    public func utilization(of plan: PricedPlan) -> Double {
        guard shape != .law else { return plan.utilization }
        let reducible = value(of: plan.run.shape).reducible(flop: plan.run.flop)
        return plan.utilization * (effectiveCompute.flop(reducible: reducible) / plan.run.flop)
    }

    /// Answers this question alone.
    public func answered(with tables: NoTables) throws(PlanningError) -> CellAnswer<PricedPlan> {
        let planner = try Planner(self)
        do { return CellAnswer(try planner.answer()) } catch { throw PlanningError(error.description) }
    }

    /// The answer where nothing is shared with other cells; nil elsewhere.
    public func answeredAlone(with tables: NoTables) throws(PlanningError) -> CellAnswer<PricedPlan>? {
        if shape != .law { return try answered(with: tables) }
        let planner = try Planner(self)
        return planner.dataShortage(planner.run(flop: askedFlop)).map { CellAnswer($0) }
    }

    /// Searches.
    public func solved(near previous: SolvedRun?) throws(PlanningError) -> SolvedRun {
        let planner = try Planner(self)
        return planner.solved(
            planner.run(flop: askedFlop), hint: previous?.outcome.result.best.first?.candidate.plan)
    }

    /// The answer from a search of the same run and accelerators.
    public func answer(_ solved: SolvedRun) throws(PlanningError) -> CellAnswer<PricedPlan> {
        let planner = try Planner(self)
        return CellAnswer(planner.answer(solved, run: planner.run(flop: askedFlop)))
    }

    /// The compute of a cell's question, which always gives it.
    private var askedFlop: Double {
        switch given {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _): flop
        case .gpusAndTime: ComputeRange.least
        }
    }

    /// How the reach of a utilization is found.
    public func reach(time: Seconds, clock: SearchClock) throws(PlanningError) -> (any ComputeReach)? {
        guard shape == .law else { return nil }
        return RangeReach(planner: try Planner(self), time: time.value, clock: clock)
    }

    /// Not looked for where the shape is free, which evades it by more parameters and less data.
    public func latencyWall(time: Seconds, clock: SearchClock) throws(PlanningError) -> Double? {
        guard shape == .law else { return nil }
        return LatencyWall.highest(planner: try Planner(self), time: time.value, stop: { clock.isOver })
    }

    /// At least the arithmetic at the sustained rate; lowered by more than the rounding of a sum of products.
    public func work(flop: Double) throws(PlanningError) -> RunWork {
        let useful = try Planner(self).run(flop: flop).flop / machine.compute.peak.value
        return RunWork(least: useful / machine.compute.sustainedFraction * (1 - 1e-9), useful: useful)
    }

    /// The number that answers the question.
    public var measure: Measure {
        switch given {
        case .gpusAndFlop: .seconds
        case .flopAndTime: objective == .utilization ? .utilization : .gpus
        case .gpusAndTime: .flop
        }
    }

    /// The cell of this question.
    public func cell(of plan: PricedPlan) -> SweepCell {
        switch given {
        case .gpusAndFlop(let gpus, let flop): SweepCell(index: 0, gpus: gpus, flop: flop, width: nil)
        case .flopAndTime(let flop, let time):
            SweepCell(index: 0, gpus: nil, flop: flop, width: nil, time: time)
        case .gpusAndTime(let gpus, _): SweepCell(index: 0, gpus: gpus, flop: plan.run.flop, width: nil)
        }
    }

    /// The same plan on this machine.
    public func priced(_ plan: PricedPlan) -> PricedPlan {
        var gpus: Int?
        if case .gpusAndFlop(let given, _) = given { gpus = given }
        return PricedPlan(
            run: plan.run, plan: plan.plan, model: plan.model(on: machine), gpusGiven: gpus)
    }

    /// What a plan comes to on another machine.
    public func held(_ plan: PricedPlan, on machine: Accelerator) -> HeldPlan {
        let model = plan.model(on: machine)
        guard model.memoryBytes(plan.plan) <= machine.memory.capacity.value * Double(plan.gpus) else {
            return .excluded
        }
        let step = model.price(plan.plan).step
        return HeldPlan(
            seconds: step * plan.run.steps,
            utilization: model.utilization(step: step, gpus: Double(plan.gpusGiven)))
    }

    /// What is kept of a plan.
    public func record(_ plan: PricedPlan, run: RecordedPlan.RunDetail) -> RecordedPlan {
        RecordedPlan(plan, choice: shape, run: run)
    }

    /// Prices a kept plan anew.
    public func recalled(_ kept: RecordedPlan) throws -> PricedPlan { try Planner(self).recalled(kept) }
}
