import Foundation
import Quantities
import TestSupport
import Training

@testable import Optimization
@testable import ScalingModel

extension RandomInstance {
    /// An instance of one run of a question, for the unpruned list of all its plans.
    init(_ question: PlanningQuestion, run: TrainingRun, gpus: Int) {
        model = StepModel(
            machine: question.machine, shape: run.shape, batchTokens: run.batchTokens,
            settings: question.settings)
        self.gpus = gpus
        steps = run.steps
        preset = question.preset
        objective = question.objective
        if case .flopAndTime(_, let time) = question.given {
            deadline = time.value
        } else {
            deadline = .infinity
        }
        memory = .checked
    }
}

/// A small question of a free shape drawn from a seed.
struct ShapeInstance {
    var question: PlanningQuestion
    /// Accelerators that the brute force goes up to.
    let gpus: Int

    static let widths = [256, 384, 512]
    static let depths = [1, 2, 3, 4, 6]

    /// Draws an instance.
    /// - Parameters:
    ///   - seed: decides everything.
    ///   - levels: network levels; those of the random machine when not given.
    /// - Throws: nothing for the shapes drawn.
    init(seed: UInt64, levels: Int? = nil) throws {
        var random = SplitMix64(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &random)]
        }
        var machine = try RandomInstance(seed: seed).model.machine
        machine.memory.capacity = Bytes(pick([3e6, 2e7, 1e9]))
        if let levels {
            machine.network = []
            for level in 0..<levels {
                let bandwidth = 1e11 / pow(4, Double(level))
                machine.network.append(
                    NetworkLevel(
                        name: "n\(level)", size: level == levels - 1 ? nil : 2,
                        bidirectionalBandwidth: BytesPerSecond(bandwidth),
                        latency: Seconds(1e-6 * Double(level + 1))))
            }
        }
        gpus = pick([4, 6, 8, 12])
        let sparsity: SparsityLaw = pick([.dense, .dense, .fixed(2)])
        let laws = WorkloadLaws(
            depth: DepthLaw(coefficient: 0.0113, exponent: 0.42), sparsity: sparsity,
            batch: pick([.given(sequences: 24), .power(coefficient: 0.015, exponent: 0.25)]),
            sequenceLength: 4)
        // About the law's compute of a width of 384 with 3 layers.
        let flop: Double = pick([1.2e15, 2e15, 8e15])
        let stretch: Double = pick([4, 40, 300, 3000])
        let time = Seconds(flop / 8e13 / Double(gpus) * stretch)
        let given: Given =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .gpusAndFlop(gpus: gpus, flop: flop)
            case 1: .flopAndTime(flop: flop, time: time)
            default: .gpusAndTime(gpus: gpus, time: time)
            }
        question = PlanningQuestion(
            machine: machine, given: given, laws: laws,
            settings: ModelSettings(
                dataTraffic: pick([.overlapped, .exposed]), recomputation: pick([.none, .full]),
                accounting: pick([.published, .corrected])))
        question.loss = .krajewski
        question.penalty = pick([.kaplan, .none])
        question.shape = .free(
            ShapeFreedom(
                depthRange: pick([0.01...100, 0.5...2]), ratios: [2, 4], parameterFactor: 1e9,
                expertFactor: 4,
                data: pick([.lossOptimal, .lossOptimal, .atLeastLaw]), widths: Self.widths,
                depths: Self.depths))
    }
}
