import Optimization
import Quantities
import ScalingModel
import Training

/// A plan of a run, as sweeps, figures and tables see it.
public protocol PricedRun: Sendable {
    /// Model FLOP of the run.
    var flop: Double { get }
    /// Accelerators used.
    var gpus: Int { get }
    /// Accelerators that are or must be given.
    var gpusGiven: Int { get }
    /// Time of the whole run.
    var total: Seconds { get }
    /// Share of the peak of all accelerators given.
    var utilization: Double { get }
    /// Share of the rate that products sustain at which the accelerators used work, on average.
    var busyShare: Double { get }
    /// The machine.
    var machine: Accelerator { get }
    /// The decisions, one text for each plan.
    var identity: String { get }
    /// The same plan on the smallest cluster that holds it.
    var onLeastCluster: Self { get }
    /// What the step is short of, in one word; words of several are joined by underscores.
    var binding: String { get }
    /// Ways to parallelize with their degrees, those of 1 included, in the order in which they are named.
    var parallelism: [(name: String, degree: Int)] { get }
}

/// A question to a cost model, and all that asking it at many scales needs to know of it.
///
/// A cost model that conforms has sweeps, landmarks, shards and journals; what each cell is answered does not
/// depend on the others.
public protocol SweepQuestion: Sendable {
    /// A plan with its price.
    associatedtype Priced: PricedRun
    /// A plan as journals keep it: decisions, no prices but that of the step, to notice that it has changed.
    associatedtype Record: Codable & Hashable & Sendable
    /// A search that has ended, which cells that differ in compute alone can share.
    associatedtype Solved: SolvedCell
    /// What searches of many cells have in common.
    associatedtype Tables: Sendable
    /// Prices kept plans anew.
    associatedtype Reader: RecordReader where Reader.Question == Self

    /// The machine.
    var machine: Accelerator { get set }
    /// Longest search.
    var timeLimit: Seconds { get set }

    /// The numbers that the answer depends on: those of the machine that the model reads and that are neither 0
    /// nor infinite, then those of the question.
    var numbers: [Knob] { get }
    /// The same question about a cell of a sweep with its longest run.
    func at(_ cell: SweepCell, time: Seconds) -> Self
    /// Checks every number.
    /// - Throws: ``PlanningError`` naming the value that cannot be used.
    func checkNumbers() throws(PlanningError)

    /// The runs of the published tables: place, width, FLOP; none where a model is given.
    var publishedRuns: [(index: Int, width: Int, flop: Double)] { get }
    /// For each amount of compute a name of the run's shape and batch: runs of one name differ in steps alone.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func runs(of flops: [Double]) throws(PlanningError) -> [String]
    /// Whether cells whose runs have one name can be searched together.
    var sharesRuns: Bool { get }
    /// Share of the peak that matrix products sustain, against which scaling is judged.
    var sustainedFraction: Double { get }
    /// The utilization by which scaling is judged, a share of the peak of all accelerators that must be given.
    func utilization(of plan: Priced) -> Double

    /// Empty tables, which the searches fill; they change how long searches take and nothing else.
    static func tables() -> Tables
    /// Answers this question alone.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func answered(with tables: Tables) throws(PlanningError) -> CellAnswer<Priced>
    /// The answer where it shares nothing else with any other cell; nil elsewhere.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func answeredAlone(with tables: Tables) throws(PlanningError) -> CellAnswer<Priced>?
    /// Searches; the search of a neighbour changes how long that takes and nothing else.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func solved(near previous: Solved?) throws(PlanningError) -> Solved
    /// The answer to this question from a search of the same run and accelerators.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func answer(_ solved: Solved) throws(PlanningError) -> CellAnswer<Priced>

    /// How the reach of a utilization is found; nil for a lattice.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func reach(time: Seconds, clock: SearchClock) throws(PlanningError) -> (any ComputeReach)?
    /// The largest compute that can be done even with infinite rates, FLOP; nil where there is none, or where it is
    /// not looked for.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func latencyWall(time: Seconds, clock: SearchClock) throws(PlanningError) -> Double?

    /// What a run takes of this machine, whatever its plan.
    /// - Parameter flop: of the run.
    /// - Returns: accelerator-seconds.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func work(flop: Double) throws(PlanningError) -> RunWork

    /// The number that answers the question.
    var measure: Measure { get }
    /// The cell whose question is this one; where the largest run is asked for, about the time of a plan's run.
    /// - Parameter plan: of this question.
    /// - Returns: accelerators and compute, or compute and the longest run.
    func cell(of plan: Priced) -> SweepCell
    /// The decisions of a plan, priced on this question's machine and with its accelerators.
    /// - Parameter plan: of this question, or of one that differs from it in its machine.
    /// - Returns: the plan, whether it fits and is in time or not.
    func priced(_ plan: Priced) -> Priced
    /// What a plan comes to on another machine.
    /// - Parameters:
    ///   - plan: of this question or one of its cells.
    ///   - machine: with other numbers and the same levels.
    /// - Returns: time and utilization there.
    func held(_ plan: Priced, on machine: Accelerator) -> HeldPlan

    /// What is kept of a plan that answers this question or one of its cells; the compute of the run with it where
    /// that is asked for, although the question may say it.
    func record(_ plan: Priced, run: RecordedPlan.RunDetail) -> Record
    /// Prices a plan that was found before for this question; nothing that is remembered is trusted.
    /// - Throws: where the plan cannot be an answer or its price has changed.
    func recalled(_ kept: Record) throws -> Priced
}

extension SweepQuestion {
    /// Answers this question alone.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public func answered() throws(PlanningError) -> CellAnswer<Priced> { try answered(with: Self.tables()) }
}

/// Of searches that have no tables in common.
public struct NoTables: Sendable {
    /// Makes nothing.
    public init() {}
}

/// A search that has ended.
public protocol SolvedCell {
    /// Whether a neighbour's plan was its first limit.
    var wasWarm: Bool { get }
    /// Where its leaves went.
    var account: LeafAccount { get }
}

/// What a plan that is held comes to on one machine.
public struct HeldPlan: Sendable {
    /// Seconds of the run; infinite where the memory does not hold the plan.
    public let seconds: Double
    /// Share of the peak of the accelerators given; 0 where the memory does not hold the plan.
    public let utilization: Double

    /// Takes both.
    public init(seconds: Double, utilization: Double) {
        self.seconds = seconds
        self.utilization = utilization
    }

    /// Of a plan that the memory does not hold.
    public static let excluded = HeldPlan(seconds: .infinity, utilization: 0)
}

/// The answer to one cell.
public struct CellAnswer<Priced: PricedRun>: Sendable {
    /// The best plan; nil where none is feasible.
    public let plan: Priced?
    /// Why there is none.
    public let infeasibility: [String]
    /// What was proved.
    public let certificate: Certificate

    /// Makes an answer.
    public init(plan: Priced?, infeasibility: [String], certificate: Certificate) {
        self.plan = plan
        self.infeasibility = infeasibility
        self.certificate = certificate
    }
}

/// Turns plans that were found before back into plans with a price: checks that they answer their cell.
public protocol RecordReader {
    /// The question of the sweep.
    associatedtype Question: SweepQuestion

    /// Prepares to read plans of a sweep.
    /// - Throws: ``PlanningError`` when a number of the sweep cannot be used.
    init(_ sweep: Sweep<Question>) throws(PlanningError)

    /// Prices a plan for a cell.
    /// - Throws: ``RecordFault`` when the plan cannot be the answer.
    mutating func priced(_ kept: Question.Record, for cell: SweepCell) throws(RecordFault) -> Question.Priced
}
