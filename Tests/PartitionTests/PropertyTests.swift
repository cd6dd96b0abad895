import GLPKSolver
import Optimization
import Quantities
import Testing
import TransformerModel

@Suite struct PartitionLawTests {
    @Test(arguments: StageSchedule.allCases)
    func `more memory is never slower`(schedule: StageSchedule) throws {
        try compare(schedule: schedule) { problem in
            guard case .fixed(let machines) = problem.machines else { return }
            problem.machines = .fixed(
                machines.map { StageMachine(slowness: $0.slowness, memory: $0.memory + Bytes(5)) })
        }
    }

    @Test(arguments: StageSchedule.allCases)
    func `faster machines are never slower`(schedule: StageSchedule) throws {
        try compare(schedule: schedule) { problem in
            guard case .fixed(let machines) = problem.machines else { return }
            problem.machines = .fixed(
                machines.enumerated().map { place, machine in
                    let slowness = place == 0 ? machine.slowness / 2 : machine.slowness
                    return StageMachine(slowness: slowness, memory: machine.memory)
                })
        }
    }

    @Test(arguments: StageSchedule.allCases)
    func `slower transfers are never faster`(schedule: StageSchedule) throws {
        try compare(schedule: schedule, betterIsChanged: false) { problem in
            problem.transfers = problem.transfers.map { $0 + Seconds(1) }
        }
    }

    @Test(arguments: StageSchedule.allCases)
    func `more microbatches take longer, but less time each`(schedule: StageSchedule) throws {
        for seed in 0..<150 {
            var problem = RandomProblems.problem(
                seed: UInt64(seed), coupling: .unequalMachines, schedule: .oneForwardOneBackward)
            // From as many microbatches as stages on, memory no longer depends on their number.
            problem.microbatches = max(problem.microbatches, problem.stages)
            guard let before = try Partitioner().answer(to: problem).partition else { continue }
            let microbatches = problem.microbatches
            problem.microbatches += 1
            let after = try #require(try Partitioner().answer(to: problem).partition)
            #expect(after.stepTime >= before.stepTime)
            let each = after.stepTime / Double(microbatches + 1)
            #expect(each.value <= (before.stepTime / Double(microbatches)).value * (1 + 1e-12))
        }
    }

    @Test func `a larger budget is never slower, and no budget is best`() throws {
        let partitioner = Partitioner(solver: GLPKSolver())
        for seed in 0..<60 {
            var problem = RandomProblems.problem(
                seed: UInt64(seed), coupling: .offload, schedule: .oneForwardOneBackward)
            var last = Double.infinity
            for limit in [0.0, 5, 10, 20, 40] {
                problem.budget = .offloadedBytes(Bytes(limit))
                let step = try partitioner.answer(to: problem).partition?.stepTime.value ?? .infinity
                #expect(step <= last)
                last = step
            }
            problem.budget = nil
            let free = try partitioner.answer(to: problem).partition?.stepTime.value ?? .infinity
            #expect(free <= last)
        }
    }

    @Test func `wrong problems are refused with words`() {
        var problem = RandomProblems.problem(seed: 1, coupling: .none, schedule: .oneForwardOneBackward)
        problem.stages = 99
        let refusal = #expect(throws: PartitionError.self) { try Partitioner().answer(to: problem) }
        #expect(refusal?.description.hasPrefix("the number of stages is 99; accepted: 1 to") == true)
        var coupled = RandomProblems.problem(
            seed: 1, coupling: .extraTime, schedule: .oneForwardOneBackward)
        #expect(throws: PartitionError.needsSolver) { try Partitioner().answer(to: coupled) }
        #expect(throws: PartitionError.coupledStages) {
            try Partitioner(engine: .dynamicProgramming).answer(to: coupled)
        }
        coupled.budget = .extraTime(Seconds(.nan))
        #expect(throws: PartitionError.self) { try coupled.validate() }
    }

    private func compare(
        schedule: StageSchedule, betterIsChanged: Bool = true,
        _ change: (inout PipelineProblem) -> Void
    ) throws {
        for seed in 0..<150 {
            var problem = RandomProblems.problem(
                seed: UInt64(seed), coupling: .unequalMachines, schedule: schedule)
            let before = try Partitioner().answer(to: problem).partition?.stepTime.value ?? .infinity
            change(&problem)
            let after = try Partitioner().answer(to: problem).partition?.stepTime.value ?? .infinity
            if betterIsChanged {
                #expect(after <= before, "seed \(seed)")
            } else {
                #expect(after >= before, "seed \(seed)")
            }
        }
    }
}
