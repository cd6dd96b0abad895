import Optimization
import Quantities
import Training

/// Turns plans that were found before back into points: checks that they are legal and prices them anew.
public struct PointReader {
    private let sweep: FrontierSweep
    private let planner: Planner?
    private var models: [Key: StepModel] = [:]

    private struct Key: Hashable {
        let shape: LayerStack
        let batchTokens: Int
    }

    /// Prepares to read points of a sweep.
    /// - Parameter sweep: the questions.
    /// - Throws: ``PlanningError`` when a number of the sweep cannot be used.
    public init(_ sweep: FrontierSweep) throws(PlanningError) {
        self.sweep = sweep
        if let first = sweep.cells.first {
            planner = try Planner(sweep.question(first))
        } else {
            planner = nil
        }
    }

    /// Why a plan is no answer to a cell.
    public enum Fault: Error, Hashable, Sendable {
        /// It breaks a rule, in these words.
        case illegal(String)
        /// Its step takes another time than it did when it was found.
        case otherPrice
    }

    /// Prices a plan for a cell.
    /// - Parameters:
    ///   - kept: the plan, with its shape where that was free.
    ///   - cell: the question it answers.
    /// - Returns: the plan with its price.
    /// - Throws: ``Fault`` when the plan cannot be the answer.
    public mutating func priced(
        _ kept: RecordedPlan, for cell: FrontierSweep.Cell
    ) throws(Fault) -> PricedPlan {
        let (plan, run, machine) = (kept.decisions, try run(of: cell, kept), sweep.template.machine)
        do { try plan.check(shape: run.shape, batchTokens: run.batchTokens, machine: machine) } catch {
            throw .illegal("\(error)")
        }
        let key = Key(shape: run.shape, batchTokens: run.batchTokens)
        let model =
            models[key]
            ?? StepModel(
                machine: machine, shape: run.shape, batchTokens: run.batchTokens,
                settings: sweep.template.settings)
        models[key] = model
        let search = FixedRunSearch(question: sweep.template, run: run, model: model, stop: { false })
        let bounds = FixedRunSearch.Bounds(
            objective: .time, gpus: 1...(cell.gpus ?? DataMovementSpace.mostGPUs),
            cluster: sweep.template.preset == .full ? cell.gpus : nil, deadline: sweep.time(of: cell).value)
        guard search.rank(of: plan, within: bounds) != nil else {
            throw .illegal("it needs more memory, accelerators or time than there is")
        }
        guard model.price(plan).step == kept.stepSeconds else { throw .otherPrice }
        return PricedPlan(
            run: run, plan: plan, model: model, gpusGiven: cell.gpus,
            binding: kept.memoryBinds ? "memory" : nil)
    }

    private func run(of cell: FrontierSweep.Cell, _ kept: RecordedPlan) throws(Fault) -> TrainingRun {
        if cell.width == nil, sweep.template.shape == .law, let planner {
            return planner.run(flop: cell.flop)
        }
        let planner: Planner
        do { planner = try Planner(sweep.question(cell)) } catch { throw .illegal("\(error)") }
        return sweep.template.shape == .law ? planner.run(flop: cell.flop) : try planner.chosenRun(of: kept)
    }
}

extension Certificate {
    /// What was proved of a point that is read back; how its leaves were discarded is not known any more.
    /// - Parameters:
    ///   - isOptimal: whether the plan was proved to be the best.
    ///   - spaceSize: complete assignments in the space.
    /// - Returns: the certificate without a bound and without counts.
    public static func recorded(isOptimal: Bool, spaceSize: Int) -> Certificate {
        var account = LeafAccount.empty
        account.spaceSize = spaceSize
        return Certificate(
            engine: "enumerate", isOptimal: isOptimal, bound: nil, account: account, searches: 0, gap: nil)
    }
}
