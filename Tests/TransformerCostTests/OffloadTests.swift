import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// State on the host: what it saves, what it costs.
@Suite struct OffloadTests {
    private static let sets: [Offload] = [
        .optimizer, .weights, .activations, [.optimizer, .weights], [.optimizer, .weights, .activations],
    ]

    private static func priced(_ model: Transformer, _ machine: Accelerator) -> TransformerStepModel {
        TransformerStepModel(job: TrainingJob(model: model), machine: machine)
    }

    @Test("Offload moves bytes from the device to the host and never saves time over the link")
    func moves() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        for (model, layout) in LayoutSamples.draws(41, count: 120) {
            let priced = Self.priced(model, machine)
            let before = (memory: priced.memory(layout), step: priced.step(layout))
            #expect(before.memory.host == .zero && before.step.offload == .zero)
            for offload in Self.sets {
                var moved = layout
                moved.offload = offload
                let memory = priced.memory(moved)
                #expect(memory.host > .zero)
                if offload.contains(.optimizer) { #expect(memory.optimizer == .zero) }
                if offload.contains(.weights) { #expect(memory.weights == .zero) }
                if offload == .activations { #expect(memory.activations <= before.memory.activations) }
                let step = priced.step(moved)
                #expect(step.offload >= .zero)
                // A device that does not step its optimizer saves its passes over memory, and nothing else.
                #expect(step.total.value >= before.step.total.value - 1.4 * before.step.optimizer.value)
                for (name, part) in StepBreakdown.parts
                where !["optimizer", "offload", "jitter"].contains(name) {
                    #expect(step[keyPath: part] == before.step[keyPath: part], "\(name)")
                }
            }
        }
    }

    @Test("A faster host, link, memory, network or device is never slower")
    func betterMachine() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var better: [(String, Accelerator)] = []
        var one = machine
        one.host?.oneWayBandwidth = BytesPerSecond(110e9)
        better.append(("link", one))
        one = machine
        one.host?.memoryBandwidth = BytesPerSecond(130e9)
        better.append(("host memory", one))
        one = machine
        one.compute.peak = one.compute.peak * 1.7
        better.append(("peak", one))
        one = machine
        one.memory.bandwidth = one.memory.bandwidth * 1.7
        better.append(("memory", one))
        for level in machine.network.indices {
            one = machine
            one.network[level].bidirectionalBandwidth = one.network[level].bidirectionalBandwidth * 1.7
            better.append(("network \(level)", one))
        }
        for (model, drawn) in LayoutSamples.draws(42, count: 120) {
            for offload in Self.sets {
                var layout = drawn
                layout.offload = offload
                let before = StepLawTests.seconds(model, layout, machine)
                for (what, other) in better {
                    let after = StepLawTests.seconds(model, layout, other)
                    #expect(after <= before * (1 + 1e-12), "\(what) \(layout)")
                }
            }
        }
    }

    @Test("More on the host never takes less memory there nor more on the device; sharding never adds to it")
    func laws() throws {
        let machine = try LayoutSamples.machine("a100-sxm-80gb")
        for (model, drawn) in LayoutSamples.draws(43, count: 120) {
            let priced = Self.priced(model, machine)
            var layout = drawn
            var last = priced.memory(layout)
            for state in [Offload.optimizer, .activations] {
                layout.offload.formUnion(state)
                let memory = priced.memory(layout)
                #expect(memory.host >= last.host)
                #expect(memory.total <= last.total * (1 + 1e-12))
                last = memory
            }
            var host = Double.infinity
            for stage in Sharding.Stage.allCases {
                layout.sharding = Sharding(stage)
                layout.offload = [.optimizer, .weights]
                let here = priced.memory(layout).host.value
                #expect(here <= host * (1 + 1e-12))
                host = here
            }
        }
    }

    @Test("By hand: an optimizer on the host of one rank, weights and activations of one microbatch")
    func byHand() throws {
        var machine = try LayoutSamples.machine("a100-sxm-80gb")
        machine.host = HostLink(oneWayBandwidth: BytesPerSecond(25e9), memoryBandwidth: BytesPerSecond(60e9))
        let model = LayoutSamples.llama
        let priced = Self.priced(model, machine)
        var layout = TrainingLayout(globalBatch: 1, offload: .optimizer)
        let costs = priced.costs(of: layout)
        let stage = StageTable(layout, model: model).classes[0]
        let parameters = costs.parameters.parameters(of: stage)
        // 2 bytes down and 2 up at 25 GB/s beside 30 bytes at half of 60 GB/s: the step on the host decides.
        let step = parameters.all * 30 / 30e9
        #expect(relativeError(priced.step(layout).offload.value, step) < 1e-12)
        machine.host?.memoryBandwidth = BytesPerSecond(1e15)
        let transfer = parameters.all * 2 / 25e9
        #expect(relativeError(Self.priced(model, machine).step(layout).offload.value, transfer) < 1e-12)
        // Weights come up twice, 2 bytes each.
        layout.offload = .weights
        let traffic = priced.hostTraffic(layout, parameters, stage, costs)
        #expect(relativeError(traffic.microbatch, 4 * parameters.all / 25e9) < 1e-12)
        // Full recomputation keeps a layer's input, 2 bytes of 4096·4096 elements, for each of 32 layers.
        layout.offload = .activations
        layout.recomputation = .full
        let held = priced.hostTraffic(layout, parameters, stage, costs)
        #expect(relativeError(held.microbatch, 32 * 2 * 4096 * 4096 / 25e9) < 1e-12)
    }

    @Test("Hidden is what the window outlasts, and nothing of what moves once a step")
    func hidden() {
        let traffic = HostTraffic(microbatch: 5, once: 1)
        #expect(traffic.exposed(microbatches: 2, window: 12) == 1)
        #expect(traffic.exposed(microbatches: 2, window: 6) == 5)
        #expect(traffic.exposed(microbatches: 2, window: 0) == 11)
    }

    @Test("What the host cannot hold does not fit")
    func capacity() throws {
        var machine = try LayoutSamples.machine("h100-sxm-80gb")
        let layout = TrainingLayout(
            tensor: 8, sequenceParallelism: .on, microbatch: 1, globalBatch: 8, offload: .optimizer)
        let model = LayoutSamples.llama
        let need = Self.priced(model, machine).memory(layout).host
        #expect(need > .zero && Self.priced(model, machine).fits(layout))
        machine.host?.capacity = need * 0.99
        #expect(!Self.priced(model, machine).fits(layout))
    }

    @Test("Names of what is on the host are read as they are written")
    func names() {
        for bits in 0..<8 {
            let offload = Offload(rawValue: bits)
            #expect(Offload(named: offload.name) == offload)
        }
        #expect(Offload(named: "weights+optimizer") == [.optimizer, .weights])
        #expect(
            Offload(named: "disk") == nil && Offload(named: "") == nil
                && Offload(named: "none+weights") == nil)
    }
}
