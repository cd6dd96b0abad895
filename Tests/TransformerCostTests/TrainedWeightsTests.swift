import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Runs that train adapters beside a frozen model.
@Suite struct TrainedWeightsTests {
    @Test("Adapters are as many as PEFT counts where it adapts every linear layer of Llama 3 8B at rank 16")
    func count() throws {
        // r·(in + out) of q, k, v, o, gate, up and down in 32 layers: the library prints 41,943,040 trainable weights.
        let model = try ModelCatalogue.entry("llama-3-8b").model
        #expect(TrainingJob(model: model, trained: .adapters(rank: 16)).adapterParameters == 41_943_040)
        #expect(TrainingJob(model: model).adapterParameters == 0)
        // 8 experts of three matrices each.
        let mixture = try ModelCatalogue.entry("mixtral-8x7b").model
        let attention = 16.0 * (2 * (4096 + 4096) + 2 * (4096 + 1024))
        let expert = 16.0 * 3 * (4096 + 14336)
        #expect(
            TrainingJob(model: mixture, trained: .adapters(rank: 16)).adapterParameters
                == 32 * (attention + 8 * expert))
    }

    @Test("A layout takes less time and memory than with all weights trained, and more the larger the rank")
    func laws() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var draws = 0
        for (model, layout) in LayoutSamples.draws(53, count: 900) {
            func priced(_ trained: TrainedWeights) -> PricedLayout {
                let job = TrainingJob(model: model, trained: trained)
                return TransformerStepModel(job: job, machine: machine).priced(layout)
            }
            let all = priced(.all)
            let thin = priced(.adapters(rank: 1))
            let thick = priced(.adapters(rank: 64))
            draws += 1
            // Adapters beside the narrow products of many tensor ranks may take what frozen weights save.
            #expect(thin.step.total < all.step.total * (layout.tensor <= 2 ? 1 : 1.05), "\(layout)")
            #expect(thin.step.total < thick.step.total, "\(layout)")
            #expect(
                thin.memory.total < all.memory.total && thin.memory.total < thick.memory.total, "\(layout)")
            #expect(thin.memory.optimizer < all.memory.optimizer * 0.01, "\(layout)")
            #expect(thin.memory.gradients < all.memory.gradients * 0.01, "\(layout)")
            #expect(thin.step.optimizer < all.step.optimizer, "\(layout)")
            #expect(thin.step.data <= all.step.data, "\(layout)")
        }
        #expect(draws > 200, "\(draws)")
    }

    /// Tokens a second and GPU of Llama 3 70B, 32 sequences of 4,096 in microbatches of 1, in Megatron Bridge 26.06.
    ///
    /// Source: NVIDIA-NeMo/Megatron-Bridge at 067f987, docs/performance-summary-archive.md; adapters of rank 16 beside all
    /// matrices as in its recipe for 8 H100 (src/megatron/bridge/recipes/llama/h100/llama3.py), no recomputation assumed.
    static let rows:
        [(gpu: String, precision: String, gpus: Int, tp: Int, pp: Int, chunks: Int, rate: Double)] = [
            ("h100-sxm-80gb", "fp8-tensorwise", 8, 2, 4, 20, 2643),
            ("gb200-nvl72", "fp8-tensorwise", 8, 1, 2, 20, 6206),
            ("gb200-nvl72", "mxfp8", 8, 1, 4, 20, 5958), ("gb300-nvl72", "fp8-tensorwise", 8, 1, 2, 20, 7481),
            ("gb300-nvl72", "mxfp8", 8, 1, 2, 20, 7447),
            ("h100-sxm-80gb", "fp8-tensorwise", 32, 4, 4, 5, 1638),
            ("gb200-nvl72", "fp8-tensorwise", 32, 1, 8, 10, 3864),
            ("gb200-nvl72", "mxfp8", 32, 1, 8, 10, 3593),
            ("gb300-nvl72", "fp8-tensorwise", 32, 1, 2, 20, 4819),
            ("gb300-nvl72", "mxfp8", 32, 1, 2, 20, 4312),
        ]

    @Test(
        "Published fine-tuning: all weights within 6 %, adapters within 14 %, and all of it fits",
        arguments: rows)
    func published(
        gpu: String, precision: String, gpus: Int, tp: Int, pp: Int, chunks: Int, rate: Double
    ) throws {
        var model = try ModelCatalogue.entry("llama-3-70b").model
        model.sequenceLength = 4096
        let machine = try LayoutSamples.machine(gpu)
        let isAdapted = gpus == 8
        let job = TrainingJob(
            model: model, precision: try TrainingPrecision(named: precision),
            trained: isAdapted ? .adapters(rank: 16) : .all,
            conduct: try SoftwareCatalogue.software("megatron-core", on: machine).conduct)
        var layout = TrainingLayout(
            tensor: tp, pipeline: pp, chunks: chunks, schedule: .interleaved, data: gpus / tp / pp,
            sharding: Sharding(.optimizer), microbatch: 1, globalBatch: 32)
        layout.sequenceParallelism = tp > 1 ? .on : .off
        #expect(layout.problems(for: model).isEmpty)
        let step = TransformerStepModel(job: job, machine: machine)
        let error = step.step(layout).total.value * Double(gpus) * rate / (32 * 4096) - 1
        #expect(abs(error) < (isAdapted ? 0.14 : 0.06), "\(error)")
        #expect(step.fits(layout))
    }

    @Test("Model FLOP lie between those of inputs' gradients alone and those of all weights")
    func flop() throws {
        for name in ModelCatalogue.names {
            let model = try ModelCatalogue.entry(name).model
            for counting in AttentionCounting.allCases {
                let forward = model.forwardFlop(counting: counting).total.value
                let all = TrainingJob(model: model).modelFlop(counting: counting).value
                let thin = TrainingJob(model: model, trained: .adapters(rank: 1)).modelFlop(
                    counting: counting)
                #expect(all == 3 * forward && thin.value > 2 * forward && thin.value < all, "\(name)")
            }
        }
    }

    @Test(
        "No layout holds less than the floor of its memory, and no first stage less than its layers at the least",
        arguments: [TrainedWeights.all, .adapters(rank: 32)])
    func bounds(trained: TrainedWeights) throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var close = 0
        for (transformer, layout) in LayoutSamples.draws(59, count: 900) {
            let job = TrainingJob(model: transformer, trained: trained)
            let model = TransformerStepModel(job: job, machine: machine)
            let whole = StageTable(TrainingLayout(), model: transformer)
            let held = model.held(layout, whole: whole)
            var one = layout
            one.microbatch = 1
            let scaled = model.held(one, whole: whole).scaled(microbatch: layout.microbatch)
            #expect(abs(scaled.all.activations / held.all.activations - 1) < 1e-12, "\(layout)")
            #expect(abs(scaled.buffers - held.buffers) <= 1e-12 * held.buffers, "\(layout)")
            let first = StageTable(layout, model: transformer).classes[0]
            let table = model.parameterTable(layout)
            let (there, floor) = (
                table.parameters(of: first),
                table.leastOnFirst(layers: first.layers, of: whole.classes[0].counts)
            )
            #expect(
                floor.shared <= there.shared * (1 + 1e-12) && floor.experts <= there.experts * (1 + 1e-12))
            #expect(floor.trained <= there.trained * (1 + 1e-12), "\(layout)")
            let least = model.memoryFloor(sharding: layout.sharding.stage)
                .bytes(held, pipeline: layout.pipeline, data: layout.data, group: layout.sharding.group)
            let memory = model.memory(layout).total.value
            #expect(least <= memory, "\(layout)")
            if least > 0.9 * memory { close += 1 }
        }
        #expect(close > 5)
    }

    @Test("Backward passes stay in one piece, and a rank is checked")
    func questions() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        func question(_ rank: Int) -> TransformerQuestion {
            TransformerQuestion(
                job: TrainingJob(model: model, trained: .adapters(rank: rank)), machine: machine,
                given: .gpus(8), globalBatch: 64)
        }
        let planner = try TransformerPlanner(question(16))
        let putOff = planner.question.limits.schedules.filter { !$0.isBackwardWhole }
        #expect(putOff.isEmpty)
        let answer = try planner.answer()
        let best = try #require(answer.best)
        #expect(best.layout.schedule.isBackwardWhole)
        #expect(throws: TransformerQuestionError.self) { try question(0).validate() }
        #expect(throws: TransformerQuestionError.self) {
            try question(TrainedWeights.mostRank + 1).validate()
        }
    }
}
