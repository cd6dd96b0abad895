import Foundation
import Quantities
import Training

@testable import Optimization
@testable import ScalingModel

extension ShapeInstance {
    /// What the question asks, of a plan: seconds, accelerators, or effective compute.
    func value(of plan: PricedPlan) -> Double {
        switch question.given {
        case .gpusAndFlop: plan.total.value
        case .flopAndTime: Double(plan.gpusGiven)
        case .gpusAndTime: question.bought(plan)
        }
    }
}

/// The answer to a small question of a free shape, from lists of all shapes and all plans.
///
/// No bound, no order, no inverse of a law: the loss is inverted by bisection, and ranges of batch are
/// walked.
struct ShapeOracle {
    let instance: ShapeInstance
    private var question: PlanningQuestion { instance.question }

    init(_ instance: ShapeInstance) { self.instance = instance }

    static func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }

    /// The best value with its plan; nil where no shape has a plan.
    func best() throws -> (value: Double, shape: LayerStack)? {
        var best: (value: Double, shape: LayerStack)?
        for shape in try shapes() {
            guard let value = value(shape) else { continue }
            let isBetter: Bool
            if case .gpusAndTime = question.given {
                isBetter = value > best?.value ?? 0
            } else {
                isBetter = value < best?.value ?? .infinity
            }
            if isBetter { best = (value, shape) }
        }
        return best
    }

    /// Every shape of the grid, and the law's own.
    private func shapes() throws -> [LayerStack] {
        guard case .free(let freedom) = question.shape else { return [] }
        var shapes: Set<LayerStack> = []
        let experts: Int = if case .fixed(let number) = question.laws.sparsity { number } else { 1 }
        for width in ShapeInstance.widths {
            for ratio in freedom.ratios {
                for layers in ShapeInstance.depths {
                    let shape = try LayerStack(
                        width: width, feedForwardWidth: ratio * width, layers: layers, experts: experts)
                    if freedom.depthRange.contains(question.value(of: shape).depthRatio) {
                        shapes.insert(shape)
                    }
                }
            }
        }
        switch question.given {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _):
            shapes.insert(try Planner(question).grid.shape(flop: flop))
        case .gpusAndTime:
            var law = question
            law.shape = .law
            if let plan = try Planner(law).answer().best { shapes.insert(plan.run.shape) }
        }
        return Array(shapes)
    }

    private func value(_ shape: LayerStack) -> Double? {
        switch question.given {
        case .gpusAndFlop(_, let flop):
            guard let run = run(shape, target: flop) else { return nil }
            return plan(run, gpus: instance.gpus).map { $0.step * run.steps }
        case .flopAndTime(let flop, _):
            guard let run = run(shape, target: flop) else { return nil }
            return plan(run, gpus: instance.gpus)?.gpus
        case .gpusAndTime(_, let time): return largest(shape, time: time.value)
        }
    }

    private func plan(_ run: TrainingRun, gpus: Int) -> (step: Double, gpus: Double)? {
        let instance = RandomInstance(question, run: run, gpus: gpus)
        return BruteForce(instance).best.map { (instance.model.price($0.plan).step, Double($0.cluster)) }
    }

    private func run(_ shape: LayerStack, flop: Double) -> TrainingRun {
        TrainingRun(
            shape: shape, batchSequences: question.laws.batchSequences(flop: flop, shape: shape),
            sequenceLength: question.laws.sequenceLength, flop: flop)
    }

    /// The run that reaches the target's loss, by bisection on the compute; nil where the rules forbid it.
    private func run(_ shape: LayerStack, target: Double) -> TrainingRun? {
        let value = question.value(of: shape)
        let wanted = question.effectiveCompute.reducible(flop: target)
        guard value.reducible(flop: ComputeRange.most) < wanted else { return nil }
        var (low, high) = (log(1.0), log(ComputeRange.most))
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if value.reducible(flop: exp(middle)) > wanted { low = middle } else { high = middle }
        }
        // The exact inverse, so that both have the same batch and the same steps.
        guard let flop = value.flop(reducible: wanted), abs(log(flop) - high) < 1e-6,
            flop >= ComputeRange.least, isAllowed(shape, flop: flop, target: target)
        else { return nil }
        return run(shape, flop: flop)
    }

    private func isAllowed(_ shape: LayerStack, flop: Double, target: Double) -> Bool {
        guard case .free(let freedom) = question.shape, freedom.data == .atLeastLaw else { return true }
        if let own = try? Planner(question).grid.shape(flop: target), own == shape { return true }
        return flop / shape.flopPerToken >= question.laws.tokensPerParameter * shape.parameters
    }

    /// The most effective compute of a shape: each range of constant batch has its own fastest step.
    private func largest(_ shape: LayerStack, time: Double) -> Double? {
        var law = question
        law.shape = .law
        guard case .free(let freedom) = question.shape else { return nil }
        let own = (try? Planner(law).answer().best)??.run.shape
        var least = ComputeRange.least
        if freedom.data == .atLeastLaw, own != shape { least = max(least, question.laws.lawFlop(of: shape)) }
        let most = Double(instance.gpus) * question.machine.compute.peak.value * time
        guard least <= most else { return nil }
        let ranges = WidthGrid(only: shape, laws: question.laws)
            .constantRanges(in: least...most, laws: question.laws)
        var largest: Double?
        for range in ranges {
            let run = run(shape, flop: range.lowest)
            guard let found = plan(run, gpus: instance.gpus), found.step * run.steps <= time else { continue }
            let flop = min(
                range.highest, run.shape.flopPerToken * Double(run.batchTokens) * time / found.step)
            let bought = question.effectiveCompute.flop(
                reducible: question.value(of: shape).reducible(flop: flop))
            largest = max(largest ?? 0, bought)
        }
        return largest
    }
}
