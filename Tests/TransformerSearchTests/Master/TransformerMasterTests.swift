import Files
import GLPKSolver
import Optimization
import Quantities
import ScalingModel
import Synchronization
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct TransformerMasterTests {
    /// A small question: odd and even numbers of accelerators, tight memory, sometimes a deadline or fixed values.
    private static func space(seed: UInt64) throws -> TransformerSpace {
        var random = SplitMix64(seed: seed)
        var transformer = SmallQuestions.transformer(&random)
        if seed % 3 == 0 { transformer.experts = ExpertLayers(experts: 6, topK: 2, width: transformer.width) }
        let machine = try SmallQuestions.machine(&random)
        var limits = LayoutLimits()
        if seed % 5 == 1 { limits.schedules = [.oneForwardOneBackward, .interleaved] }
        if seed % 7 == 2 { limits.tensor = [2] }
        if seed % 7 == 3 { limits.data = [1, 3] }
        if seed % 7 == 4 { limits.sharding = [.nothing] }
        if seed % 9 == 6 { limits.stages = [.even] }
        if seed % 7 == 5 { limits.pipeline = [1, 3, 4] }
        let gpus = [1, 3, 5, 6, 7, 9, 10, 12, 14, 15, 18, 21].randomElement(using: &random) ?? 6
        let batch = [4, 6, 12, 18, 30].randomElement(using: &random) ?? 6
        let model = TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
        let deadline = seed % 4 == 3 ? Double.random(in: 0.02...0.2, using: &random) : .infinity
        return TransformerSpace(
            model: model, gpus: gpus, globalBatch: batch, deadline: deadline, limits: limits)
    }

    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 200, by: 25).map { $0..<($0 + 25) }

    @Test("200 random questions: same layout as the enumeration, no bound above it", arguments: chunks)
    func sameAnswer(seeds: Range<UInt64>) throws {
        var feasible = 0
        for seed in seeds {
            var space = try Self.space(seed: seed)
            let wanted = seed % 6 == 0 ? 3 : 1
            let expected = BranchAndBound.search(&space, wanted: wanted)
            let optimum = expected.best.first?.rank ?? .worst
            var options = MixedIntegerSearchOptions()
            options.wanted = wanted
            options.start = seed % 2 == 0 ? .cold : .dive
            let highest = Mutex(Rank(-.infinity, 0, 0))
            options.report = { report in highest.withLock { $0 = max($0, report.bound) } }
            let found = try MixedIntegerSearch.search(&space, solver: GLPKSolver(), options: options)
            #expect(!(optimum < highest.withLock { $0 }), "seed \(seed): a bound reported on the way")
            #expect(!(optimum < found.bound), "seed \(seed)")
            // A cut that is not proved the shortest leaves both open.
            #expect(found.isComplete || !expected.isComplete, "seed \(seed)")
            #expect(found.best.map(\.rank) == expected.best.map(\.rank), "seed \(seed)")
            #expect(
                found.best.map(\.candidate.layout) == expected.best.map(\.candidate.layout), "seed \(seed)")
            feasible += expected.best.isEmpty ? 0 : 1
        }
        #expect(feasible > 5)
    }

    @Test("Columns cost no more than any layout they stand for, and none that fits is missing")
    func columnsAreFloors() throws {
        for seed in UInt64(0)..<30 {
            let space = try Self.space(seed: seed)
            for region in space.regions().map(\.region) {
                var columns = LayoutColumns(space: space, region: region, limit: .infinity)
                columns.dropConflicting(space)
                let groups = Dictionary(
                    uniqueKeysWithValues: columns.groups.map { ([$0.microbatch, $0.inner], $0) })
                for index in space.blocks.indices {
                    let block = space.block(index)
                    space.forEachGrid(block) { pipeline, data in
                        let grid = TransformerSpace.Grid(pipeline: pipeline, data: data)
                        let least = space.leastStep(region.stages, space.blockWork(index), grid)
                        // Where the software runs no cut with so many microbatches there is nothing.
                        guard region.range.contains(block.inner * pipeline * data),
                            space.leaves(region.stages, block, pipeline: pipeline, data: data) > 0,
                            space.mayFit(block: index, grid), least < .infinity
                        else { return }
                        let group = groups[[block.layout.microbatch, block.inner]]
                        let column = group?.blocks.first { $0.index == index }
                        let pass = group?.passes.first { $0.grid == grid }
                        guard let group, let column, let pass else {
                            Issue.record("seed \(seed): no columns for block \(index), \(grid)")
                            return
                        }
                        let cost = pass.seconds + group.excess(column)
                        #expect(cost <= least * (1 + 1e-12), "seed \(seed)")
                    }
                }
            }
        }
    }

    @Test(
        "A large question ends within its time limit, with the gap closed or a bound that holds",
        arguments: [("llama-3-70b", 512, 512), ("mixtral-8x7b", 250, 240)])
    func large(name: String, gpus: Int, batch: Int) throws {
        let machine = try HardwareLookup.entry("h100-sxm-80gb").machine
        let job = TrainingJob(model: try ModelLookup.entry(name).model)
        let model = TransformerStepModel(job: job, machine: machine)
        var space = TransformerSpace(model: model, gpus: gpus, globalBatch: batch)
        let optimum = try #require(BranchAndBound.search(&space).best.first?.rank)
        for (milliseconds, start) in [
            (30, MixedIntegerSearchOptions.Start.cold), (150, .cold), (5000, .dive),
        ] {
            var options = MixedIntegerSearchOptions()
            options.timeLimit = .milliseconds(milliseconds)
            options.start = start
            let found = try MixedIntegerSearch.search(&space, solver: GLPKSolver(), options: options)
            #expect(!(optimum < found.bound))
            if found.isComplete {
                #expect(found.best.first?.rank == optimum)
                #expect(found.gap == 0)
            } else if let best = found.best.first {
                let gap = try #require(found.gap)
                #expect(gap * best.rank.primary >= best.rank.primary - optimum.primary - 1e-12)
            }
        }
    }

    @Test("Too little memory is proved infeasible")
    func infeasible() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<10 {
            var machine = try SmallQuestions.machine(&random)
            machine.memory.capacity = Bytes(1e9)
            let job = TrainingJob(model: SmallQuestions.transformer(&random))
            var space = TransformerSpace(
                model: TransformerStepModel(job: job, machine: machine), gpus: 12, globalBatch: 12)
            #expect(BranchAndBound.search(&space).best.isEmpty)
            let found = try MixedIntegerSearch.search(&space, solver: GLPKSolver())
            #expect(found.isComplete && found.best.isEmpty && found.bound == .worst && found.gap == nil)
        }
    }
}
