import Files
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct SoftwareSearchTests {
    @Test(
        "What a software runs is searched as plain loops search it, and what it does not run is never an answer"
    )
    func equalsExhaustion() throws {
        let names = SoftwareCatalogue.names
        var random = SplitMix64(seed: 20_261_129)
        var (answered, differs) = (0, 0)
        for instance in 0..<90 {
            let software = try SoftwareCatalogue.software(names[instance % names.count])
            let job = TrainingJob(model: SmallQuestions.transformer(&random))
            let model = TransformerStepModel(job: job, machine: try SmallQuestions.machine(&random))
            let gpus = Int.random(in: 1...10, using: &random)
            let batch = [2, 4, 6, 8].randomElement(using: &random) ?? 4
            let limits = try LayoutLimits().run(by: software)
            var space = TransformerSpace(model: model, gpus: gpus, globalBatch: batch, limits: limits)
            let found = BranchAndBound.search(&space)
            let truth = ExhaustiveLayouts(model: model, gpus: gpus, globalBatch: batch, limits: limits)
                .search()
            let layout = found.best.first?.candidate.layout
            if let layout {
                answered += 1
                #expect(software.problems(with: layout, for: job.model).isEmpty, "instance \(instance)")
            }
            var free = TransformerSpace(model: model, gpus: gpus, globalBatch: batch)
            if BranchAndBound.search(&free).best.first?.candidate.layout != layout { differs += 1 }
            guard let best = truth.best else {
                #expect(layout == nil, "instance \(instance)")
                continue
            }
            let seconds = try #require(found.best.first?.candidate.step.total.value, "instance \(instance)")
            #expect(
                abs(seconds / best.step.total.value - 1) < 1e-12,
                "instance \(instance), \(software.name): \(String(describing: layout)) for \(best.layout)")
        }
        print("\(answered) of 90 instances have an answer; in \(differs) the software decides")
        #expect(answered > 30 && differs > 10)
    }

    @Test("Without a software every legal layout is run")
    func anything() throws {
        #expect(try LayoutLimits().run(by: .anything) == LayoutLimits())
        var random = SplitMix64(seed: 5)
        for _ in 0..<50 {
            let transformer = SmallQuestions.transformer(&random)
            var layout = TrainingLayout(pipeline: 2, schedule: .zeroBubbleV, globalBatch: 4)
            layout.chunks = 2
            #expect(TrainingSoftware.anything.runs(layout, for: transformer))
        }
    }

    @Test("A decision of which a software runs nothing is refused by its name")
    func refusal() throws {
        let software = try SoftwareCatalogue.software("megatron-core")
        let limits = try LayoutLimits(fixing: [(name: "schedule", values: ["zb-v", "dualpipe"])])
        let error = #expect(throws: LayoutFieldError.self) { try limits.run(by: software) }
        #expect(
            error.map { "\($0)" }
                == "megatron-core 0.20 runs no layout with schedule=zb-v,dualpipe; leave that out, or name another "
                + "software")
        #expect(limits.runnable.schedules == [.zeroBubbleV, .dualPipe])
    }

    @Test("Sharded gradients of one microbatch cost what whole ones cost, of many more by a scatter each")
    func shardedGradients() throws {
        let model = TransformerStepModel(
            job: TrainingJob(model: try ModelCatalogue.entry("llama-3-8b").model),
            machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine)
        func step(_ stage: Sharding.Stage, microbatches: Int) -> Double {
            model.step(
                TrainingLayout(
                    tensor: 2, sequenceParallelism: .on, data: 64, sharding: Sharding(stage),
                    globalBatch: 64 * microbatches)
            ).total.value
        }
        #expect(step(.gradients, microbatches: 1) == step(.optimizer, microbatches: 1))
        var last = 0.0
        for microbatches in [2, 4, 8, 16] {
            let more =
                step(.gradients, microbatches: microbatches) - step(.optimizer, microbatches: microbatches)
            #expect(more > last)
            last = more
        }
    }
}
