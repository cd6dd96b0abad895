public import MixedInteger

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
