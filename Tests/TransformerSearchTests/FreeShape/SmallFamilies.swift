import Foundation
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// A small question of a free shape drawn from a seed.
struct FamilyInstance {
    var question: TransformerQuestion
    let gpus: Int

    /// Draws an instance.
    /// - Parameters:
    ///   - seed: decides everything.
    ///   - kind: which question: 0 accelerators and compute, 1 compute and time, 2 accelerators and time.
    ///   - choices: accelerators given, and about as many as are enough in time.
    /// - Throws: where the machine's file cannot be read.
    init(seed: UInt64, kind: Int, gpus choices: [Int] = [2, 4, 6, 8]) throws {
        var random = SplitMix64(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &random)]
        }
        let named = SmallQuestions.transformer(&random)
        var machine = try SmallQuestions.machine(&random)
        machine.memory.capacity = machine.memory.capacity * pick([0.9, 1, 3])
        gpus = pick(choices)
        var grid = FamilyGrid(
            widths: [128, 256, 384], layers: [1, 2, 4], ratios: pick([[1], [0.5, 1]]), parameterFactor: 1e6,
            depthRange: 1e-3...1e3)
        if named.experts != nil { (grid.experts, grid.activeExperts) = ([2, 4], pick([nil, [1, 2]])) }
        if Int.random(in: 0..<4, using: &random) == 0 { grid.keyValueHeads = [1, 2] }
        let family = try TransformerFamily(
            named, grid: grid, penalty: pick([.kaplan, .none]), tokensPerParameter: pick([5, 20, 60]),
            data: pick([.lossOptimal, .lossOptimal, .atLeastCurve]), mostTokens: pick([nil, nil, 4e8]))
        let flop = pick([2e15, 8e15, 4e16])
        var question = TransformerQuestion(
            job: TrainingJob(model: named), machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop),
            globalBatch: pick([8, 12]))
        if Int.random(in: 0..<3, using: &random) == 0 {
            // About 12 sequences of 512 tokens, and another number not far away.
            question.batchLaw = .power(coefficient: 6144 / 1e8, exponent: 0.5)
        }
        question.limits.microbatch = [1, 2, 4]
        question.limits.contextMethods = [.ring]
        let rate = machine.peak(of: question.job.precision).value
        let time = Seconds(flop / rate / Double(gpus) * pick(kind == 1 ? [20, 100, 400] : [6, 20, 100]))
        switch kind {
        case 0: break
        case 1: question.given = .flopAndTime(flop: flop, time: time)
        default: question.given = .gpusAndTime(gpus: gpus, time: time)
        }
        question.family = family
        self.question = question
    }

    /// What the question asks of an answer: seconds, accelerators with seconds, or loss.
    func objective(_ answer: TransformerAnswer) -> [Double]? {
        guard let best = answer.best, let flop = answer.flop, let family = question.family else { return nil }
        let total = answer.member.wallStep(best).value * flop / answer.member.stepFlop
        switch question.given {
        case .gpus, .gpusAndFlop: return [total]
        case .flopAndTime: return [Double(answer.gpusGiven), total]
        case .gpusAndTime:
            return [MemberValue(answer.member.job.model, in: family).reducible(flop: flop)]
        }
    }
}

/// Every shape asked by itself: the oracle of the search over shapes, which shares no bound with it.
struct FamilyOracle {
    let instance: FamilyInstance
    /// Answers the question about one model.
    let asked: (TransformerQuestion) throws -> TransformerAnswer

    private var question: TransformerQuestion { instance.question }

    /// The best objective of any shape; nil where none has a plan.
    func best() throws -> [Double]? {
        let family = try #require(question.family)
        var best: [Double]?
        let flop: Double
        switch question.given {
        case .gpusAndFlop(_, let target), .flopAndTime(let target, _): flop = target
        case .gpus, .gpusAndTime: flop = 1e16
        }
        for shape in family.shapes(flop: flop) {
            let value = MemberValue(shape, in: family)
            let found: [Double]?
            switch question.given {
            case .gpusAndFlop(_, let target), .flopAndTime(let target, _):
                guard let flop = value.flop(reducible: family.reducible(flop: target)) else { continue }
                found = isAllowed(value, flop, family) ? try objective(value, flop) : nil
            case .gpus, .gpusAndTime: found = try largest(value, family)
            }
            guard let found else { continue }
            if let known = best, !found.lexicographicallyPrecedes(known) { continue }
            best = found
        }
        return best
    }

    private func isAllowed(_ value: MemberValue, _ flop: Double, _ family: TransformerFamily) -> Bool {
        let tokens = flop / value.flopPerToken
        if let most = family.mostTokens, tokens > most { return false }
        return family.data == .lossOptimal || tokens >= family.tokensPerParameter * value.activeParameters
    }

    private func objective(_ value: MemberValue, _ flop: Double) throws -> [Double]? {
        instance.objective(try asked(question.about(value.model, flop: flop)))
    }

    /// The largest run of a shape: of each batch that some compute has, as much as the time allows.
    private func largest(_ value: MemberValue, _ family: TransformerFamily) throws -> [Double]? {
        guard case .gpusAndTime(_, let time) = question.given else { return nil }
        var most: Double?
        // Compute in small steps finds every batch of the range; each batch's own answer is exact.
        let ends = (0...400).map { 1e13 * exp(Double($0) / 20) }
        var seen: Set<Int> = []
        for flop in ends {
            var member = question.about(value.model, flop: flop)
            guard seen.insert(member.globalBatch).inserted else { continue }
            member.given = .gpusAndTime(gpus: instance.gpus, time: time)
            guard let step = try asked(member).best.map({ member.wallStep($0).value }) else { continue }
            var reach = time.value / step * member.stepFlop
            if let tokens = family.mostTokens { reach = min(reach, tokens * value.flopPerToken) }
            if question.batchLaw != nil {
                let (low, high) = range(of: member.globalBatch)
                reach = min(reach, high)
                guard reach >= low else { continue }
            }
            guard isAllowed(value, reach, family) else { continue }
            most = max(most ?? 0, reach)
        }
        return most.map { [value.reducible(flop: $0)] }
    }

    /// Compute of which the law gives a batch.
    private func range(of batch: Int) -> (Double, Double) {
        func last(_ isBelow: (Int) -> Bool) -> Double {
            var (low, high) = (1e10, 1e22)
            for _ in 0..<200 {
                let middle = (low * high).squareRoot()
                if isBelow(question.batch(flop: middle)) { low = middle } else { high = middle }
            }
            return low
        }
        return (last { $0 < batch }, last { $0 <= batch })
    }
}
