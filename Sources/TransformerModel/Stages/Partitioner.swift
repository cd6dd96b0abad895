public import Optimization
public import Quantities

/// Cuts chains of layers into the stages of a pipeline.
///
///     let partitioner = Partitioner(solver: GLPKSolver())
///     let answer = try partitioner.answer(to: problem)
///     answer.partition?.table
///
/// A pure chain is solved by dynamic programming, exactly; stages that a budget or a pool of machines
/// couples by the mixed-integer model. Both blocks the calling thread until done.
public struct Partitioner: Sendable {
    /// Which way to solve.
    public enum Engine: String, Hashable, Sendable, CaseIterable {
        /// Dynamic programming for a pure chain, else the mixed-integer model.
        case automatic
        /// Dynamic programming; coupled stages are an error.
        case dynamicProgramming
        /// The mixed-integer model, also for a pure chain, to check one engine by the other.
        case mixedInteger
    }

    /// The solver for coupled stages; nil if there is none.
    public var solver: (any MixedIntegerSolver)?
    /// Which way to solve.
    public var engine: Engine
    /// Limits of the mixed-integer solver; its cutoff is not used.
    public var options: SolveOptions

    /// Makes a partitioner.
    /// - Parameters:
    ///   - solver: for coupled stages; nil if there is none.
    ///   - engine: which way to solve.
    ///   - options: limits of the mixed-integer solver; its cutoff is not used.
    public init(
        solver: (any MixedIntegerSolver)? = nil, engine: Engine = .automatic,
        options: SolveOptions = SolveOptions()
    ) {
        self.solver = solver
        self.engine = engine
        self.options = options
    }

    /// Finds the partition of least step time.
    /// - Parameter problem: what to cut.
    /// - Returns: the partition, or why there is none, and what is proved.
    /// - Throws: `PartitionError` if the problem is wrong or cannot be solved with what is at hand.
    public func answer(to problem: PipelineProblem) throws(PartitionError) -> PartitionAnswer {
        try problem.validate()
        let start = ContinuousClock.now
        let solvesByModel = engine == .mixedInteger || (engine == .automatic && !problem.isPureChain)
        if solvesByModel {
            guard let solver else { throw .needsSolver }
            return try CoupledSolve(problem: problem, solver: solver, options: options, start: start).answer()
        }
        guard problem.isPureChain else { throw .coupledStages }
        return chainAnswer(to: problem, start: start)
    }

    /// Finds the partition of a pure chain of least step time, if it is below a limit; by dynamic programming.
    /// - Parameters:
    ///   - problem: what to cut; stages that a budget or a pool couples are an error.
    ///   - limit: step time above which nothing is looked for, which makes the search faster.
    ///   - stop: asked now and then; a true answer ends the search without a partition.
    /// - Returns: the partition; nil if none fits below the limit, or `stop` ended the search.
    /// - Throws: `PartitionError` if the problem is wrong or not a pure chain.
    public static func partition(
        of problem: PipelineProblem, below limit: Seconds, stop: () -> Bool = { false }
    ) throws(PartitionError) -> PipelinePartition? {
        try problem.validate()
        guard problem.isPureChain else { throw .coupledStages }
        let table = ColumnTable(problem, incumbent: limit.value, stop: stop)
        guard !stop(), let found = ChainProgram(table, problem: problem).best(stop: stop), !stop(),
            found.value <= limit.value
        else { return nil }
        return PipelinePartition(columns: found.columns, library: table.library, problem: problem)
    }

    private func chainAnswer(
        to problem: PipelineProblem, start: ContinuousClock.Instant
    ) -> PartitionAnswer {
        let table = ColumnTable(problem)
        let found = ChainProgram(table, problem: problem).best()
        let verdict: PartitionAnswer.Verdict
        if let found {
            verdict = .found(
                PipelinePartition(columns: found.columns, library: table.library, problem: problem))
        } else {
            verdict = .infeasible(
                PartitionShortfall(
                    memoryFactor: PartitionShortfall.memoryFactor(of: problem), budgetLimit: nil))
        }
        let bound = found?.value ?? .infinity
        return PartitionAnswer(
            verdict: verdict,
            certificate: PartitionCertificate(
                engine: .dynamicProgramming, bound: .init(bound), columns: table.count, nodes: 0,
                termination: found == nil ? .infeasible : .optimal, elapsed: ContinuousClock.now - start))
    }
}
