import Quantities
import Testing
import Training
import TransformerModel

@Suite struct KernelRuleTests {
    private static var gpt: Transformer {
        var model = LayoutSamples.llama
        model.name = "gpt"
        (model.norms, model.embeddings, model.positions) = (Norms(kind: .layer), .tied, .learned(2048))
        model.feedForward.gating = .plain
        return model
    }

    @Test(
        "One softmax kernel for GPT on classic software, single operations for Llama, sharded weights alone")
    func usual() {
        let (classic, overlapped) = (SoftwareGeneration.classic, SoftwareGeneration.overlapped)
        func kernels(
            _ model: Transformer, _ software: SoftwareGeneration, _ stage: Sharding.Stage = .optimizer
        ) -> KernelSet { .usual(for: model, on: software, sharding: stage) }
        #expect(kernels(Self.gpt, classic) == KernelSet(attention: .fused))
        #expect(
            kernels(LayoutSamples.llama, classic)
                == KernelSet(norms: .eager, elementwise: .eager, passes: .single))
        #expect(kernels(LayoutSamples.llama, overlapped) == KernelSet())
        #expect(
            kernels(LayoutSamples.llama, overlapped, .weights) == KernelSet(passes: .single, loss: .eager))
    }

    @Test("A run overrides what it states and nothing else")
    func stated() throws {
        let usual = KernelSet.usual(for: LayoutSamples.llama, on: .overlapped, sharding: .nothing)
        let flash = try #require(StatedKernels(named: "flash2"))
        #expect(usual.stating(flash) == usual)
        let old = try #require(StatedKernels(named: "unfused"))
        #expect(usual.stating(old) == KernelSet(attention: .unfused))
        #expect(try #require(StatedKernels(named: "flash1+rmsnorm")).norms == .fused)
        for text in ["", "flash3", "flash2+", "flash2+rmsnorm+rmsnorm", "rmsnorm"] {
            #expect(StatedKernels(named: text) == nil, "\(text)")
        }
    }

    @Test("Layouts that shard weights are priced with their own kernels, and keep the same activations")
    func priced() throws {
        let model = TransformerStepModel(
            job: TrainingJob(model: LayoutSamples.llama), machine: try LayoutSamples.machine("h100-sxm-80gb"))
        let whole = TrainingLayout(data: 8, sharding: Sharding(.gradients), globalBatch: 64)
        var sharded = whole
        sharded.sharding = Sharding(.weights)
        #expect(model.kernels(of: sharded).passes == .single && model.kernels(of: whole).passes == .joined)
        #expect(model.step(sharded).layers > model.step(whole).layers)
        #expect(model.memory(sharded).activations == model.memory(whole).activations)
        #expect(model.memory(sharded).logits == 2 * model.memory(whole).logits)
    }

    @Test("Utilization has one peak: a format that a machine lacks runs as the next wider one")
    func peak() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        let fp8 = try TrainingPrecision(named: "fp8")
        let fp4 = try TrainingPrecision(named: "nvfp4")
        #expect(machine.peak(of: fp4) == machine.peak(of: fp8))
        #expect(machine.peak(of: fp8) > machine.peak(of: .bf16))
        #expect(machine.peak(of: .bf16) == machine.compute.peak)
    }
}
