import Quantities
import Testing
import Training
import TransformerModel

@Suite struct KernelRuleTests {
    private static func model(_ change: (inout SoftwareConduct) -> Void) throws -> TransformerStepModel {
        var conduct = SoftwareConduct.assumed
        change(&conduct)
        return TransformerStepModel(
            job: TrainingJob(model: LayoutSamples.llama, conduct: conduct),
            machine: try LayoutSamples.machine("h100-sxm-80gb"))
    }

    @Test("A run overrides what it states and nothing else")
    func stated() throws {
        let usual = KernelSet()
        let flash = try #require(StatedKernels(named: "flash2"))
        #expect(usual.stating(flash) == usual)
        let old = try #require(StatedKernels(named: "unfused"))
        #expect(usual.stating(old) == KernelSet(attention: .unfused))
        #expect(try #require(StatedKernels(named: "flash1+rmsnorm")).norms == .fused)
        for text in ["", "flash3", "flash2+", "flash2+rmsnorm+rmsnorm", "rmsnorm"] {
            #expect(StatedKernels(named: text) == nil, "\(text)")
        }
        let model = LayoutSamples.llama
        var conduct = SoftwareConduct.assumed
        conduct.kernels.norms = .eager
        #expect(TrainingJob(model: model, kernels: old, conduct: conduct).kernelSet.norms == .eager)
        #expect(TrainingJob(model: model, kernels: old, conduct: conduct).kernelSet.attention == .unfused)
    }

    @Test("Software with kernels of single operations takes longer, and holds more where it keeps more")
    func conduct() throws {
        let layout = TrainingLayout(data: 8, sharding: Sharding(.weights), globalBatch: 64)
        let usual = try Self.model { _ in }
        let changes: [(inout SoftwareConduct) -> Void] = [
            { $0.kernels.norms = .eager }, { $0.kernels.elementwise = .eager },
            { $0.kernels.flash = .library },
            { $0.passFactor *= 2 }, { $0.exposedTraffic = 1 }, { $0.hostDense = 0.05 },
            { $0.stepOverhead = 1 },
        ]
        for (index, change) in changes.enumerated() {
            let slower = try Self.model(change)
            #expect(slower.step(layout).total > usual.step(layout).total, "change \(index)")
        }
        let eager = try Self.model { $0.kernels.loss = .eager }
        #expect(eager.memory(layout).logits == 2 * usual.memory(layout).logits)
    }

    @Test("What no tensor rank, pipeline or shard is there for costs nothing")
    func absent() throws {
        let layout = TrainingLayout(data: 8, sharding: Sharding(.optimizer), globalBatch: 64)
        let usual = try Self.model { _ in }
        let changes: [(inout SoftwareConduct) -> Void] = [
            { $0.tensorExposed = 2 }, { $0.tensorWait = 1 }, { $0.hostPipeline = 1 },
            { $0.pipelineExposed = 8 },
            { $0.expertExposed = 4 }, { $0.contextExposed = 2 }, { $0.shardExposed = 2 },
            { $0.hostExperts = 1 }, { $0.routingBytes = 900 }, { $0.groupedEfficiency = 0.1 },
        ]
        for (index, change) in changes.enumerated() {
            #expect(try Self.model(change).step(layout) == usual.step(layout), "change \(index)")
        }
    }

    @Test("Hosts of tensor ranks hold up stages that lie on several nodes, and no others")
    func hostsOfPipelines() throws {
        let usual = try Self.model { _ in }
        let waiting = try Self.model { $0.hostPipeline = 0.02 }
        func layout(tensor: Int, pipeline: Int, data: Int) -> TrainingLayout {
            TrainingLayout(
                tensor: tensor, pipeline: pipeline, data: data, sharding: Sharding(.optimizer),
                globalBatch: 64)
        }
        // One node holds both stages; two nodes do not.
        let (inside, across) = (
            layout(tensor: 4, pipeline: 2, data: 1), layout(tensor: 8, pipeline: 2, data: 1)
        )
        #expect(waiting.step(inside) == usual.step(inside))
        #expect(waiting.step(across).total > usual.step(across).total)
        let alone = layout(tensor: 1, pipeline: 2, data: 8)
        #expect(waiting.step(alone) == usual.step(alone))
    }

    @Test("Head room is memory that no layout fills")
    func headroom() throws {
        let layout = TrainingLayout(data: 8, sharding: Sharding(.weights), globalBatch: 64)
        let usual = try Self.model { _ in }
        let share = usual.memory(layout).total / usual.machine.memory.usable
        let room = try Self.model { $0.headroom = 1 - share * 0.99 }
        #expect(usual.fits(layout) && !room.fits(layout))
        #expect(room.memoryLimit < usual.memoryLimit)
        #expect(room.memory(layout) == usual.memory(layout))
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
