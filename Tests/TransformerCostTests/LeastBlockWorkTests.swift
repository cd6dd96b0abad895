import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// No layout takes fewer accelerator-seconds than one rank with the whole batch as one microbatch does without traffic.
@Suite struct LeastBlockWorkTests {
    /// The share of the bound in what a step of a layout takes on the accelerators that it uses.
    private func share(_ model: TransformerStepModel, _ layout: TrainingLayout) -> Double {
        let work = model.leastBlockWork(
            globalBatch: layout.globalBatch, shardings: Sharding.Stage.allCases)
        let rate = model.leastRate(gpus: layout.gpus)
        return model.leastStep(work: work, rate: rate) / model.step(layout).total.value
    }

    @Test(
        "Drawn layouts take more, in every precision",
        arguments: ["a100-sxm-80gb", "h100-sxm-80gb", "gb200-nvl72", "tpu-v5p"])
    func drawn(name: String) throws {
        let machine = try LayoutSamples.machine(name)
        var (greatest, tighter, count) = (0.0, 0, 0)
        for (model, layout) in LayoutSamples.draws(77, count: 400) {
            for precision in [TrainingPrecision.bf16, .fp8(.tensorwise)] {
                let step = TransformerStepModel(
                    job: TrainingJob(model: model, precision: precision), machine: machine)
                let share = share(step, layout)
                #expect(share > 0 && share <= 1, "\(layout) \(share)")
                greatest = max(greatest, share)
                count += 1
                let arithmetic = step.leastWorkOfSequence * Double(layout.globalBatch)
                if step.leastBlockWork(globalBatch: layout.globalBatch, shardings: Sharding.Stage.allCases)
                    >= arithmetic
                {
                    tighter += 1
                }
            }
        }
        // A bound far below everything would prove little, nor would one below the arithmetic alone.
        #expect(greatest > 0.7, "\(greatest)")
        #expect(tighter == count)
    }

    @Test(
        "No block of any space of the catalogue's models is below it",
        arguments: ["llama-3-8b", "mixtral-8x7b", "deepseek-v3", "gpt-3-175b", "gpt-oss-120b"])
    func blocks(name: String) throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        let step = TransformerStepModel(
            job: TrainingJob(model: try ModelCatalogue.entry(name).model), machine: machine)
        let limits = LayoutLimits()
        let gpus = 512
        let blocks = TransformerSpace(model: step, gpus: gpus, globalBatch: 96, limits: limits).blocks
        let least = step.leastBlockWork(globalBatch: 96, shardings: limits.sharding)
        var closest = Double.infinity
        for index in blocks.indices {
            let layout = blocks.layout(index)
            // Experts on more ranks than tensor, context and the batch have are in no layout.
            guard
                layout.expert * layout.expertTensor * layout.microbatch <= layout.tensor * layout.context * 96
            else {
                continue
            }
            let (microbatch, inner) = blocks.ranks(index)
            let work = BlockList.work(
                blocks.seconds(index).all, inner: inner, microbatch: microbatch, globalBatch: 96)
            #expect(work >= least, "\(layout)")
            closest = min(closest, work / least)
            // Nor below what its own ranks take that work on the whole batch at once.
            var atOnce = layout
            atOnce.microbatch = 96
            let seconds = step.blockSeconds(
                atOnce, BlockSpreads(atOnce, placement: step.placement), shardings: limits.sharding
            ).least
            let share = Double(microbatch) / 96 * (1 - 1e-9)
            #expect(blocks.seconds(index).all >= seconds.all * share, "\(layout)")
            #expect(blocks.seconds(index).leastLayer >= seconds.leastLayer * share, "\(layout)")
            #expect(blocks.seconds(index).mainLayer >= seconds.mainLayer * share, "\(layout)")
        }
        #expect(closest < 1.2, "\(closest)")
    }
}
