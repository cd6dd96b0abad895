import GLPKSolver
import MixedInteger
import Partition
import Quantities
import TestSupport
import Testing

@Suite(.serialized) struct LargeCaseTests {
    /// A dense layer with two ways to keep its activations.
    private static func dense(_ name: String = "dense", scale: Double = 1) -> LayerKind {
        LayerKind(
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
            options.timeLimit = .seconds(8)
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

    enum Layout: String { case blocks, alternating, random }

    static func threeKinds(_ layout: Layout) -> PipelineProblem {
        let kinds = [dense(), dense("experts", scale: 1.37), dense("attention", scale: 0.61)]
        var generator = SplitMix64(seed: 7)
        let runs: [LayerRun] =
            switch layout {
            case .blocks: [LayerRun(kind: 0, count: 20), .init(kind: 1, count: 88), .init(kind: 2, count: 20)]
            case .alternating: (0..<128).map { LayerRun(kind: $0 % 3, count: 1) }
            case .random:
                (0..<128).map { _ in LayerRun(kind: Int.random(in: 0..<3, using: &generator), count: 1) }
            }
        return PipelineProblem(
            chain: LayerChain(kinds: kinds, runs: runs), stages: 32, microbatches: 128,
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
