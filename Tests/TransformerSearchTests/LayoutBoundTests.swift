import Files
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct LayoutBoundTests {
    private static func model(_ random: inout SplitMix64) throws -> TransformerStepModel {
        TransformerStepModel(
            job: TrainingJob(model: SmallQuestions.transformer(&random)),
            machine: try SmallQuestions.machine(&random))
    }

    @Test("Seconds that bound a block are those of its cheapest costs, multi-token depths included")
    func blockSecondsAreThoseOfCosts() throws {
        var random = SplitMix64(seed: 3)
        for instance in 0..<40 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.multiTokenDepth = instance % 3
            let model = TransformerStepModel(
                job: TrainingJob(model: transformer), machine: try SmallQuestions.machine(&random))
            let space = TransformerSpace(model: model, gpus: 8, globalBatch: 4)
            let whole = StageTable(TrainingLayout(), model: transformer)
            for index in space.blocks.indices {
                let block = space.block(index)
                let costs = [block.plain, block.sharded]
                let seconds = space.blocks.seconds(index)
                let all = costs.map { $0.secondsOfAll(whole) }.min() ?? 0
                let least = costs.map(\.leastLayerSeconds).min() ?? 0
                #expect(abs(seconds.all / all - 1) < 1e-12, "instance \(instance), block \(index)")
                #expect(abs(seconds.leastLayer / least - 1) < 1e-12, "instance \(instance), block \(index)")
            }
        }
    }

    @Test("The least footprint of a layout is not above that of any of its recomputations")
    func leastFootprintIsAFloor() throws {
        var random = SplitMix64(seed: 17)
        var layouts = 0
        for instance in 0..<60 {
            let model = try Self.model(&random)
            let space = TransformerSpace(model: model, gpus: 8, globalBatch: 8)
            for _ in 0..<20 {
                let block = space.block(Int.random(in: space.blocks.indices, using: &random))
                var layout = block.layout
                layout.pipeline = Int.random(in: 1...model.job.model.layers, using: &random)
                layout.data = [1, 2, 4].randomElement(using: &random) ?? 1
                layout.sharding = Sharding(Sharding.Stage.allCases.randomElement(using: &random) ?? .nothing)
                if Bool.random(using: &random) { layout.offload = .activations }
                let schedules = [Schedule.oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleV]
                layout.schedule = schedules.randomElement(using: &random) ?? .oneForwardOneBackward
                layout.chunks = layout.schedule == .zeroBubbleV ? 2 : 1
                guard layout.problems(for: model.job.model).isEmpty else { continue }
                layouts += 1
                let stages = StageTable(layout, model: model.job.model)
                let costs = block.costs(of: layout.sharding.stage)
                let floor = model.leastFootprint(layout, costs: costs, stages: stages, choices: space.shares)
                let counts = (1...max(1, stages.mostLayers)).map { LayoutRecomputation.layersPerStage($0) }
                for choice in [.nothing, .full] + counts + space.byModule {
                    layout.recomputation = choice
                    let memory = model.memory(layout, costs: costs, stages: stages)
                    #expect(floor <= memory.total.value, "instance \(instance), \(choice)")
                }
            }
        }
        #expect(layouts > 200)
    }

    @Test("No recomputation of as many layers or more takes less than the least step, whatever it hides")
    func leastStepIsAFloor() throws {
        var random = SplitMix64(seed: 29)
        var layouts = 0
        // Where recomputing makes a step shorter, since it hides traffic.
        var shorter = 0
        for instance in 0..<150 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.multiTokenDepth = instance % 2
            var machine = try SmallQuestions.machine(&random)
            for level in machine.network.indices {
                machine.network[level].bidirectionalBandwidth =
                    machine.network[level].bidirectionalBandwidth / Double(1 << (2 * (instance % 5)))
            }
            let model = TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
            let space = TransformerSpace(model: model, gpus: 16, globalBatch: 64)
            for _ in 0..<20 {
                let block = space.block(Int.random(in: space.blocks.indices, using: &random))
                var layout = block.layout
                layout.pipeline = Int.random(in: 1...transformer.layers, using: &random)
                layout.data = [2, 4, 8].randomElement(using: &random) ?? 2
                layout.sharding = Sharding(
                    [.weights, .weights, .gradients, .optimizer].randomElement(using: &random) ?? .weights)
                if Int.random(in: 0..<4, using: &random) == 0 { layout.offload = .weights }
                layout.schedule =
                    [.oneForwardOneBackward, .interleaved, .zeroBubbleH1].randomElement(using: &random)
                    ?? .oneForwardOneBackward
                layout.chunks = layout.schedule == .interleaved ? 2 : 1
                layout.spread = [.even, .countingEnds].randomElement(using: &random) ?? .even
                guard layout.problems(for: transformer).isEmpty else { continue }
                layouts += 1
                let stages = StageTable(layout, model: transformer)
                let costs = block.costs(of: layout.sharding.stage)
                let spreads = StepSpreads(layout, placement: model.placement)
                func step(_ choice: LayoutRecomputation) -> Double {
                    var layout = layout
                    layout.recomputation = choice
                    return model.step(layout, costs: costs, stages: stages, spreads: spreads).total.value
                }
                func least(_ choice: LayoutRecomputation) -> Double {
                    var layout = layout
                    layout.recomputation = choice
                    return model.leastStep(layout, costs: costs, stages: stages, spreads: spreads)
                }
                let counts = (1..<max(1, stages.mostLayers)).map { LayoutRecomputation.layersPerStage($0) }
                let rising = counts + [.full]
                let all = [.nothing] + space.byModule + rising
                #expect(all.allSatisfy { least(.nothing) <= step($0) }, "instance \(instance), \(layout)")
                for (index, choice) in rising.enumerated() {
                    #expect(
                        rising[index...].allSatisfy { least(choice) <= step($0) },
                        "instance \(instance), \(layout)")
                }
                for choice in space.byModule {
                    let modules = model.modules(of: choice)
                    let wider = space.byModule.filter { model.modules(of: $0).isSuperset(of: modules) }
                    #expect(
                        wider.allSatisfy { least(choice) <= step($0) }, "instance \(instance), \(layout)")
                }
                if rising.contains(where: { step($0) < step(.nothing) * (1 - 1e-9) }) { shorter += 1 }
            }
        }
        #expect(layouts > 500)
        #expect(shorter > 0)
    }

    @Test(
        "No pipeline takes less than that of the quickest costs, whatever is sharded, recomputed or offloaded"
    )
    func leastPipelineIsAFloor() throws {
        var random = SplitMix64(seed: 31)
        var layouts = 0
        for instance in 0..<100 {
            let model = try Self.model(&random)
            let space = TransformerSpace(model: model, gpus: 16, globalBatch: 64)
            for _ in 0..<20 {
                let block = space.block(Int.random(in: space.blocks.indices, using: &random))
                var layout = block.layout
                layout.pipeline = Int.random(in: 1...model.job.model.layers, using: &random)
                layout.data = [1, 2, 4].randomElement(using: &random) ?? 1
                layout.schedule =
                    [.oneForwardOneBackward, .zeroBubbleH1, .interleaved].randomElement(using: &random)
                    ?? .oneForwardOneBackward
                layout.chunks = layout.schedule == .interleaved ? 2 : 1
                layout.spread = [.even, .countingEnds].randomElement(using: &random) ?? .even
                guard layout.problems(for: model.job.model).isEmpty else { continue }
                layouts += 1
                let stages = StageTable(layout, model: model.job.model)
                let spreads = StepSpreads(layout, placement: model.placement)
                let transfer = model.pipelineTransfer(layout, spreads.stageCrossings)
                let least =
                    model.leastPipeline(layout, costs: block.sharded, stages: stages, transfer: transfer)
                    * (1 - 1e-12)
                for sharding in Sharding.Stage.allCases {
                    layout.sharding = Sharding(sharding)
                    let costs = block.costs(of: sharding)
                    for choice in [.nothing, .layersPerStage(1), .full] + space.byModule {
                        layout.recomputation = choice
                        for offload in [[], .activations] as [Offload] {
                            layout.offload = offload
                            let step = model.step(layout, costs: costs, stages: stages, spreads: spreads)
                            #expect(least <= step.inPipeline.value, "instance \(instance), \(layout)")
                        }
                    }
                }
            }
        }
        #expect(layouts > 300)
    }

    @Test("No layout takes less than its block, pipeline and data degree say, however its schedule plays")
    func gridsAreFloors() throws {
        var random = SplitMix64(seed: 43)
        var layouts: [Schedule: Int] = [:]
        for _ in 0..<300 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.layers = Int.random(in: 2...20, using: &random)
            let model = TransformerStepModel(
                job: TrainingJob(model: transformer), machine: try SmallQuestions.machine(&random))
            let chosen = Schedule.searched.shuffled(using: &random).prefix(2)
            var limits = LayoutLimits()
            limits.schedules = Array(chosen)
            let space = TransformerSpace(model: model, gpus: 16, globalBatch: 64, limits: limits)
            for _ in 0..<10 {
                let index = Int.random(in: space.blocks.indices, using: &random)
                var layout = space.block(index).layout
                layout.pipeline = Int.random(in: 2...max(2, transformer.layers), using: &random)
                layout.data = [1, 2, 4].randomElement(using: &random) ?? 1
                layout.schedule = chosen.randomElement(using: &random) ?? .oneForwardOneBackward
                let range = layout.schedule.chunkRange
                layout.chunks =
                    range.count > 1 ? Int.random(in: 2...3, using: &random) : range.lowerBound
                let choice: LayoutLimits.StageChoice = Bool.random(using: &random) ? .even : .countingEnds
                layout.spread = choice == .even ? .even : .countingEnds
                guard layout.problems(for: transformer).isEmpty,
                    space.cuts.cuts(pipeline: layout.pipeline, stages: choice).contains(where: {
                        $0.schedule == layout.schedule && $0.chunks == layout.chunks
                    })
                else { continue }
                layouts[layout.schedule, default: 0] += 1
                let grid = TransformerSpace.Grid(pipeline: layout.pipeline, data: layout.data)
                let least = space.leastStep(choice, space.blockWork(index), grid)
                #expect(least <= model.step(layout).total.value, "\(layout)")
            }
        }
        #expect(layouts.count == Schedule.searched.count && layouts.values.allSatisfy { $0 > 10 })
    }

    @Test(
        "Blocks that a limit leaves without a price are too slow for it; it changes no answer within it"
    )
    func limitedBlocks() throws {
        var random = SplitMix64(seed: 37)
        var unpriced = 0
        for instance in 0..<40 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.experts = ExpertLayers(experts: 4, topK: 2, width: 2 * transformer.width)
            let gpus = Int.random(in: 2...12, using: &random)
            let model = TransformerStepModel(
                job: TrainingJob(model: transformer), machine: try SmallQuestions.machine(&random))
            var space = TransformerSpace(model: model, gpus: gpus, globalBatch: 12)
            let all = BranchAndBound.search(&space, wanted: 3)
            for candidate in all.best {
                let limit = candidate.rank
                var limited = TransformerSpace(
                    model: model, gpus: gpus, globalBatch: 12, limit: limit.primary)
                var listed: [TrainingLayout: Int] = [:]
                for index in limited.blocks.indices { listed[limited.blocks.layout(index)] = index }
                for index in space.blocks.indices {
                    if let place = listed[space.blocks.layout(index)] {
                        let (whole, known) = (space.blocks.seconds(index), limited.blocks.seconds(place))
                        #expect(known.all == whole.all && known.leastLayer == whole.leastLayer)
                        continue
                    }
                    unpriced += 1
                    let block = space.block(index)
                    let work = space.blockWork(index)
                    space.forEachGrid(block) { pipeline, data in
                        let grid = TransformerSpace.Grid(pipeline: pipeline, data: data)
                        let least = LayoutLimits.StageChoice.allCases.map { space.leastStep($0, work, grid) }
                        #expect(
                            !space.mayFit(block: index, grid) || least.allSatisfy { limit.primary < $0 },
                            "instance \(instance), block \(index)")
                    }
                }
                let again = BranchAndBound.search(&limited, wanted: 3, cutoff: limit)
                #expect(again.account.spaceSize == all.account.spaceSize)
                #expect(again.account.open <= all.account.open, "instance \(instance)")
                let within = all.best.filter { !(limit < $0.rank) }
                #expect(
                    again.best.map(\.candidate) == within.map(\.candidate), "instance \(instance)")
            }
        }
        #expect(unpriced > 100)
    }

    @Test("Leaves of several pipeline degrees are the sum of those of each")
    func leavesAddUp() throws {
        var random = SplitMix64(seed: 23)
        for _ in 0..<20 {
            let model = try Self.model(&random)
            let space = TransformerSpace(model: model, gpus: 16, globalBatch: 24)
            for choice in LayoutLimits.StageChoice.allCases {
                for microbatches in [1, 2, 5, 6, 8, 24] {
                    var sum = 0
                    for pipeline in space.cuts.pipelines {
                        sum += space.cuts.leaves(
                            pipeline: pipeline, microbatches: microbatches, stages: choice)
                        #expect(
                            sum
                                == space.cuts.leaves(
                                    pipelinesUpTo: pipeline, microbatches: microbatches, stages: choice))
                    }
                }
            }
        }
    }

    @Test("First layouts are layouts of the whole space, and the best of all is not behind them")
    func firstLayoutsAreOfTheSpace() throws {
        var random = SplitMix64(seed: 29)
        var found = 0
        for instance in 0..<60 {
            let model = try Self.model(&random)
            let gpus = Int.random(in: 1...10, using: &random)
            var question = TransformerQuestion(
                job: model.job, machine: model.machine, given: .gpus(gpus), globalBatch: 12)
            question.wanted = 3
            question.engine = .enumerate
            let planner = try TransformerPlanner(question)
            let first = FirstLayouts(planner: planner, gpus: gpus, deadline: .infinity, cuts: KnownCuts())
                .best(3, until: .unlimited)
            var space = TransformerSpace(model: model, gpus: gpus, globalBatch: 12)
            let all = BranchAndBound.search(&space, wanted: 3)
            #expect(first.count <= all.best.count, "instance \(instance)")
            for (one, other) in zip(first, all.best) {
                #expect(!(one.rank < other.rank), "instance \(instance)")
                found += 1
            }
            // With the limit that they set, the answer is the same.
            let answer = try planner.answer()
            #expect(answer.layouts.map(\.layout) == all.best.map(\.candidate.layout), "instance \(instance)")
            #expect(answer.certificate.isOptimal == !all.best.isEmpty || all.openBound != nil)
        }
        #expect(found > 60)
    }

    @Test(
        "However short the time, a layout is the answer where one is feasible", arguments: [0.0, 0.02, 0.2])
    func shortTime(seconds: Double) throws {
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry("deepseek-v3").model),
            machine: try HardwareLookup.entry("h100-sxm-80gb").machine, given: .gpus(2048),
            globalBatch: 15_360)
        question.timeLimit = Seconds(seconds)
        let planner = try TransformerPlanner(question)
        let answer = try planner.answer()
        let best = try #require(answer.best)
        #expect(question.shortfalls(of: best, gpus: 2048, model: planner.model).isEmpty)
        #expect(!answer.certificate.isOptimal)
    }
}
