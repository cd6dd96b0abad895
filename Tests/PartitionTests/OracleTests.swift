import GLPKSolver
import Optimization
import Quantities
import Testing
import TransformerModel

@Suite struct PartitionOracleTests {
    @Test(arguments: StageSchedule.allCases, [RandomProblems.Coupling.none, .unequalMachines])
    func `dynamic programming, model and brute force agree on pure chains`(
        schedule: StageSchedule, coupling: RandomProblems.Coupling
    ) throws {
        var feasible = 0
        for seed in 0..<200 {
            let problem = RandomProblems.problem(seed: UInt64(seed), coupling: coupling, schedule: schedule)
            let truth = ExhaustivePartition(problem: problem).leastStepTime()
            let chain = try Partitioner(engine: .dynamicProgramming).answer(to: problem)
            let model = try Partitioner(solver: GLPKSolver(), engine: .mixedInteger).answer(to: problem)
            try compare(chain, with: truth, problem, seed: seed)
            try compare(model, with: truth, problem, seed: seed)
            if truth != nil { feasible += 1 }
        }
        // Most of the instances say something.
        #expect(feasible > 100 && feasible < 200)
    }

    @Test(
        arguments: StageSchedule.allCases,
        [RandomProblems.Coupling.extraTime, .offload, .pool, .poolAndExtraTime])
    func `the model agrees with brute force where stages are coupled`(
        schedule: StageSchedule, coupling: RandomProblems.Coupling
    ) throws {
        var feasible = 0
        for seed in 0..<120 {
            let problem = RandomProblems.problem(
                seed: UInt64(1000 + seed), coupling: coupling, schedule: schedule)
            let truth = ExhaustivePartition(problem: problem).leastStepTime()
            let answer = try Partitioner(solver: GLPKSolver()).answer(to: problem)
            try compare(answer, with: truth, problem, seed: seed)
            if truth != nil { feasible += 1 }
        }
        #expect(feasible > 40)
    }

    @Test func `what is said to be missing is enough, and less is not`() throws {
        var short = 0
        for seed in 0..<300 {
            var problem = RandomProblems.problem(
                seed: UInt64(5000 + seed), coupling: .unequalMachines, schedule: .oneForwardOneBackward)
            guard case .fixed(let machines) = problem.machines else { continue }
            let answer = try Partitioner().answer(to: problem)
            guard case .infeasible(let shortfall) = answer.verdict else { continue }
            short += 1
            let factor = try #require(shortfall.memoryFactor)
            #expect(factor > 1)
            for (scale, fits) in [(factor * (1 + 1e-9), true), (factor * (1 - 1e-9), false)] {
                problem.machines = .fixed(
                    machines.map {
                        StageMachine(name: $0.name, slowness: $0.slowness, memory: scale * $0.memory)
                    })
                let again = try Partitioner().answer(to: problem)
                #expect((again.partition != nil) == fits)
            }
        }
        #expect(short > 20)
    }

    @Test func `the least budget that is said to be enough is brute force's`() throws {
        var short = 0
        for seed in 0..<200 {
            var problem = RandomProblems.problem(
                seed: UInt64(7000 + seed), coupling: .offload, schedule: .oneForwardOneBackward)
            problem.budget = .offloadedBytes(.zero)
            let answer = try Partitioner(solver: GLPKSolver()).answer(to: problem)
            guard case .infeasible(let shortfall) = answer.verdict else { continue }
            let least = ExhaustivePartition(problem: problem).leastUse()
            #expect(shortfall.budgetLimit == least)
            #expect((shortfall.memoryFactor == nil) == (least != nil))
            short += 1
        }
        #expect(short > 20)
    }

    private func compare(
        _ answer: PartitionAnswer, with truth: Double?, _ problem: PipelineProblem, seed: Int
    ) throws {
        guard let truth else {
            guard case .infeasible = answer.verdict else {
                Issue.record("seed \(seed): infeasible, but \(answer.verdict)")
                return
            }
            return
        }
        let partition = try #require(answer.partition, "seed \(seed)")
        #expect(partition.stepTime.value == truth, "seed \(seed)")
        #expect(answer.certificate.bound.value <= truth, "seed \(seed)")
        let gap = try #require(answer.gap)
        #expect(gap.relative < 1e-5, "seed \(seed): \(answer.certificate)")
        check(partition, of: problem)
    }

    /// The partition covers the chain in order, fits, and keeps the budget.
    private func check(_ partition: PipelinePartition, of problem: PipelineProblem) {
        #expect(partition.stages.count == problem.stages)
        #expect(partition.stages.flatMap { Array($0.layers) } == Array(problem.chain.layers.indices))
        for stage in partition.stages {
            #expect(stage.slack >= .zero)
            #expect(stage.treated.reduce(0) { $0 + $1.count } == stage.layers.count)
        }
        switch problem.budget {
        case nil: break
        case .extraTime(let limit): #expect(partition.budgetUse <= limit.value)
        case .offloadedBytes(let limit): #expect(partition.budgetUse <= limit.value)
        }
    }
}
