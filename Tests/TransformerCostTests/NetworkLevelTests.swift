import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Laws of network levels: those that are added, those that nothing crosses, and how long their messages take.
@Suite struct NetworkLevelTests {
    /// Machines of one, two and three levels.
    static let machines = [
        "h100-sxm-80gb", "tpu-v5p", "mi250x-gcd", "h100-sxm-superpod", "h100-sxm-global-nvlink",
    ]

    private static func step(
        _ model: Transformer, _ layout: TrainingLayout, _ machine: Accelerator,
        order: [LayoutDimension] = LayoutPlacement.usualOrder
    ) -> StepBreakdown {
        TransformerStepModel(job: TrainingJob(model: model), machine: machine, placementOrder: order).step(
            layout)
    }

    /// Overrides that make a machine's domains small, so that layouts cross all levels.
    private static func small(_ machine: Accelerator, _ random: inout SplitMix64) -> [String] {
        machine.network.indices.dropLast().map {
            "network.\($0).size=\(Int.random(in: 1...4, using: &random) * 2)"
        }
    }

    /// Overrides that add a level: its bandwidth and latency in those of the last one.
    private static func added(
        to machine: Accelerator, size: Int, bandwidth: Double, latency: Double
    ) -> [String] {
        let (last, level) = (machine.network[machine.network.count - 1], machine.network.count)
        return [
            "network.\(level - 1).size=\(size)", "network.\(level).name=spine",
            "network.\(level).bandwidth_bidirectional=\(last.bidirectionalBandwidth.value * bandwidth)",
            "network.\(level).latency=\(last.latency.value * latency)",
        ]
    }

    @Test(
        "A level outside the others that is no faster than the last never makes a step shorter",
        arguments: machines)
    func addedLevel(_ name: String) throws {
        var random = SplitMix64(seed: 71)
        var longer = 0
        let draws = LayoutSamples.draws(71, count: 240)
        for (model, layout) in draws {
            let first = Self.small(try LayoutSamples.machine(name), &random)
            var machine = try HardwareCatalogue.entry(name, overrides: first).machine
            var overrides = first
            var last = Self.step(model, layout, machine).total.value
            for _ in 0..<2 {
                overrides += Self.added(
                    to: machine, size: Int.random(in: 1...8, using: &random),
                    bandwidth: [1, 1, 0.5, 0.1].randomElement(using: &random) ?? 1,
                    latency: [1, 1, 3, 1000].randomElement(using: &random) ?? 1)
                machine = try HardwareCatalogue.entry(name, overrides: overrides).machine
                let seconds = Self.step(model, layout, machine).total.value
                #expect(seconds >= last * (1 - 1e-12), "\(overrides) \(layout)")
                if seconds > last { longer += 1 }
                last = seconds
            }
        }
        #expect(longer > draws.count / 4)
    }

    @Test("A level beyond what a job spans changes nothing", arguments: machines)
    func beyond(_ name: String) throws {
        var random = SplitMix64(seed: 72)
        for (model, layout) in LayoutSamples.draws(72, count: 200) {
            let first = Self.small(try LayoutSamples.machine(name), &random)
            let machine = try HardwareCatalogue.entry(name, overrides: first).machine
            let wider = try HardwareCatalogue.entry(
                name, overrides: first + Self.added(to: machine, size: 4096, bandwidth: 0.01, latency: 1e5)
            ).machine
            #expect(Self.step(model, layout, wider) == Self.step(model, layout, machine), "\(layout)")
        }
    }

    @Test("Levels of the catalogue take what their calibration says", arguments: HardwareCatalogue.names)
    func catalogue(_ name: String) throws {
        let machine = try LayoutSamples.machine(name)
        let known = machine.calibration ?? .assumed
        let rates = MachineRates(machine: machine, precision: .bf16, conduct: .assumed, constants: .fitted)
        for (level, own) in machine.network.enumerated() where own.latency == Calibration.messageLatency {
            let isInner = machine.levelKinds[level] == .inner
            #expect(
                rates.latencies[level] == (isInner ? known.innerStepLatency : known.outerStepLatency).value)
            #expect(
                rates.exchangeLatencies[level] == known.innerStepLatency.value && rates.excesses[level] == 0)
        }
    }

    /// Whether something of a layout crosses a level that waits for messages there, however quick they are.
    private static func crosses(_ level: Int, _ layout: TrainingLayout, _ machine: Accelerator) -> Bool {
        let placement = LayoutPlacement(on: machine)
        let waiting: [Communicator] = [.tensor, .shard, .shardReplicas, .expert, .expertTensor]
        let isCrossed = waiting.contains { placement.spread(of: $0, in: layout).factors[level] > 1 }
        let crossings = StepSpreads.stageCrossings(layout, placement: placement)
        return isCrossed || layout.pipeline > 1 && crossings[level] > 0
    }

    @Test("A longer latency is never faster, and slower wherever its level is crossed", arguments: machines)
    func latency(_ name: String) throws {
        var random = SplitMix64(seed: 73)
        var crossed = [Int](repeating: 0, count: try LayoutSamples.machine(name).network.count)
        for (model, layout) in LayoutSamples.draws(73, count: 160) {
            let overrides = Self.small(try LayoutSamples.machine(name), &random)
            for level in crossed.indices {
                var last = 0.0
                for latency in ["0us", "0.5us", "1.125us", "2us", "5ms"] {
                    let machine = try HardwareCatalogue.entry(
                        name, overrides: overrides + ["network.\(level).latency=\(latency)"]
                    ).machine
                    let seconds = Self.step(model, layout, machine).total.value
                    #expect(seconds >= last * (1 - 1e-12), "\(level) \(latency) \(layout)")
                    if last > 0, Self.crosses(level, layout, machine) {
                        #expect(seconds > last, "\(level) \(latency) \(layout)")
                        crossed[level] += 1
                    }
                    last = seconds
                }
            }
        }
        #expect(crossed.allSatisfy { $0 > 20 }, "\(crossed)")
    }

    @Test("Context ranks wait for messages that take longer than measured ones, by every method")
    func context() throws {
        let near = try HardwareCatalogue.entry("h100-sxm-80gb", overrides: ["network.0.size=1"]).machine
        let far = try HardwareCatalogue.entry(
            "h100-sxm-80gb", overrides: ["network.0.size=1", "network.1.latency=1ms"]
        ).machine
        var waiting: Set<ContextMethod> = []
        for (model, layout) in LayoutSamples.draws(74, count: 200) where layout.context > 1 {
            for method in ContextMethod.allCases {
                var layout = layout
                layout.contextMethod = method
                let before = Self.step(model, layout, near).context
                // Layers without attention to other ranks' tokens have none, and may be the slowest stage.
                guard before > .zero else { continue }
                #expect(Self.step(model, layout, far).context > before, "\(layout)")
                waiting.insert(method)
            }
        }
        #expect(waiting.count == ContextMethod.allCases.count)
    }

    @Test("A pipeline inside a domain does not wait for the network outside it")
    func insideDomain() throws {
        let orders: [[LayoutDimension]] = [
            LayoutPlacement.usualOrder, [.pipeline, .tensor], [.tensor, .pipeline],
        ]
        var (inside, across) = (0, 0)
        for (model, layout) in LayoutSamples.draws(75, count: 300) where layout.pipeline > 1 {
            for order in orders {
                let near = try LayoutSamples.machine("h100-sxm-80gb")
                let far = try HardwareCatalogue.entry(
                    "h100-sxm-80gb",
                    overrides: ["network.1.latency=1ms", "calibration.outer_step_latency=1ms"]
                ).machine
                let stride = LayoutPlacement(on: near, order: order).stageStride(of: layout)
                let before = Self.step(model, layout, near, order: order).pipeline
                let after = Self.step(model, layout, far, order: order).pipeline
                if stride * layout.pipeline <= 8 {
                    #expect(before == after, "\(layout)")
                    inside += 1
                } else {
                    #expect(before < after, "\(layout)")
                    across += 1
                }
            }
        }
        #expect(inside > 20 && across > 20)
    }

    @Test("A transfer waits for the level that it crosses, by hand")
    func transfer() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        let model = TransformerStepModel(job: TrainingJob(model: LayoutSamples.llama), machine: machine)
        var layout = TrainingLayout(microbatch: 1, globalBatch: 8)
        (layout.pipeline, layout.sequenceParallelism) = (4, .on)
        func seconds(_ tensor: Int) -> Double {
            layout.tensor = tensor
            let crossings = StepSpreads.stageCrossings(layout, placement: model.placement)
            return model.pipelineTransfer(layout, crossings)
        }
        let exposed = 2 * model.job.conduct.pipelineExposed
        let (links, latencies) = (model.rates.links, model.rates.latencies)
        let bytes = 2.0 * 4096 * 4096
        // Stages 2 apart fill a node of 8 and stay in it. 4 apart, every second one has its neighbour in the same node.
        #expect(relativeError(seconds(2), exposed * (latencies[0] + bytes / 2 / links[0])) < 1e-12)
        let half = (latencies[0] + latencies[1]) / 2 + bytes / 8 / links[0] + bytes / 8 / links[1]
        #expect(relativeError(seconds(4), exposed * half) < 1e-12)
        #expect(relativeError(seconds(8), exposed * (latencies[1] + bytes / 8 / links[1])) < 1e-12)
    }
}
