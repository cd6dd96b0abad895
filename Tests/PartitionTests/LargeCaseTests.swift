import GLPKSolver
import Optimization
import Quantities
import TestSupport
import Testing
import TransformerModel

@Suite(.serialized) struct LargeCaseTests {
    /// A dense layer with two ways to keep its activations.
    private static func dense(_ name: String = "dense", scale: Double = 1) -> StageLayer {
        StageLayer(
            name: name, forward: Seconds(0.010 * scale), backward: Seconds(0.020 * scale),
            state: Bytes(3e9 * scale),
            treatments: [
                ActivationTreatment(name: "keep all", extra: .zero, resident: Bytes(1.5e9 * scale)),
                ActivationTreatment(
                    name: "recompute layer", extra: Seconds(0.010 * scale), resident: Bytes(0.1e9)),
            ])
    }

    @Test(.timeLimit(.minutes(2)))
    func `96 equal layers onto 16 stages: both engines prove the same optimum`() throws {
        let problem = PipelineProblem(
            chain: LayerChain(kinds: [Self.dense()], runs: [LayerRun(kind: 0, count: 96)]), stages: 16,
            microbatches: 64, machine: StageMachine(memory: Bytes(80e9)), transfer: Seconds(0.0005))
        let chain = try Partitioner().answer(to: problem)
        let model = try Partitioner(solver: GLPKSolver(), engine: .mixedInteger).answer(to: problem)
        print("96 on 16, chain:", Self.line(chain))
        print("96 on 16, model:", Self.line(model))
        print(chain.partition?.table ?? "")
        let first = try #require(chain.partition)
        let second = try #require(model.partition)
        #expect((first.stepTime.value - second.stepTime.value).magnitude <= 1e-9 * first.stepTime.value)
        #expect(model.certificate.termination == .optimal)
        #expect(try #require(model.gap).relative < 1e-5)
    }

    @Test(.timeLimit(.minutes(2)))
    func `128 layers of three kinds onto 32 stages: exact by the chain, bounded by the model`() throws {
        for layout in [Layout.blocks, .alternating, .random] {
            let problem = Self.threeKinds(layout)
            let chain = try Partitioner().answer(to: problem)
            var options = SolveOptions()
            options.timeLimit = .seconds(3)
            let model = try Partitioner(solver: GLPKSolver(), engine: .mixedInteger, options: options)
                .answer(to: problem)
            print("128 on 32, \(layout), chain:", Self.line(chain))
            print("128 on 32, \(layout), model:", Self.line(model))
            let best = try #require(chain.partition)
            #expect(chain.certificate.termination == .optimal)
            #expect(model.certificate.bound.value <= best.stepTime.value * (1 + 1e-12))
            let found = try #require(model.partition)
            #expect(found.stepTime.value >= best.stepTime.value * (1 - 1e-12))
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: StageSchedule.allCases)
    func `few microbatches, where nothing can be left out, are exact too`(
        schedule: StageSchedule
    ) throws {
        for microbatches in [1, 2, 32, 512] {
            for layout in [Layout.blocks, .random] {
                var problem = Self.threeKinds(layout)
                problem.microbatches = microbatches
                problem.schedule = schedule
                let answer = try Partitioner().answer(to: problem)
                print("128 on 32, \(layout), \(schedule), M = \(microbatches):", Self.line(answer))
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a budget and a pool over larger pipelines are bounded truthfully`() throws {
        var options = SolveOptions()
        options.timeLimit = .seconds(3)
        let partitioner = Partitioner(solver: GLPKSolver(), options: options)
        for layout in [Layout.blocks, .random] {
            var problem = Self.threeKinds(layout, stages: 16, offload: .included)
            let free = try #require(try Partitioner().answer(to: problem).partition)
            let offloaded = free.stages.reduce(Bytes.zero) { $0 + $1.offloaded }
            problem.budget = .offloadedBytes(0.5 * offloaded)
            let budgeted = try partitioner.answer(to: problem)
            print("128 on 16, \(layout), half the offload:", Self.line(budgeted))
            #expect(budgeted.certificate.bound >= free.stepTime * (1 - 1e-9))

            problem = Self.threeKinds(layout, stages: 16)
            problem.machines = .pool([
                MachineStock(machine: StageMachine(name: "new", memory: Bytes(96e9)), count: 10),
                MachineStock(
                    machine: StageMachine(name: "old", slowness: 1.6, memory: Bytes(80e9)), count: 6),
            ])
            let pooled = try partitioner.answer(to: problem)
            print("128 on 16, \(layout), pool of two:", Self.line(pooled))
            if let partition = pooled.partition {
                #expect(partition.stages.count(where: { $0.machine.name == "new" }) <= 10)
            }
        }
    }

    enum Offload { case included, absent }

    enum Layout: String { case blocks, alternating, random }

    static func threeKinds(
        _ layout: Layout, stages: Int = 32, offload: Offload = .absent
    ) -> PipelineProblem {
        var kinds = [dense(), dense("experts", scale: 1.37), dense("attention", scale: 0.61)]
        if offload == .included {
            kinds = kinds.map { kind in
                let whole = kind.treatments[0].resident
                let moved = ActivationTreatment(
                    name: "offload", extra: 0.15 * kind.forward, resident: 0.2 * whole, offloaded: 0.8 * whole
                )
                return StageLayer(
                    name: kind.name, forward: kind.forward, backward: kind.backward, state: kind.state,
                    treatments: kind.treatments + [moved])
            }
        }
        var generator = SplitMix64(seed: 7)
        let runs: [LayerRun] =
            switch layout {
            case .blocks:
                [LayerRun(kind: 0, count: 20), .init(kind: 1, count: 88), .init(kind: 2, count: 20)]
            case .alternating: (0..<128).map { LayerRun(kind: $0 % 3, count: 1) }
            case .random:
                (0..<128).map { _ in LayerRun(kind: Int.random(in: 0..<3, using: &generator), count: 1) }
            }
        return PipelineProblem(
            chain: LayerChain(kinds: kinds, runs: runs), stages: stages, microbatches: 128,
            machine: StageMachine(memory: Bytes(80e9)), transfer: Seconds(0.0005))
    }

    static func line(_ answer: PartitionAnswer) -> String {
        let certificate = answer.certificate
        let step = answer.partition.map { "\($0.stepTime.value)" } ?? "none"
        return "step \(step) s, bound \(certificate.bound.value) s, gap \(answer.gap?.relative ?? .nan), "
            + "\(certificate.columns) columns, \(certificate.nodes) nodes, \(certificate.termination), "
            + "\(certificate.elapsed)"
    }
}
