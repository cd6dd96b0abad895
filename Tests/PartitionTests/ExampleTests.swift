import GLPKSolver
import Quantities
import Testing
import TransformerModel

/// The example of docs/pipelines.md.
@Suite struct PipelineExampleTests {
    private var problem: PipelineProblem {
        func kind(_ name: String, _ time: Double, state: Double, kept: Double) -> StageLayer {
            StageLayer(
                name: name, forward: Seconds(time), backward: Seconds(2 * time), state: Bytes(state),
                treatments: [
                    ActivationTreatment(name: "keep", extra: .zero, resident: Bytes(kept)),
                    ActivationTreatment(
                        name: "recompute", extra: Seconds(time), resident: Bytes(kept / 10)),
                ])
        }
        let kinds = [
            kind("embedding", 0.001, state: 8e9, kept: 0.2e9),
            kind("dense", 0.008, state: 4e9, kept: 1.6e9),
            kind("experts", 0.011, state: 7e9, kept: 2.0e9),
            kind("head", 0.014, state: 8e9, kept: 1.0e9),
        ]
        let runs = [
            LayerRun(kind: 0, count: 1), LayerRun(kind: 1, count: 3), LayerRun(kind: 2, count: 29),
            LayerRun(kind: 3, count: 1),
        ]
        return PipelineProblem(
            chain: LayerChain(kinds: kinds, runs: runs), stages: 8, microbatches: 32,
            machine: StageMachine(memory: Bytes(72e9)), transfer: Seconds(0.0004))
    }

    @Test func `a chain of four kinds on eight stages`() throws {
        let answer = try Partitioner().answer(to: problem)
        let partition = try #require(answer.partition)
        print(partition.table)
        #expect(partition.stages.first?.treated.contains { $0.kind == "embedding" } == true)
        #expect(partition.stages.last?.treated.contains { $0.kind == "head" } == true)
        let checked = try Partitioner(solver: GLPKSolver(), engine: .mixedInteger).answer(to: problem)
        #expect(checked.partition?.stepTime.value ?? 0 >= partition.stepTime.value * (1 - 1e-12))
        print(checked.certificate)
    }

    @Test func `half the extra time`() throws {
        var budgeted = problem
        let free = try #require(try Partitioner().answer(to: problem).partition)
        let spent = free.stages.reduce(Seconds.zero) { $0 + $1.extra }
        budgeted.budget = .extraTime(16 * spent)
        let answer = try Partitioner(solver: GLPKSolver()).answer(to: budgeted)
        print("extra time", 32 * spent.value, "budget", 16 * spent.value)
        print(answer.partition?.table ?? "\(answer.verdict)")
        print(answer.certificate)
    }

    @Test func `too little memory`() throws {
        var short = problem
        short.machines = .fixed(Array(repeating: StageMachine(memory: Bytes(30e9)), count: 8))
        guard case .infeasible(let shortfall) = try Partitioner().answer(to: short).verdict else {
            Issue.record("fits")
            return
        }
        print(shortfall)
        #expect(try #require(shortfall.memoryFactor) > 1)
    }

    @Test func `without time there is still a partition and a bound`() throws {
        var pooled = problem
        pooled.machines = .pool([
            MachineStock(machine: StageMachine(name: "new", memory: Bytes(72e9)), count: 5),
            MachineStock(machine: StageMachine(name: "old", slowness: 1.5, memory: Bytes(72e9)), count: 3),
        ])
        var partitioner = Partitioner(solver: GLPKSolver())
        partitioner.options.timeLimit = .zero
        let answer = try partitioner.answer(to: pooled)
        let partition = try #require(answer.partition)
        #expect(answer.certificate.bound <= partition.stepTime)
        #expect(answer.certificate.bound > .zero)
        #expect(answer.certificate.termination == .timeLimit)
    }
}
