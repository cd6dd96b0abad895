import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Hybrid sharding: shard groups smaller than all ranks that hold the same weights.
@Suite struct ShardGroupTests {
    /// Sharded draws with every legal group of more than one rank, the last one being all ranks.
    private static func draws(_ seed: UInt64) -> [(model: Transformer, layouts: [TrainingLayout])] {
        var list: [(Transformer, [TrainingLayout])] = []
        for (model, drawn) in LayoutSamples.draws(seed, count: 200, kinds: [LayoutSamples.llama])
        where drawn.gradientRanks > 1 {
            for stage in Sharding.Stage.allCases where stage > .nothing {
                let layouts = Divisors.all(of: drawn.gradientRanks).filter { $0 > 1 }.map { group in
                    var layout = drawn
                    layout.sharding = Sharding(stage, group: group)
                    return layout
                }
                list.append((model, layouts.filter { $0.problems(for: model).isEmpty }))
            }
        }
        return list
    }

    private static func priced(_ model: Transformer, _ name: String) throws -> TransformerStepModel {
        TransformerStepModel(job: TrainingJob(model: model), machine: try LayoutSamples.machine(name))
    }

    @Test("A group of all ranks is plain sharding, to the last bit", arguments: StepLawTests.machines)
    func allRanks(_ name: String) throws {
        for (model, layouts) in Self.draws(31) {
            let one = try #require(layouts.last)
            #expect(one.sharding.group == one.gradientRanks)
            var plain = one
            plain.sharding.group = nil
            let priced = try Self.priced(model, name)
            #expect(priced.step(one) == priced.step(plain))
            #expect(priced.memory(one) == priced.memory(plain))
        }
    }

    @Test("States never rise with the group", arguments: StepLawTests.machines)
    func states(_ name: String) throws {
        for (model, layouts) in Self.draws(32) {
            let priced = try Self.priced(model, name)
            var last = Double.infinity
            for layout in layouts {
                let memory = priced.memory(layout)
                let states = (memory.weights + memory.gradients + memory.optimizer).value
                #expect(states <= last * (1 + 1e-12), "\(layout)")
                last = states
            }
        }
    }

    @Test("Gathers inside a group never take longer than among all ranks, sums only come with groups")
    func gathers() throws {
        for (model, layouts) in Self.draws(33) {
            let priced = try Self.priced(model, "h100-sxm-80gb")
            guard let all = layouts.last else { continue }
            let whole = StageTable(all, model: model)
            func traffic(_ layout: TrainingLayout) -> DataTraffic {
                priced.dataTraffic(
                    priced.costs(of: layout).parameters.parameters(of: whole.classes[0]),
                    StepSpreads(layout, placement: priced.placement))
            }
            let plain = traffic(all)
            #expect(plain.sums == 0)
            for layout in layouts.dropLast() {
                let grouped = traffic(layout)
                #expect(grouped.gathers <= plain.gathers * (1 + 1e-12), "\(layout)")
                #expect(grouped.once <= plain.once * (1 + 1e-12), "\(layout)")
                #expect(grouped.sums > 0)
            }
        }
    }

    @Test("By hand: four nodes of eight, weights sharded inside each")
    func byHand() throws {
        let priced = try Self.priced(LayoutSamples.llama, "a100-sxm-80gb")
        let layout = TrainingLayout(data: 32, sharding: Sharding(.weights, group: 8), globalBatch: 32)
        let weights = priced.costs(of: layout).parameters
            .parameters(of: StageTable(layout, model: LayoutSamples.llama).classes[0])
        let traffic = priced.dataTraffic(weights, StepSpreads(layout, placement: priced.placement))
        let rates = priced.rates
        // A pass inside a node: 7/8 of the bytes and a quarter of them copied, 7 steps.
        func pass(_ bytes: Double) -> Double {
            (7.0 / 8 + 0.25) * bytes / rates.links[0] + 15e-6 + 7 * rates.latencies[0]
        }
        // Gathered twice and gradients scattered, in 2 bytes; each unit goes round eight ranks by itself.
        let round = 7 * rates.latencies[0]
        let gathers = 3 * pass(2 * weights.shared) + 3 * weights.units * round
        #expect(weights.units == Double(LayoutSamples.llama.layers + 2))
        #expect(relativeError(traffic.gathers, gathers) < 1e-12)
        // An eighth of the gradients over four nodes: two passes of 3/4, two doublings.
        let bytes = 2 * weights.shared / 8
        let sum = 3.0 / 4 * bytes / rates.links[1] + 0.25 * bytes / rates.links[0] + 15e-6
        #expect(relativeError(traffic.sums, 2 * (sum + 2 * rates.latencies[1])) < 1e-12)
    }

    @Test("A better machine is never slower with groups either")
    func betterMachine() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        var better: [Accelerator] = []
        for level in machine.network.indices {
            var one = machine
            one.network[level].bidirectionalBandwidth = one.network[level].bidirectionalBandwidth * 1.7
            better.append(one)
        }
        var faster = machine
        faster.compute.peak = faster.compute.peak * 1.7
        better.append(faster)
        for (model, layouts) in Self.draws(34) {
            for layout in layouts {
                let before = StepLawTests.seconds(model, layout, machine)
                for (index, other) in better.enumerated() {
                    let after = StepLawTests.seconds(model, layout, other)
                    // Gathers that faster arithmetic no longer hides can cost a little more than it saves.
                    let slack = index == better.count - 1 ? 1e-3 : 1e-12
                    #expect(after <= before * (1 + slack), "better machine \(index), \(layout)")
                }
            }
        }
    }
}
