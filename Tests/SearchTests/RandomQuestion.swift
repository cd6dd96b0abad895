import Foundation
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Training

/// A small question on a random machine of one to four network levels, to be asked in all three ways.
struct RandomQuestion {
    let machine: Accelerator
    let laws: WorkloadLaws
    let settings: ModelSettings
    let gpus: Int
    let flop: Double

    /// Draws a question.
    /// - Parameter seed: decides everything.
    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &random)]
        }
        let levels = Int.random(in: 1...4, using: &random)
        var bandwidth = pow(10, Double.random(in: 7...11, using: &random))
        var network: [NetworkLevel] = []
        for level in 0..<levels {
            let isTop = level == levels - 1
            network.append(
                NetworkLevel(
                    name: "level \(level)", size: isTop ? nil : pick([2, 3, 4, 5, 6, 8, 9, 12]),
                    bidirectionalBandwidth: BytesPerSecond(bandwidth),
                    latency: Seconds(pick([0, 1e-7, 1e-5, 1e-3]))))
            // Mostly slower outwards, now and then faster.
            bandwidth /= pick([1, 2, 5, 20, 0.1])
        }
        let experts = pick([1, 1, 1, 2, 3])
        let width = pick([64, 96, 160, 256])
        let layers = pick([2, 4, 6, 9])
        laws = WorkloadLaws(
            sparsity: experts == 1 ? .dense : .fixed(experts),
            batch: .given(sequences: experts * pick([12, 20, 32])), sequenceLength: pick([2, 8, 16]),
            fixedWidth: width, fixedLayers: layers)
        gpus = Int.random(in: 1...90, using: &random)
        flop = pow(10, Double.random(in: 15...17, using: &random))
        let state = 10.0 * 8 * Double(width * width * layers * experts)
        machine = Accelerator(
            name: "random", title: "Random machine",
            compute: Compute(
                precision: "bf16", wordBytes: 2, peak: FlopPerSecond(pick([1e10, 1e11, 1e12])),
                sustainedFraction: 0.8, kernelLatency: Seconds(pick([0, 1e-7, 1e-5]))),
            memory: DeviceMemory(
                capacity: Bytes(state * pick([0.08, 0.4, 2, 100])),
                bandwidth: BytesPerSecond(pick([1e9, 1e10, 1e11]))),
            network: network)
        settings = ModelSettings(
            tensorTraffic: pick([.overlapped, .exposed]), pipelineTraffic: pick([.overlapped, .exposed]),
            dataTraffic: pick([.overlapped, .exposed]), recomputation: pick([.none, .full]),
            accounting: pick([.published, .corrected]))
    }

    /// The best plan of a question on the machine, or on another.
    func best(
        _ given: Given, on other: Accelerator? = nil, objective: ScalingModel.Objective? = nil
    ) throws -> PricedPlan? {
        var question = PlanningQuestion(
            machine: other ?? machine, given: given, laws: laws, settings: settings, objective: objective)
        question.reasons = .brief
        return try Planner(question).answer().best
    }

    /// Machines that are better in one respect, with its name.
    var betterMachines: [(name: String, machine: Accelerator)] {
        var found: [(String, Accelerator)] = []
        for level in machine.network.indices {
            func add(_ name: String, _ change: (inout NetworkLevel) -> Void) {
                var other = machine
                change(&other.network[level])
                found.append(("\(name) at level \(level)", other))
            }
            // Every domain of the old machine lies in one of the new.
            if machine.network[level].size != nil {
                for factor in [2, 3] { add("domains times \(factor)") { $0.size = ($0.size ?? 1) * factor } }
            }
            add("twice the bandwidth") {
                $0.bidirectionalBandwidth = BytesPerSecond($0.bidirectionalBandwidth.value * 2)
            }
            add("half the latency") { $0.latency = Seconds($0.latency.value / 2) }
        }
        // The same pods out of larger nodes: more of the traffic may stay inside.
        if machine.network.count > 2, let inner = machine.network[0].size, let outer = machine.network[1].size
        {
            var other = machine
            other.network[0].size = inner * outer
            other.network[1].size = 1
            found.append(("nodes as large as pods", other))
        }
        var other = machine
        other.memory.capacity = Bytes(machine.memory.capacity.value * 2)
        found.append(("twice the memory", other))
        return found
    }
}
