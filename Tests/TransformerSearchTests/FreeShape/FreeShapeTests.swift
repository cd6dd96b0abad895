import Files
import Foundation
import GLPKSolver
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Searches over shapes and layouts of a family.
@Suite struct FreeShapeTests {
    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 240, by: 20).map { $0..<($0 + 20) }

    private static func isClose(_ one: [Double], _ other: [Double]) -> Bool {
        zip(one, other).allSatisfy { abs($0 - $1) <= 1e-9 * max(abs($0), abs($1)) }
    }

    @Test(
        "240 small questions: the search over shapes finds what every shape asked by itself has",
        arguments: chunks)
    func everyShape(seeds: Range<UInt64>) throws {
        for seed in seeds {
            let instance = try FamilyInstance(seed: seed, kind: Int(seed % 3))
            let answer = try TransformerPlanner(instance.question).answer()
            let expected = try FamilyOracle(instance: instance) { try TransformerPlanner($0).answer() }.best()
            #expect(answer.certificate.shapes?.open == 0, "seed \(seed)")
            #expect(answer.certificate.isOptimal == (answer.best != nil), "seed \(seed)")
            guard let found = instance.objective(answer) else {
                #expect(expected == nil && !answer.infeasibility.isEmpty, "seed \(seed)")
                continue
            }
            let other = try #require(expected, "seed \(seed)")
            #expect(Self.isClose(found, other), "seed \(seed): \(found) \(other)")
        }
    }

    @Test("The small questions are of every kind, with plans and without, dense and with experts")
    func coverage() throws {
        var kinds: [String: Int] = [:]
        for seed in UInt64(0)..<240 {
            let instance = try FamilyInstance(seed: seed, kind: Int(seed % 3))
            let answer = try TransformerPlanner(instance.question).answer()
            kinds["\(seed % 3) \(answer.best != nil)", default: 0] += 1
            kinds[instance.question.job.model.experts == nil ? "dense" : "experts", default: 0] += 1
            if let best = answer.best {
                let isNamed = answer.member.job.model == instance.question.job.model
                kinds[isNamed ? "named" : "other shape", default: 0] += 1
                if best.layout.gpus > 1 { kinds["several", default: 0] += 1 }
            }
        }
        for kind in ["0 true", "1 true", "2 true", "0 false", "dense", "experts", "other shape", "several"] {
            #expect(kinds[kind, default: 0] >= 10, "\(kind) \(kinds)")
        }
    }

    @Test(
        "36 questions: every legal layout of every shape, priced one by one, has no better one",
        arguments: 0..<12)
    func everyLayout(chunk: UInt64) throws {
        for seed in (3 * chunk)..<(3 * chunk + 3) {
            var instance = try FamilyInstance(
                seed: 5000 + seed, kind: seed.isMultiple(of: 2) ? 0 : 2, gpus: [2, 3, 4])
            instance.question.batchLaw = nil
            instance.question.globalBatch = 4
            instance.question.family?.grid.layers = [1, 2]
            instance.question.family?.grid.widths = [128, 256]
            let answer = try TransformerPlanner(instance.question).answer()
            let expected = try FamilyOracle(instance: instance) { question in
                let model = TransformerStepModel(job: question.job, machine: question.machine)
                var list = ExhaustiveLayouts(
                    model: model, gpus: instance.gpus, globalBatch: question.globalBatch)
                list.limits = question.limits
                let best = list.search().best
                return TransformerAnswer(
                    question: question, layouts: best.map { [$0] } ?? [], certificate: .unsearched,
                    infeasibility: [], flop: question.flopGiven(best), gpusGiven: instance.gpus)
            }.best()
            guard let found = instance.objective(answer) else {
                #expect(expected == nil, "seed \(seed)")
                continue
            }
            let other = try #require(expected, "seed \(seed)")
            #expect(Self.isClose(found, other), "seed \(seed): \(found) \(other)")
        }
    }

    @Test("A free shape is never worse than any shape of the grid asked alone", arguments: 0..<6)
    func neverWorse(seed: UInt64) throws {
        for kind in 0..<3 {
            let instance = try FamilyInstance(seed: 900 + seed, kind: kind)
            let free = instance.objective(try TransformerPlanner(instance.question).answer())
            let family = try #require(instance.question.family)
            for shape in family.shapes(flop: 1e16) {
                var alone = instance
                alone.question.family?.grid.widths = [shape.width]
                alone.question.family?.grid.layers = [shape.layers]
                guard let one = alone.objective(try TransformerPlanner(alone.question).answer()) else {
                    continue
                }
                let best = try #require(free)
                #expect(!one.lexicographicallyPrecedes(best) || Self.isClose(one, best), "\(shape)")
            }
        }
    }

    @Test("No better machine, no more time and no more accelerators make the answer worse", arguments: 0..<8)
    func laws(seed: UInt64) throws {
        var compared = 0
        for kind in 0..<3 {
            var instance = try FamilyInstance(seed: 1700 + seed, kind: kind)
            instance.question.batchLaw = nil
            instance.question.machine.memory.capacity = instance.question.machine.memory.capacity * 3
            guard let before = instance.objective(try TransformerPlanner(instance.question).answer()) else {
                continue
            }
            func check(_ what: String, _ change: (inout TransformerQuestion) -> Void) throws {
                var better = instance
                change(&better.question)
                let after = try #require(
                    better.objective(try TransformerPlanner(better.question).answer()),
                    "\(what) \(seed) \(kind)")
                compared += 1
                #expect(after[0] <= before[0] * (1 + 1e-9), "\(what) \(seed) \(kind): \(before) \(after)")
            }
            for (what, machine) in SmallQuestions.better(instance.question.machine) {
                try check(what) { $0.machine = machine }
            }
            try check("more of what is given") { question in
                switch question.given {
                case .gpus: break
                case .gpusAndFlop(let gpus, let flop):
                    question.given = .gpusAndFlop(gpus: 2 * gpus, flop: flop)
                case .flopAndTime(let flop, let time):
                    question.given = .flopAndTime(flop: flop, time: time * 2)
                case .gpusAndTime(let gpus, let time):
                    question.given = .gpusAndTime(gpus: gpus + 1, time: time * 2)
                }
            }
        }
        #expect(compared > 0)
    }

    @Test("Enumeration and masters agree over all shapes", arguments: 0..<10)
    func engines(seed: UInt64) throws {
        var instance = try FamilyInstance(seed: 40 + seed, kind: Int(seed % 3), gpus: [2, 4])
        instance.question.family?.grid.layers = [1, 2]
        let one = try TransformerPlanner(instance.question).answer()
        var asked = instance.question
        for engine in [Engine.mip, .both] {
            asked.engine = engine
            let other = try TransformerPlanner(asked, solver: GLPKSolver()).answer()
            let (left, right) = (instance.objective(one), instance.objective(other))
            #expect((left == nil) == (right == nil))
            if let left, let right { #expect(Self.isClose(left, right), "\(engine) \(seed)") }
        }
    }

    @Test("A time limit leaves the best so far with a gap that is true")
    func timeLimit() throws {
        // Takes a quarter of a minute.
        var question = try Self.llama(.flopAndTime(flop: 1e24, time: .months(3)), "llama-4-maverick")
        question.timeLimit = Seconds(0.5)
        let start = ContinuousClock.now
        let answer = try TransformerPlanner(question).answer()
        #expect(start.duration(to: .now) < .seconds(4))
        let shapes = try #require(answer.certificate.shapes)
        #expect(shapes.open > 0 && !answer.certificate.isOptimal)
        guard case .fewestGPUs(let bound)? = answer.certificate.bound else { return }
        #expect(bound >= 1)
        if answer.best != nil { #expect(bound <= Double(answer.gpusGiven)) }
    }

    /// The family of a model of the catalogue on H100.
    static func llama(_ given: TransformerGiven, _ name: String = "llama-3-8b") throws -> TransformerQuestion
    {
        let model = try ModelLookup.entry(name).model
        var question = TransformerQuestion(
            job: TrainingJob(model: model), machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine,
            given: given, globalBatch: 512)
        question.family = try TransformerFamily(model)
        return question
    }

    @Test("What is not there yet is refused: a step alone, several layouts, the family of another model")
    func refused() throws {
        let question = try Self.llama(.gpusAndFlop(gpus: 64, flop: 1e22))
        #expect(throws: Never.self) { try question.validate() }
        var step = question
        step.given = .gpus(64)
        #expect(throws: TransformerQuestionError.self) { try step.validate() }
        var several = question
        several.wanted = 2
        #expect(throws: TransformerQuestionError.self) { try several.validate() }
        var other = question
        other.job.model.layers += 1
        #expect(throws: TransformerQuestionError.self) { try other.validate() }
    }
}

extension TransformerQuestion {
    /// The compute of the run that the question gives, or that a layout reaches in the time given.
    fileprivate func flopGiven(_ layout: PricedLayout?) -> Double? {
        switch given {
        case .gpus: nil
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _): flop
        case .gpusAndTime(_, let time): layout.map { time.value / $0.step.total.value * stepFlop }
        }
    }
}
