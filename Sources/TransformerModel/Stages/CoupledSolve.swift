import Optimization
import Quantities

/// One solve of the mixed-integer model: a first partition, the columns it leaves, the model, the answer.
struct CoupledSolve {
    let problem: PipelineProblem
    let solver: any MixedIntegerSolver
    let options: SolveOptions
    let start: ContinuousClock.Instant

    func answer() throws(PartitionError) -> PartitionAnswer {
        let first = firstPartition()
        let table = ColumnTable(problem, incumbent: first.incumbent?.stepTime.value ?? .infinity)
        let pricer = ColumnPricer(problem)
        // A stage without a column leaves nothing for a model to decide.
        guard table.columns.allSatisfy({ !$0.isEmpty }) else {
            return finished(nil, first, table, bound: .infinity, end: nil)
        }
        let built = PartitionModel(table, problem: problem, leastWork: pricer.leastWork)
        var limits = options
        limits.cutoff = nil
        if let limit = options.timeLimit { limits.timeLimit = max(.zero, limit - (.now - start)) }
        let end: MixedIntegerResult
        do { end = try solver.solve(built.model, options: limits) } catch { throw .solver(error) }
        let partition = end.solution.flatMap { built.columns(of: $0, in: table) }.map {
            PipelinePartition(columns: $0, library: table.library, problem: problem)
        }
        // What the solver lets pass within its tolerance is not within the budget.
        let kept = partition.flatMap { keepsBudget($0) ? $0 : nil }
        let proved = end.termination == .infeasible ? .infinity : (end.bound ?? 0) * built.unit
        return finished(kept, first, table, bound: max(proved, pricer.leastWork), end: end)
    }

    private func keepsBudget(_ partition: PipelinePartition) -> Bool {
        guard let limit = problem.budget?.limit else { return true }
        return partition.budgetUse <= limit * (1 + 1e-9)
    }

    /// What is known before the model is solved.
    private struct First {
        var incumbent: PipelinePartition?
        /// A bound proved by other means; 0 if none.
        var bound = 0.0
        var isInfeasible = false

        /// Keeps a partition if it is better than the one in hand.
        mutating func keep(_ found: PipelinePartition?) {
            guard let found else { return }
            if let incumbent, incumbent.stepTime <= found.stepTime { return }
            incumbent = found
        }
    }

    /// A partition to measure columns by: the chain's own without a budget, Lagrange's with one; for a pool,
    /// those of two orders of the machines.
    private func firstPartition() -> First {
        var first = First()
        switch problem.machines {
        case .fixed:
            // A partition that does without the budget, if there is one: it keeps the next table small.
            first.incumbent = withoutBudget(problem)
            let table = ColumnTable(problem, incumbent: first.incumbent?.stepTime.value ?? .infinity)
            let relaxed = BudgetRelaxation(
                ChainProgram(table, problem: problem), problem: problem, until: halfTime)
            guard let relaxed else {
                first.isInfeasible = true
                return first
            }
            // The bound of a pure chain is the dynamic programme's answer; the model is to find its own.
            first.bound = problem.budget == nil ? 0 : relaxed.bound
            first.keep(
                relaxed.columns.map {
                    PipelinePartition(columns: $0, library: table.library, problem: problem)
                })
        case .pool(let stocks):
            let machines = stocks.flatMap {
                Array(repeating: $0.machine, count: min($0.count, problem.stages))
            }
            let orders = [
                machines.sorted { ($0.memory, $1.slowness) > ($1.memory, $0.slowness) },
                machines.sorted { ($0.slowness, $1.memory) < ($1.slowness, $0.memory) },
            ]
            for order in orders {
                var fixed = problem
                fixed.machines = .fixed(Array(order.prefix(problem.stages)))
                first.keep(withoutBudget(fixed))
                if problem.budget == nil { continue }
                let table = ColumnTable(fixed, incumbent: first.incumbent?.stepTime.value ?? .infinity)
                let relaxed = BudgetRelaxation(
                    ChainProgram(table, problem: fixed), problem: fixed, until: halfTime)
                first.keep(
                    relaxed?.columns.map {
                        PipelinePartition(columns: $0, library: table.library, problem: fixed)
                    })
            }
        }
        return first
    }

    /// When half the time is gone; the rest is the model's.
    private var halfTime: ContinuousClock.Instant? { options.timeLimit.map { start + $0 / 2 } }

    /// The best partition that uses none of the budget; nil if there is none.
    private func withoutBudget(_ problem: PipelineProblem) -> PipelinePartition? {
        var free = problem
        free.budget = nil
        if let budget = problem.budget {
            let kinds = problem.chain.kinds.map { kind in
                StageLayer(
                    name: kind.name, forward: kind.forward, backward: kind.backward, state: kind.state,
                    treatments: kind.treatments.filter {
                        switch budget {
                        case .extraTime: $0.extra == .zero
                        case .offloadedBytes: $0.offloaded == .zero
                        }
                    })
            }
            guard kinds.allSatisfy({ !$0.treatments.isEmpty }) else { return nil }
            free.chain = LayerChain(kinds: kinds, runs: problem.chain.runs)
        }
        let table = ColumnTable(free)
        return ChainProgram(table, problem: free).best().map {
            PipelinePartition(columns: $0.columns, library: table.library, problem: free)
        }
    }

    private func finished(
        _ found: PipelinePartition?, _ first: First, _ table: ColumnTable, bound: Double,
        end: MixedIntegerResult?
    ) -> PartitionAnswer {
        let candidates = [found, first.incumbent].compactMap(\.self)
        let best = candidates.min { $0.stepTime < $1.stepTime }
        let termination = end?.termination ?? .infeasible
        let verdict: PartitionAnswer.Verdict
        var proved = max(bound, first.bound)
        if let best {
            verdict = .found(best)
            // Whatever was proved of the rest, the partition itself is there.
            proved = min(proved, best.stepTime.value)
        } else if first.isInfeasible || termination == .infeasible {
            verdict = .infeasible(shortfall(first))
        } else {
            verdict = .undecided
        }
        return PartitionAnswer(
            verdict: verdict,
            certificate: PartitionCertificate(
                engine: .mixedInteger(solver: solver.name), bound: Seconds(proved), columns: table.count,
                nodes: end?.nodes ?? 0, termination: termination, elapsed: .now - start))
    }

    private func shortfall(_ first: First) -> PartitionShortfall {
        if first.isInfeasible {
            return PartitionShortfall(
                memoryFactor: PartitionShortfall.memoryFactor(of: problem), budgetLimit: nil)
        }
        guard case .fixed = problem.machines, problem.budget != nil else {
            return PartitionShortfall(memoryFactor: nil, budgetLimit: nil)
        }
        let least = ChainProgram(ColumnTable(problem), problem: problem).leastUse()
        return PartitionShortfall(memoryFactor: nil, budgetLimit: least)
    }
}
