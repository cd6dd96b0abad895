import Files
import Quantities
import Testing
import Training

@testable import TransformerModel

/// Published steps of a model with recurrences, to which nothing was fitted.
@Suite struct RecurrentStepTests {
    /// Tokens a second and GPU of Nemotron 3 Nano, sequences of 8,192, 8 expert ranks, in Megatron Bridge 26.06.
    ///
    /// Source: NVIDIA-NeMo/Megatron-Bridge at 067f987, docs/performance-summary-archive.md; no recomputation assumed.
    static let rows:
        [(gpu: String, precision: String, gpus: Int, batch: Int, microbatch: Int, rate: Double)] = [
            ("h100-sxm-80gb", "fp8-tensorwise", 16, 1024, 1, 14719),
            ("gb200-nvl72", "mxfp8", 8, 512, 2, 33522),
            ("gb300-nvl72", "mxfp8", 8, 512, 4, 39749), ("b300", "mxfp8", 8, 512, 4, 37316),
        ]

    @Test(
        "Published steps take 1.3 to 1.55 times their prediction, as answers and docs say, and fit",
        arguments: rows)
    func published(
        gpu: String, precision: String, gpus: Int, batch: Int, microbatch: Int, rate: Double
    ) throws {
        var model = try ModelCatalogue.entry("nemotron-3-nano-30b-a3b").model
        model.sequenceLength = 8192
        let machine = try LayoutSamples.machine(gpu)
        let job = TrainingJob(
            model: model, precision: try TrainingPrecision(named: precision),
            conduct: try SoftwareCatalogue.software("megatron-core", on: machine).conduct)
        let layout = TrainingLayout(
            expert: 8, data: gpus, sharding: Sharding(.optimizer), microbatch: microbatch, globalBatch: batch)
        #expect(layout.problems(for: model).isEmpty)
        let step = TransformerStepModel(job: job, machine: machine)
        let measured = Double(batch * 8192) / (Double(gpus) * rate)
        let ratio = measured / step.step(layout).total.value
        #expect((1.3...1.55).contains(ratio), "\(ratio)")
        #expect(step.fits(layout))
    }
}
