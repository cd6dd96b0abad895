import Files
import GLPKSolver
import GLPKSolver
import Optimization
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// ``BatchSearch`` against each batch asked alone, and ``IdleAccelerators``.
@Suite struct BatchSearchTests {
    private static func question(_ random: inout SplitMix64) throws -> TransformerQuestion {
        let model = SmallQuestions.transformer(&random)
        let machine = try SmallQuestions.machine(&random)
        let gpus = [3, 4, 6, 8, 12].randomElement(using: &random) ?? 4
        let flop = model.modelFlop(counting: .full).value * 5_000
        let given: TransformerGiven =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .gpus(gpus)
            case 1: .gpusAndFlop(gpus: gpus, flop: flop)
            case 2: .gpusAndTime(gpus: gpus, time: Seconds(1e5))
            default: .flopAndTime(flop: flop, time: Seconds(60))
            }
        return TransformerQuestion(
            job: TrainingJob(model: model), machine: machine, given: given, globalBatch: 1)
    }

    @Test("The best batch of a range is the best of all asked alone, and the proof is of all")
    func bestOfAll() throws {
        var random = SplitMix64(seed: 41)
        var answered = 0
        for _ in 0..<60 {
            let question = try Self.question(&random)
            let low = Int.random(in: 1...20, using: &random)
            let batches = Array(low...(low + Int.random(in: 1...6, using: &random)))
            let found = try BatchSearch(question, batches: batches).answer(until: .unlimited)
            var best: TransformerAnswer?
            for batch in batches {
                var asked = question
                asked.globalBatch = batch
                let alone = try TransformerPlanner(asked).answer()
                if best.map({ !$0.isNoWorse(than: alone) }) ?? true { best = alone }
            }
            let expected = try #require(best)
            #expect((found.best == nil) == (expected.best == nil))
            guard let layout = found.best, let other = expected.best else { continue }
            answered += 1
            #expect(found.question.globalBatch == expected.question.globalBatch)
            #expect(layout == other)
            #expect(found.gpusGiven == expected.gpusGiven && found.flop == expected.flop)
            #expect(found.certificate.isOptimal)
            #expect(found.certificate.searches >= batches.count)
        }
        #expect(answered > 30)
    }

    @Test("As many layouts as are wanted, of the best batch; nothing is proved where the time is up")
    func wantedAndLimit() throws {
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry("llama-3-8b").model),
            machine: try HardwareLookup.entry("h100-sxm-80gb").machine, given: .gpus(16), globalBatch: 1)
        question.wanted = 3
        let search = try BatchSearch(question, batches: [16, 32])
        let found = try search.answer(until: .unlimited)
        var alone = question
        alone.globalBatch = found.question.globalBatch
        #expect(found.layouts == (try TransformerPlanner(alone).answer().layouts))
        let cut = try search.answer(until: SearchClock(limit: .zero))
        #expect(!cut.certificate.isOptimal && cut.certificate.bound == nil && cut.best != nil)
    }

    @Test("The batches of a range are few, in it, and its ends among them")
    func candidates() {
        for (low, high) in [(1, 1), (1, 33), (1, 34), (7, 4096), (1024, 4096), (1, 1 << 24)] {
            let (batches, step) = BatchSearch.batches(in: low...high)
            #expect(batches.first == low && batches.last == high && batches.count <= BatchSearch.most)
            #expect(batches.dropFirst().dropLast().allSatisfy { $0.isMultiple(of: step) })
            #expect(batches == Set(batches).sorted())
            #expect(step == 1 ? batches.count == high - low + 1 : batches.count > BatchSearch.most / 3)
        }
    }

    @Test("An engine that fails for any batch is an error")
    func failure() throws {
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry("llama-3-8b").model),
            machine: try HardwareLookup.entry("h100-sxm-80gb").machine, given: .gpus(8), globalBatch: 16)
        question.engine = .mip
        let search = try BatchSearch(question, batches: [16, 32])
        #expect(throws: EngineError.noSolver) { try search.answer(until: .unlimited) }
    }

    @Test("A batch that uses every accelerator is found, the nearest first, and is quicker a sequence")
    func idle() throws {
        let job = TrainingJob(model: try ModelLookup.entry("llama-3-8b").model)
        let machine = try HardwareLookup.entry("h100-sxm-80gb").machine
        func answer(_ batch: Int) throws -> TransformerAnswer {
            var question = TransformerQuestion(
                job: job, machine: machine, given: .gpus(24), globalBatch: batch)
            // So that all ranks are replicas.
            (question.limits.tensor, question.limits.pipeline, question.limits.context) = ([1], [1], [1])
            return try TransformerPlanner(question).answer()
        }
        let uneven = try answer(64)
        let best = try #require(uneven.best)
        #expect(best.layout.gpus < 24)
        let found = IdleAccelerators(uneven, until: .unlimited)
        let idle = try #require(found)
        #expect(idle.count == 24 - best.layout.gpus && idle.given == 24)
        let remedy = try #require(idle.remedy)
        let alone = try #require(try answer(remedy.batch).best)
        #expect(alone == remedy.layout && alone.layout.gpus == 24)
        let speedup = best.step.total.value / 64 * Double(remedy.batch) / alone.step.total.value
        #expect(abs(remedy.speedup - speedup) < 1e-12 && speedup > 1)
        for nearer in idle.looked.prefix(while: { $0 != remedy.batch }) {
            let other = try answer(nearer)
            #expect(
                other.best.map {
                    $0.layout.gpus < 24 || $0.step.total.value / Double(nearer) >= best.step.total.value / 64
                }
                    ?? true)
        }
        #expect(try IdleAccelerators(answer(remedy.batch), until: .unlimited) == nil)
        var byMasters = uneven.question
        byMasters.engine = .mip
        let answered = try TransformerPlanner(byMasters, solver: GLPKSolver()).answer()
        let again = try #require(IdleAccelerators(answered, until: .unlimited)?.remedy)
        #expect(again.batch == remedy.batch && again.layout == remedy.layout)
    }
}
