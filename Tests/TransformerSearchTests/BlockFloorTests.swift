import Files
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite("Floors of blocks, grids and cuts, at the limit where they matter") struct BlockFloorTests {
    private static func search(
        _ model: TransformerStepModel, _ limits: LayoutLimits, gpus: Int, batch: Int, deadline: Double
    ) -> PricedLayout? {
        var space = TransformerSpace(
            model: model, gpus: gpus, globalBatch: batch, deadline: deadline, limits: limits, limit: deadline)
        let result = BranchAndBound.search(&space, wanted: 1)
        #expect(result.isComplete)
        return result.best.first?.candidate
    }

    @Test("A limit at the best layout's step leaves that layout, one just below it leaves none")
    func limitAtTheBest() throws {
        var random = SplitMix64(seed: 71)
        var found = 0
        for instance in 0..<160 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.multiTokenDepth = instance % 5 == 0 ? 1 : 0
            var machine = try SmallQuestions.machine(&random)
            // Memory and network decide, each in some of them.
            if instance % 3 == 0 { machine.memory.capacity = machine.memory.capacity / 4 }
            for level in machine.network.indices {
                machine.network[level].bidirectionalBandwidth =
                    machine.network[level].bidirectionalBandwidth / Double(1 << (3 * (instance % 4)))
            }
            let model = TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
            var limits = LayoutLimits()
            if instance % 2 == 0 {
                limits.tensor = [Divisors.all(of: transformer.attention.form.heads).last ?? 1]
            }
            if instance % 4 == 1 { limits.stages = [.balanced] }
            if instance % 4 == 3 { limits.stages = [.countingEnds, .even] }
            let gpus = [6, 12, 16, 48].randomElement(using: &random) ?? 8
            let batch = [4, 6, 12].randomElement(using: &random) ?? 4
            func search(_ deadline: Double) -> PricedLayout? {
                Self.search(model, limits, gpus: gpus, batch: batch, deadline: deadline)
            }
            guard let best = search(.infinity) else { continue }
            found += 1
            let seconds = best.step.total.value
            #expect(search(seconds)?.layout == best.layout, "instance \(instance)")
            #expect(search(seconds * (1 - 1e-12)) == nil, "instance \(instance)")
        }
        #expect(found > 80)
    }

    @Test(
        "The shortest stretch of the first pipeline degrees is that of none of them or less, and no less than it need be"
    )
    func shortestStretch() throws {
        var random = SplitMix64(seed: 5)
        for _ in 0..<20 {
            let transformer = SmallQuestions.transformer(&random)
            let cuts = CutTable(model: transformer, gpus: 64, limits: LayoutLimits())
            let choices = LayoutLimits.StageChoice.allCases
            let table = StretchTable(cuts, layers: transformer.layers, globalBatch: 12, choices: choices)
            for choice in choices {
                for degree in table.dataDegrees(microbatch: 1) {
                    for (place, pipeline) in cuts.pipelines.enumerated() {
                        let shortest = table.shortest(choice, first: place + 1, degree)
                        let own = table.stretch(choice, place: place, degree)
                        let same = table.stretch(
                            choice, pipeline: pipeline, microbatches: 12 / degree.data)
                        #expect(own.all == same.all && own.mainLayer == same.mainLayer)
                        for place in 0...place {
                            let stretch = table.stretch(choice, place: place, degree)
                            guard stretch.isRun else { continue }
                            let stages = Double(cuts.pipelines[place])
                            #expect(shortest.all <= stretch.all / stages)
                            #expect(shortest.leastLayer <= stretch.leastLayer / stages)
                            #expect(shortest.mainLayer <= stretch.mainLayer / stages)
                        }
                        // One stage shares nothing: all of its work is its own.
                        if place == 0, choice == .even { #expect(own.mainLayer > 0) }
                    }
                }
            }
        }
    }

    @Test("Classes of stages are those of what each stage holds, for every schedule")
    func stageContents() throws {
        var random = SplitMix64(seed: 13)
        var layouts = 0
        for _ in 0..<400 {
            let transformer = SmallQuestions.transformer(&random)
            var layout = TrainingLayout(pipeline: Int.random(in: 1...6, using: &random), globalBatch: 12)
            layout.schedule = Schedule.allCases.randomElement(using: &random) ?? .oneForwardOneBackward
            layout.chunks = Int.random(in: layout.schedule.chunkRange.clamped(to: 1...3), using: &random)
            layout.spread = Bool.random(using: &random) ? .even : .countingEnds
            guard layout.problems(for: transformer).isEmpty else { continue }
            layouts += 1
            let table = StageTable(layout, model: transformer)
            let stages = layout.stages(of: transformer)
            let classes = table.runs.flatMap { Array(repeating: table.classes[$0.entry], count: $0.stages) }
            #expect(classes.count == stages.count)
            for (stage, entry) in zip(stages, classes) {
                #expect(entry.layers == stage.layerCount, "\(layout)")
                #expect(entry.embeddings == stage.chunks.count { $0.embedding == .present }, "\(layout)")
                #expect(entry.heads == stage.chunks.count { $0.head == .present }, "\(layout)")
                if let first = stage.chunks.first, !entry.firstCounts.isEmpty {
                    #expect(entry.firstCounts.reduce(0, +) <= first.layers.count, "\(layout)")
                }
            }
            #expect(table.classes.reduce(0) { $0 + $1.stages } == layout.pipeline)
        }
        #expect(layouts > 150)
    }
}
