import Files
import Quantities
import TestSupport
import Training
import TransformerModel

/// Small random models and machines.
enum SmallQuestions {
    /// A small transformer with random sizes; every third has experts.
    static func transformer(_ random: inout SplitMix64) -> Transformer {
        let heads = [2, 4, 6].randomElement(using: &random) ?? 4
        let width = 64 * heads
        var model = Transformer(
            name: "small", layers: Int.random(in: 2...5, using: &random), width: width,
            attention: Attention(
                form: .grouped(GroupedAttention(heads: heads, keyValueHeads: heads / 2, headSize: 64))),
            feedForward: FeedForward(width: 4 * width, gating: .gated), vocabulary: 8192, sequenceLength: 512)
        if Int.random(in: 0..<3, using: &random) == 0 {
            model.experts = ExpertLayers(experts: 4, topK: 2, width: 2 * width)
        }
        return model
    }

    /// A machine with small nodes and from hardly enough memory for the framework to plenty.
    static func machine(_ random: inout SplitMix64) throws -> Accelerator {
        let names = ["a100-sxm-80gb", "h100-sxm-80gb", "mi250x-gcd", "b200"]
        var machine = try HardwareLookup.entry(names.randomElement(using: &random) ?? names[0]).machine
        machine.network[0].size = [2, 4, 8].randomElement(using: &random)
        machine.memory.capacity = Bytes(Double.random(in: 1.5e9...2.2e9, using: &random))
        machine.memory.usableFraction = 1
        return machine
    }

    /// Machines that are better than one in one respect.
    static func better(_ machine: Accelerator, by factor: Double = 1.7) -> [(
        what: String, machine: Accelerator
    )] {
        var list: [(String, Accelerator)] = []
        func add(_ what: String, _ change: (inout Accelerator) -> Void) {
            var one = machine
            change(&one)
            list.append((what, one))
        }
        add("memory capacity") { $0.memory.capacity = $0.memory.capacity * factor }
        add("memory bandwidth") { $0.memory.bandwidth = $0.memory.bandwidth * factor }
        add("peak") {
            $0.compute.peak = $0.compute.peak * factor
            $0.compute.peakByPrecision = $0.compute.peakByPrecision.mapValues { $0 * factor }
        }
        for level in machine.network.indices {
            add("bandwidth of level \(level)") {
                $0.network[level].bidirectionalBandwidth = $0.network[level].bidirectionalBandwidth * factor
            }
            add("latency of level \(level)") {
                $0.network[level].latency = $0.network[level].latency / factor
            }
        }
        for level in machine.network.indices.dropLast() {
            add("domains of level \(level)") {
                $0.network[level].size = $0.network[level].size.map { $0 * 3 }
            }
        }
        return list
    }
}
