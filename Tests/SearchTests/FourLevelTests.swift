import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training

@Suite struct FourLevelTests {
    /// H100 nodes in pods of 32 and sites of 64 pods.
    static func machine() throws -> Accelerator {
        var machine = try HardwareCatalogue.entry("h100-sxm").machine
        let inserted = [
            NetworkLevel(
                name: "pod", size: 32, bidirectionalBandwidth: BytesPerSecond(5e10), latency: Seconds(3e-6)),
            NetworkLevel(
                name: "site", size: 64, bidirectionalBandwidth: BytesPerSecond(1e10), latency: Seconds(1e-3)),
        ]
        machine.network.insert(contentsOf: inserted, at: 1)
        return machine
    }

    static let questions: [Given] = [
        .flopAndTime(flop: 4e27, time: Calendar.month * 3), .gpusAndFlop(gpus: 100_000, flop: 4e26),
        .gpusAndFlop(gpus: 100_000_000, flop: 4e29),
    ]

    @Test(
        "Four network levels are proved in few nodes, every plan of the count accounted for",
        arguments: questions)
    func fewNodes(given: Given) throws {
        for sparsity in [SparsityLaw.dense, .sparse] {
            let question = PlanningQuestion(
                machine: try Self.machine(), given: given, laws: WorkloadLaws(sparsity: sparsity))
            let certificate = try Planner(question).answer().certificate
            #expect(certificate.isOptimal)
            #expect(certificate.account.open == 0)
            #expect(certificate.account.spaceSize > 1_000_000)
            #expect(certificate.account.expandedNodes < 20_000)
        }
    }

    @Test("A search for any plan says what it left, and nothing counts as not looked at")
    func unneeded() throws {
        let model = StepModel(
            machine: try Self.machine(), shape: try LayerStack(width: 4096, layers: 16), batchTokens: 1 << 20)
        var space = DataMovementSpace(
            model: model, preset: .full, objective: .time, gpus: 1...1024, cluster: 1024, steps: 1)
        let account = BranchAndBound.search(&space, goal: .any).account
        #expect(account.unneeded > 0)
        #expect(account.open == 0)
        var all = LeafAccount.empty
        all.add(account)
        #expect(all == account)
    }
}
