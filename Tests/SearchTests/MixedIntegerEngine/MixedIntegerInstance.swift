import Foundation
import Quantities
import TestSupport
import Training

@testable import Optimization
@testable import ScalingModel

/// A small machine, shape, batch and question drawn from a seed.
struct MixedIntegerInstance {
    let model: StepModel
    let preset: SpacePreset
    let objective: ScalingModel.Objective
    let gpus: Int
    let deadline: Double

    /// Draws an instance.
    /// - Parameters:
    ///   - seed: decides everything.
    ///   - levels: network levels; 1 to 3 when not given.
    ///   - objective: drawn when not given.
    /// - Throws: nothing for the shapes drawn.
    init(seed: UInt64, levels: Int? = nil, objective: ScalingModel.Objective? = nil) throws {
        var random = SplitMix64(seed: seed)
        let experts = Self.pick([1, 1, 1, 2, 3, 4, 6], &random)
        let shape = try LayerStack(
            width: Self.pick([8, 12, 16, 24, 32, 40], &random),
            feedForwardWidth: Self.pick([20, 24, 32, 48, 64], &random),
            layers: Self.pick([1, 2, 3, 4, 6, 8, 12], &random), experts: experts)
        let batch = experts * Self.pick([8, 12, 24, 30, 32, 45, 48, 64], &random)
        gpus = min(40, Self.pick([3, 7, 8, 12, 16, 24, 30, 36, 45, 64, 72, 96], &random))
        let levels = levels ?? Int.random(in: 1...3, using: &random)
        var network: [NetworkLevel] = []
        var bandwidth = pow(10, Double.random(in: 6.5...9, using: &random))
        for level in 0..<levels {
            let isTop = level == levels - 1
            let latency =
                Bool.random(using: &random) ? 0 : pow(10, Double.random(in: -7 ... -4, using: &random))
            network.append(
                NetworkLevel(
                    name: "level \(level)", size: isTop ? nil : Self.pick([2, 3, 4, 6, 8], &random),
                    bidirectionalBandwidth: BytesPerSecond(bandwidth), latency: Seconds(latency)))
            bandwidth /= Self.pick([1.0, 2, 4, 9], &random)
        }
        let room = Self.pick([0.6, 1.05, 1.5, 3, 20, 1000], &random)
        let states = shape.parameters * 2 * 5
        let machine = Accelerator(
            name: "random", title: "Random machine",
            compute: Compute(
                precision: "bf16", wordBytes: 2, peak: FlopPerSecond(Self.pick([1e9, 4e9, 1.6e10], &random)),
                sustainedFraction: 0.75, kernelLatency: Seconds(Self.pick([0, 1e-7, 1e-5], &random))),
            memory: DeviceMemory(
                capacity: Bytes(states * room / Double(gpus)),
                bandwidth: BytesPerSecond(Self.pick([1e8, 1e9, 1e10], &random))),
            network: network)
        let settings = ModelSettings(
            tensorTraffic: Self.pick([.overlapped, .exposed], &random),
            pipelineTraffic: Self.pick([.overlapped, .exposed], &random),
            dataTraffic: Self.pick([.overlapped, .exposed], &random),
            recomputation: Self.pick([.none, .full], &random),
            accounting: Self.pick([.published, .corrected], &random))
        model = StepModel(machine: machine, shape: shape, batchTokens: batch, settings: settings)
        preset = Self.pick([.full, .full, .full, .published], &random)
        self.objective = objective ?? Self.pick([.time, .time, .gpus, .utilization], &random)
        switch self.objective {
        case .time: deadline = .infinity
        case .gpus, .utilization:
            deadline = model.arithmeticFloor / Double(gpus) * Self.pick([1.2, 3, 10, 60], &random)
        }
    }

    private static func pick<Value>(_ values: [Value], _ random: inout SplitMix64) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    /// The space of the instance; one optimizer step, so that deadlines are step times.
    var space: DataMovementSpace {
        DataMovementSpace(
            model: model, preset: preset, objective: objective,
            gpus: 1...(objective == .time ? gpus : 2 * gpus),
            cluster: objective == .time ? gpus : nil, steps: 1, deadline: deadline)
    }
}
