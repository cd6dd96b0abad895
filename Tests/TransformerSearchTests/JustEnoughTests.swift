import Files
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Bounds on memory and time together: a layout for which both are just enough is not discarded by any.
@Suite struct JustEnoughTests {
    /// A model of layers of one kind or of several, with its machine: room for anything.
    private static func model(_ random: inout SplitMix64, _ instance: Int) throws -> TransformerStepModel {
        var transformer = SmallQuestions.transformer(&random)
        transformer.layers = Int.random(in: 3...9, using: &random)
        transformer.multiTokenDepth = instance % 5 == 0 ? 1 : 0
        if instance % 3 == 0 {
            transformer.experts = ExpertLayers(experts: 4, topK: 2, width: 2 * transformer.width)
            transformer.experts?.denseLayers = DenseLayers(first: 1)
        }
        var machine = try SmallQuestions.machine(&random)
        machine.memory.capacity = Bytes(1e12)
        return TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
    }

    /// The same on a machine whose processes can use so many bytes.
    private static func model(_ model: TransformerStepModel, bytes: Double) -> TransformerStepModel {
        var machine = model.machine
        machine.memory.capacity = Bytes(bytes)
        let usable = TransformerStepModel(job: model.job, machine: machine).memoryLimit.value
        machine.memory.capacity = Bytes(bytes * bytes / usable * (1 + 1e-9))
        return TransformerStepModel(job: model.job, machine: machine)
    }

    @Test("A layout that just fits and is just in time is found, whatever it recomputes")
    func evenStages() throws {
        var random = SplitMix64(seed: 71)
        var (found, forced) = (0, 0)
        for instance in 0..<150 {
            let roomy = try Self.model(&random, instance)
            let transformer = roomy.job.model
            let space = TransformerSpace(model: roomy, gpus: 64, globalBatch: 48)
            for _ in 0..<40 {
                let block = space.block(Int.random(in: space.blocks.indices, using: &random))
                var layout = block.layout
                layout.pipeline = Int.random(in: 1...transformer.layers, using: &random)
                layout.data = block.dataDegrees.randomElement(using: &random) ?? 1
                layout.sharding = Sharding(Sharding.Stage.allCases.randomElement(using: &random) ?? .nothing)
                layout.schedule = Schedule.searched.randomElement(using: &random) ?? .oneForwardOneBackward
                layout.chunks = layout.schedule.chunkRange.lowerBound
                layout.spread = [.even, .countingEnds].randomElement(using: &random) ?? .even
                let counts = (1...transformer.layers).map { LayoutRecomputation.layersPerStage($0) }
                layout.recomputation =
                    ([.nothing, .full] + counts + space.byModule).randomElement(using: &random) ?? .full
                guard layout.problems(for: transformer).isEmpty, layout.gpus <= 64 else { continue }
                let tight = Self.model(roomy, bytes: roomy.memory(layout).total.value)
                var kept = layout
                kept.recomputation = .nothing
                if !tight.fits(kept) { forced += 1 }
                var limits = LayoutLimits()
                (limits.tensor, limits.context) = ([layout.tensor], [layout.context])
                (limits.pipeline, limits.data) = ([layout.pipeline], [layout.data])
                (limits.expert, limits.expertTensor) = ([layout.expert], [layout.expertTensor])
                (limits.microbatch, limits.chunks) = ([layout.microbatch], [layout.chunks])
                limits.schedules = [layout.schedule]
                limits.sharding = [layout.sharding.stage]
                limits.stages = [layout.spread == .even ? .even : .countingEnds]
                let stages = StageTable(layout, model: transformer)
                let spreads = StepSpreads(layout, placement: tight.placement)
                let costs = tight.costs(of: layout)
                let seconds = tight.played(
                    tight.step(layout, costs: costs, stages: stages, spreads: spreads), layout,
                    costs: costs, stages: stages, spreads: spreads
                ).total.value
                var within = TransformerSpace(
                    model: tight, gpus: layout.gpus, globalBatch: 48, deadline: seconds * (1 + 1e-9),
                    limits: limits)
                // The same cut counted with its ends is no plan of its own.
                guard within.leaves(under: .all) > 0 else { continue }
                found += 1
                let best = BranchAndBound.search(&within, wanted: 1).best.first
                #expect(
                    best.map { $0.rank.primary <= seconds * (1 + 1e-9) } ?? false,
                    "instance \(instance), \(layout)")
            }
        }
        #expect(found > 200 && forced > 50, "\(found) \(forced)")
    }

    @Test("The best layout in little memory is found again with no more time than it takes")
    func allStages() throws {
        var random = SplitMix64(seed: 73)
        var (found, recomputed, unequal) = (0, 0, 0)
        for instance in 0..<150 {
            let roomy = try Self.model(&random, instance)
            let gpus = [4, 6, 8, 12].randomElement(using: &random) ?? 8
            var limits = LayoutLimits()
            let choice = LayoutLimits.StageChoice.allCases[instance % 3]
            limits.stages = [choice]
            var free = TransformerSpace(model: roomy, gpus: gpus, globalBatch: 24, limits: limits)
            guard let roomiest = BranchAndBound.search(&free, wanted: 1).best.first?.candidate else {
                continue
            }
            let context = roomiest.memory.context.value
            let bytes =
                (roomiest.memory.total.value - context) * Double.random(in: 0.2...0.95, using: &random)
            let tight = Self.model(roomy, bytes: context + bytes)
            var space = TransformerSpace(model: tight, gpus: gpus, globalBatch: 24, limits: limits)
            guard let best = BranchAndBound.search(&space, wanted: 1).best.first else { continue }
            found += 1
            if best.candidate.layout.recomputation != .nothing { recomputed += 1 }
            if choice == .balanced { unequal += 1 }
            var within = TransformerSpace(
                model: tight, gpus: gpus, globalBatch: 24, deadline: best.rank.primary * (1 + 1e-9),
                limits: limits)
            let again = BranchAndBound.search(&within, wanted: 1).best.first
            #expect(again?.candidate == best.candidate, "instance \(instance)")
        }
        #expect(found > 60 && recomputed > 15 && unequal > 15, "\(found) \(recomputed) \(unequal)")
    }

    @Test("On stage k of p at least min(M, p − k) microbatches are in flight, whatever the schedule")
    func inFlight() throws {
        var shapes = 0
        for schedule in Schedule.allCases {
            for stages in 1...12 {
                for microbatches in 1...30 {
                    for chunks in schedule.chunkRange.lowerBound...min(4, schedule.chunkRange.upperBound) {
                        guard
                            let shape = try? PipelineShape(
                                schedule, chunks: chunks, devices: stages, microbatches: microbatches)
                        else { continue }
                        shapes += 1
                        // A device of two directions holds two stages' worth of layers.
                        let share = schedule.placement.passingShare
                        for stage in 0..<stages {
                            #expect(
                                shape.microbatchesInFlight(stage: stage) / share
                                    >= Double(min(microbatches, stages - stage)),
                                "\(shape.name), stage \(stage) of \(stages), \(microbatches) microbatches")
                        }
                    }
                }
            }
        }
        #expect(shapes > 2000)
    }
}
