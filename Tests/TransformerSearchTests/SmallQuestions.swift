import Hardware
import Quantities
import Scenario
import TestSupport
import TransformerCost
import Workload

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
}
