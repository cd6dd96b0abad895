import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// What optimizers keep and take.
@Suite struct OptimizerTests {
    static func model(_ optimizer: TrainingOptimizer, _ name: String = "llama-3-8b") throws
        -> TransformerStepModel
    {
        TransformerStepModel(
            job: TrainingJob(model: try ModelCatalogue.entry(name).model, optimizer: optimizer),
            machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine)
    }

    @Test(
        "States are a master copy and the moments",
        arguments: zip(TrainingOptimizer.allCases, [12, 8, 6, 8, 8] as [Double]))
    func states(_ optimizer: TrainingOptimizer, _ bytes: Double) throws {
        let layout = TrainingLayout(data: 8, globalBatch: 8)
        let plain = try Self.model(.adam).memory(layout)
        let memory = try Self.model(optimizer).memory(layout)
        let share: Double = memory.optimizer.value / plain.optimizer.value
        #expect(abs(share - bytes / 12) < 1e-12)
        #expect(memory.weights == plain.weights && memory.gradients == plain.gradients)
    }

    @Test("Fewer moments never take longer; Muon's products grow with the width and are shared by shards")
    func time() throws {
        var layout = TrainingLayout(data: 8, sharding: Sharding(.optimizer), globalBatch: 64)
        let adam = try Self.model(.adam).step(layout)
        for optimizer in [TrainingOptimizer.adamHalf, .adam8, .lion] {
            #expect(try Self.model(optimizer).step(layout).optimizer < adam.optimizer)
        }
        // 5 iterations of 4·m²·n + 2·m³ over every matrix of 32 layers, shared by 8 ranks.
        let (d, f) = (4096.0, 14336.0)
        func flop(_ least: Double, _ most: Double) -> Double {
            5 * (4 * least * least * most + 2 * least * least * least)
        }
        let layer = 2 * flop(d, d) + 2 * flop(1024, d) + 3 * flop(d, f)
        let muon = try Self.model(.muon)
        let weights = 32 * (2 * d * d + 2 * 1024 * d + 3 * d * f)
        #expect(abs(muon.updateFlop.shared * weights / (32 * layer) - 1) < 1e-12)
        let sharded = muon.step(layout).optimizer
        layout.sharding = Sharding(.nothing)
        #expect(sharded < muon.step(layout).optimizer)
        #expect(try Self.model(.lion).step(layout).optimizer < muon.step(layout).optimizer)
    }

    @Test("Logits in chunks are an eighth, and a million tokens fit with checkpoints on the host")
    func longContext() throws {
        var job = TrainingJob(model: try ModelCatalogue.entry("llama-3-8b").model)
        job.model.sequenceLength = 1 << 20
        let machine = try HardwareCatalogue.entry("h100-sxm-80gb").machine
        let layout = TrainingLayout(
            context: 8, sharding: Sharding(.weights), globalBatch: 1, recomputation: .full,
            offload: [.activations, .optimizer])
        let whole = TransformerStepModel(job: job, machine: machine).memory(layout)
        job.conduct.kernels.loss = .chunked
        let chunked = TransformerStepModel(job: job, machine: machine).memory(layout)
        let share: Double = chunked.logits.value / whole.logits.value
        #expect(abs(share - 0.125) < 1e-12)
        #expect(chunked.total < machine.memory.usable && machine.memory.usable < whole.total)
    }
}
