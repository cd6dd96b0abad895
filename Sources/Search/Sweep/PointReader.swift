import CostModel
import Quantities
import Strategy
import Workload

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
    ///   - plan: the plan.
    ///   - cell: the question it answers.
    ///   - step: seconds of a step when it was found.
    ///   - memoryBinds: whether memory was found to bind it, which takes a search to see.
    ///   - chosen: shape and compute, where the shape was free.
    /// - Returns: the plan with its price.
    /// - Throws: ``Fault`` when the plan cannot be the answer.
    public mutating func priced(
        _ plan: Plan, for cell: FrontierSweep.Cell, step: Double, memoryBinds: Bool,
        chosen: (shape: LayerStack, flop: Double)? = nil
    ) throws(Fault) -> PricedPlan {
        let (run, machine) = (try run(of: cell, chosen: chosen), sweep.template.machine)
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
            cluster: sweep.template.preset == .full ? cell.gpus : nil, deadline: sweep.time.value)
        guard search.rank(of: plan, within: bounds) != nil else {
            throw .illegal("it needs more memory, accelerators or time than there is")
        }
        guard model.price(plan).step == step else { throw .otherPrice }
        return PricedPlan(
            run: run, plan: plan, model: model, gpusGiven: cell.gpus, binding: memoryBinds ? "memory" : nil)
    }

    private func run(
        of cell: FrontierSweep.Cell, chosen: (shape: LayerStack, flop: Double)?
    ) throws(Fault) -> TrainingRun {
        guard sweep.template.shape == .law else { return try freeRun(of: cell, chosen: chosen) }
        if cell.width == nil, let planner { return planner.run(flop: cell.flop) }
        do { return try Planner(sweep.question(cell)).run(flop: cell.flop) } catch {
            throw .illegal("\(error)")
        }
    }

    /// The run of a free shape, which must buy the effective compute of its cell.
    private func freeRun(
        of cell: FrontierSweep.Cell, chosen: (shape: LayerStack, flop: Double)?
    ) throws(Fault) -> TrainingRun {
        let question = sweep.template
        guard let chosen else { throw .illegal("it has no shape of its own") }
        let reducible = question.value(of: chosen.shape).reducible(flop: chosen.flop)
        let bought = question.effectiveCompute.flop(reducible: reducible)
        guard abs(bought - cell.flop) <= 1e-9 * cell.flop else {
            throw .illegal("its shape does not buy the effective compute asked for")
        }
        return TrainingRun(
            shape: chosen.shape,
            batchSequences: question.laws.batchSequences(flop: chosen.flop, shape: chosen.shape),
            sequenceLength: question.laws.sequenceLength, flop: chosen.flop)
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
