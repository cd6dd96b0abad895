import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Laws of recomputation by module, for every set of modules that a model has.
@Suite struct RecomputedModulesTests {
    static let all = RecomputedModules(RecomputedModules.named.map(\.module))
    static let models = ["llama-3-8b", "mixtral-8x7b", "deepseek-v3"]

    static func model(_ name: String) throws -> Transformer { try ModelCatalogue.entry(name).model }

    static func step(of name: String, _ machine: Accelerator) throws -> TransformerStepModel {
        let software = try SoftwareCatalogue.software("megatron-core")
        return TransformerStepModel(
            job: TrainingJob(model: try model(name), conduct: software.conduct), machine: machine)
    }

    @Test("Names are read back; what a model lacks and what stands twice is refused", arguments: models)
    func names(_ name: String) throws {
        let model = try Self.model(name)
        let sets = RecomputedModules.sets(of: model, known: Self.all)
        #expect(Set(sets).count == sets.count)
        for set in sets {
            #expect(RecomputedModules(named: set.name) == set)
            #expect(LayoutRecomputation(named: set.name) == .modules(set))
            #expect(set.problem(for: model) == nil)
        }
        for word in ["core_attn+core_attn", "core_attn+", "+", "moe act", "core_attn,mlp"] {
            #expect(LayoutRecomputation(named: word) == nil)
        }
        let together: RecomputedModules = [.experts, .expertActivation]
        #expect(together.problem(for: model) != nil)
        #expect(RecomputedModules([.everySecondProduct, .coreAttention]).problem(for: model) != nil)
        #expect(RecomputedModules([]).problem(for: model) != nil)
        #expect(RecomputedModules.softwareChoice.problem(for: model) == nil)
        #expect(RecomputedModules([.softwareChoice, .coreAttention]).problem(for: model) != nil)
        #expect((RecomputedModules.latentUp.problem(for: model) == nil) == (name == "deepseek-v3"))
        #expect((RecomputedModules.expertActivation.problem(for: model) == nil) == (name != "llama-3-8b"))
    }

    @Test("More modules never take less time nor more memory, and whole layers bound both", arguments: models)
    func inclusion(_ name: String) throws {
        let model = try Self.step(of: name, try HardwareCatalogue.entry("h100-sxm-80gb").machine)
        let sets = RecomputedModules.sets(of: model.job.model, known: Self.all)
        var layout = TrainingLayout(
            tensor: 2, sequenceParallelism: .on, pipeline: 1, data: 8, microbatch: 2, globalBatch: 64)
        if model.job.model.experts != nil { layout.expert = 4 }
        let costs = model.costs(of: layout)
        for (layer, bytes) in zip(costs.layers, costs.activations.layers) {
            var saving = 0
            for set in sets {
                let seconds = model.seconds(of: layer, recomputing: set).total
                let kept = bytes.kept(without: set)
                #expect(
                    layer.kept.total <= seconds && seconds <= layer.full.total * (1 + 1e-12), "\(set.name)")
                #expect(bytes.full <= kept * (1 + 1e-12) && kept <= bytes.kept, "\(set.name)")
                if kept < bytes.kept { saving += 1 }
                for wider in sets where wider.isSuperset(of: set) {
                    #expect(seconds <= model.seconds(of: layer, recomputing: wider).total * (1 + 1e-12))
                    #expect(bytes.kept(without: wider) <= kept * (1 + 1e-12))
                }
            }
            #expect(saving > 0)
        }
    }

    @Test(
        "What modules run again is what the FLOP count adds, and never more than whole layers",
        arguments: models)
    func flop(_ name: String) throws {
        let model = try Self.model(name)
        func flop(_ work: RecomputedWork) -> Double {
            model.hardwareFlop(counting: .causal, recomputed: work).value
        }
        let plain = flop(.nothing)
        let whole = flop(.layers(share: 1))
        for set in RecomputedModules.sets(of: model, known: Self.all) {
            let all = flop(.modules(set))
            #expect(plain <= all && all <= whole, "\(set.name)")
            var parts = plain
            for (_, module) in RecomputedModules.named where set.contains(module) {
                parts += flop(.modules(module)) - plain
            }
            #expect(abs(parts - all) <= 1e-12 * all, "\(set.name)")
        }
    }

    @Test("Selective is what the software means by it")
    func selective() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm-80gb").machine
        let model = try Self.step(of: "llama-3-8b", machine)
        var layout = TrainingLayout(data: 8, globalBatch: 8, recomputation: .selective)
        let usual = model.priced(layout)
        layout.recomputation = .modules(.coreAttention)
        #expect(model.step(layout) == usual.step)
        #expect(model.memory(layout) == usual.memory)
        var job = model.job
        job.conduct.selective = .everySecondProduct
        let other = TransformerStepModel(job: job, machine: machine)
        layout.recomputation = .selective
        #expect(usual.step.total < other.step(layout).total)
        #expect(other.memory(layout).total < usual.memory.total)
    }

    @Test("What moe_act and layernorm save is what was measured on Nemotron 3 Nano's 23 layers of experts")
    func measuredSavings() {
        // 16 H100, TP1 PP1 CP1 EP8, sequence 8,192, microbatch 1: peaks of 66.297 and 62.103 GB without and with
        // moe_act, 64.653 and 63.639 GB with moe and with moe and layernorm (NVIDIA-NeMo/Megatron-Bridge at 067f987,
        // skills/nemo-mbridge-perf-activation-recompute). Shape: its config.json.
        let model = Transformer(
            name: "nemotron-3-nano", layers: 23, width: 2688,
            attention: Attention(
                form: .grouped(GroupedAttention(heads: 32, keyValueHeads: 2, headSize: 128)), window: nil),
            feedForward: FeedForward(width: 1856, gating: .plain),
            experts: ExpertLayers(
                experts: 128, topK: 6, width: 1856, sharedExperts: 1, denseLayers: DenseLayers(first: 0)),
            vocabulary: 131_072, embeddings: .untied, positions: .absent,
            norms: Norms(kind: .rootMeanSquare), sequenceLength: 8192)
        let job = TrainingJob(model: model)
        let key = BlockKey(TrainingLayout(expert: 8, data: 16, globalBatch: 16), precision: job.precision)
        let table = ActivationTable(
            job: job, kernels: job.kernelSet, key: key, elements: [model.element(atLayer: 0)])
        let saved = table.layers[0].saved
        #expect(abs(23 * saved[.expertActivation] / 4.194e9 - 1) < 0.002)
        #expect(abs(23 * saved[.norms] / 1.014e9 - 1) < 0.002)
    }
}
