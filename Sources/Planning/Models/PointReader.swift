import Optimization
import Quantities
import ScalingModel
import Training

/// Turns plans that were found before back into points: checks that they are legal and prices them anew.
public struct PointReader: RecordReader {
    private let sweep: Sweep<PlanningQuestion>
    private let planner: Planner?
    private var models: [Key: StepModel] = [:]

    private struct Key: Hashable {
        let shape: LayerStack
        let batchTokens: Int
    }

    /// Prepares to read points of a sweep.
    /// - Parameter sweep: the questions.
    /// - Throws: ``PlanningError`` when a number of the sweep cannot be used.
    public init(_ sweep: Sweep<PlanningQuestion>) throws(PlanningError) {
        self.sweep = sweep
        if let first = sweep.cells.first {
            planner = try Planner(sweep.question(first))
        } else {
            planner = nil
        }
    }

    /// Prices a plan for a cell.
    /// - Parameters:
    ///   - kept: the plan, with its shape where that was free.
    ///   - cell: the question it answers.
    /// - Returns: the plan with its price.
    /// - Throws: ``RecordFault`` when the plan cannot be the answer.
    public mutating func priced(
        _ kept: RecordedPlan, for cell: SweepCell
    ) throws(RecordFault) -> PricedPlan {
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

    private func run(of cell: SweepCell, _ kept: RecordedPlan) throws(RecordFault) -> TrainingRun {
        if cell.width == nil, sweep.template.shape == .law, let planner {
            return planner.run(flop: cell.flop)
        }
        let planner: Planner
        do { planner = try Planner(sweep.question(cell)) } catch { throw .illegal("\(error)") }
        return sweep.template.shape == .law ? planner.run(flop: cell.flop) : try planner.chosenRun(of: kept)
    }
}
