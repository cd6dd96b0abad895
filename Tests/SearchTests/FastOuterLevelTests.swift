import Files
import Optimization
import ScalingModel
import Testing
import Training

@Suite struct FastOuterLevelTests {
    /// A middle level a million times faster than its neighbours: there more interleaving can mean less time.
    static let machine = """
        name: t
        compute: {precision: bf16, word_bytes: 2, peak: 2.45TFLOP/s, sustained_fraction: 1, kernel_latency: 0us}
        hbm: {capacity: 100 TB, bandwidth: infinite}
        network:
          - {name: a, size: 3, bandwidth_bidirectional: 130MB/s, latency: 0us}
          - {name: b, size: 2, bandwidth_bidirectional: 100TB/s, latency: 0us}
          - {name: c, bandwidth_bidirectional: 50MB/s, latency: 0us}
        """

    @Test("Where an outer level is faster, the search is not worse than a plan with interleaving")
    func interleavingCanHelp() throws {
        let machine = try HardwareFile.read(text: Self.machine, place: "t.yaml").machine
        let shape = try LayerStack(width: 4608, layers: 8, experts: 3)
        let model = StepModel(
            machine: machine, shape: shape, batchTokens: 9,
            settings: ModelSettings(pipelineTraffic: .exposed))
        let ones = [1, 1, 1]
        let plan = Plan(
            placement: Placement(
                tensorModel: ones, tensorFeedForward: ones, pipeline: [1, 2, 1], expert: [3, 1, 1], data: ones
            ),
            microbatches: 3, interleave: 4)
        var space = DataMovementSpace(
            model: model, preset: .full, objective: .time, gpus: 1...6, cluster: 6, steps: 1)
        let best = try #require(BranchAndBound.search(&space).best.first)
        #expect(best.rank.primary <= model.price(plan).step)
        // Another plan is the best only where it is better.
        let found = best.candidate.plan
        #expect(found == plan || model.price(found).step < model.price(plan).step)
    }
}
