import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// No layout does a batch in fewer accelerator-seconds than the arithmetic takes at the sustained rates.
@Suite struct LeastWorkTests {
    /// The share of the bound in what a layout takes.
    private func share(_ model: TransformerStepModel, _ layout: TrainingLayout) -> Double {
        model.leastWorkOfSequence * Double(layout.globalBatch)
            / (model.step(layout).total.value * Double(layout.gpus))
    }

    @Test(
        "Drawn layouts take more, in every precision",
        arguments: ["a100-sxm-80gb", "h100-sxm-80gb", "gb200-nvl72", "tpu-v5p"])
    func drawn(name: String) throws {
        let machine = try LayoutSamples.machine(name)
        var greatest = 0.0
        for (model, layout) in LayoutSamples.draws(31, count: 300) {
            for precision in [
                TrainingPrecision.bf16, .fp8(.tensorwise), try TrainingPrecision(named: "nvfp4"),
            ] {
                var job = TrainingJob(model: model, precision: precision)
                if layout.microbatch == 2 { job.trained = .adapters(rank: 16) }
                let share = share(TransformerStepModel(job: job, machine: machine), layout)
                #expect(share > 0 && share <= 1, "\(layout)")
                greatest = max(greatest, share)
            }
        }
        // A bound far below everything would prove little.
        #expect(greatest > 0.5, "\(greatest)")
    }

    @Test("One long microbatch of every model of the catalogue takes more, windows and depths among them")
    func catalogue() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        for name in ModelCatalogue.names {
            for length in [nil, 131_072] {
                var model = try ModelCatalogue.entry(name).model
                if let length { model.sequenceLength = length }
                for kernels in [
                    StatedKernels(), StatedKernels(attention: .flash2), StatedKernels(attention: .fused),
                ] {
                    let job = TrainingJob(model: model, kernels: kernels)
                    var layout = TrainingLayout()
                    layout.globalBatch = 64
                    layout.microbatch = 64
                    layout.tensor = model.attention.form.heads.isMultiple(of: 8) ? 8 : 1
                    let share = share(TransformerStepModel(job: job, machine: machine), layout)
                    #expect(share > 0 && share <= 1, "\(name) \(kernels): \(share)")
                }
            }
        }
    }
}
