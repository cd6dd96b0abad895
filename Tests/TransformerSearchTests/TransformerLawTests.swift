import Files
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Laws of answers about transformers, on random models and machines.
@Suite struct TransformerLawTests {
    /// A question with the accelerators given.
    private static func question(
        _ model: Transformer, _ machine: Accelerator, _ given: TransformerGiven, batch: Int
    ) -> TransformerQuestion {
        TransformerQuestion(
            job: TrainingJob(model: model), machine: machine, given: given, globalBatch: batch)
    }

    /// Seconds of an answer's run.
    private static func total(_ answer: TransformerAnswer) -> Seconds? {
        guard let step = answer.best?.step.total, let steps = answer.steps else { return nil }
        return step * steps
    }

    @Test("No better machine has a slower best layout", arguments: 0..<12)
    func betterMachine(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(7000 + seed))
        var compared = 0
        for _ in 0..<4 {
            let model = SmallQuestions.transformer(&random)
            var machine = try SmallQuestions.machine(&random)
            machine.memory.capacity = machine.memory.capacity * 3
            let gpus = [6, 8, 12, 16, 24].randomElement(using: &random) ?? 8
            let given = TransformerGiven.gpus(gpus)
            let before = try TransformerPlanner(Self.question(model, machine, given, batch: 24)).answer()
            guard let best = before.best else { continue }
            for (what, other) in SmallQuestions.better(machine) {
                let after = try TransformerPlanner(Self.question(model, other, given, batch: 24)).answer()
                let seconds = try #require(after.best, "\(what) \(seed)").step.total.value
                compared += 1
                // Cuts that are not proved the shortest are within the gap that is stated.
                let slack = max(1e-12, after.certificate.gap ?? 0)
                #expect(seconds <= best.step.total.value * (1 + slack) / (1 - slack), "\(what) \(seed)")
            }
        }
        #expect(compared > 0)
    }

    @Test("Memory without end gives the layout of more memory than any needs", arguments: 0..<12)
    func endlessMemory(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(7100 + seed))
        let model = SmallQuestions.transformer(&random)
        var machine = try SmallQuestions.machine(&random)
        var layouts: [TrainingLayout?] = []
        for bytes in [1e15, Double.infinity] {
            machine.memory.capacity = Bytes(bytes)
            let question = Self.question(model, machine, .gpus(8 + 4 * seed), batch: 24)
            let answer = try TransformerPlanner(question).answer()
            #expect(answer.certificate.gap ?? 0 == 0 && question.headroom.value.isFinite)
            layouts.append(try #require(answer.best).layout)
        }
        #expect(layouts[0] == layouts[1])
    }

    @Test("What 'how many accelerators' and 'how long' answer, given as input, returns it", arguments: 0..<12)
    func askBack(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(8000 + seed))
        let model = SmallQuestions.transformer(&random)
        var machine = try SmallQuestions.machine(&random)
        machine.memory.capacity = machine.memory.capacity * 3
        let gpus = [6, 8, 12, 16].randomElement(using: &random) ?? 8
        let flop = 1e19 * Double.random(in: 1...20, using: &random)
        let timed = try TransformerPlanner(
            Self.question(model, machine, .gpusAndFlop(gpus: gpus, flop: flop), batch: 24)
        ).answer()
        let time = try #require(Self.total(timed), "\(seed)")
        // With a little more than the time that it takes, no more accelerators are asked for.
        let counted = try TransformerPlanner(
            Self.question(
                model, machine, .flopAndTime(flop: flop, time: time * (1 + 1e-9)), batch: 24)
        ).answer()
        let given = counted.gpusGiven
        #expect(counted.best != nil && given <= gpus, "\(seed)")
        let back = try TransformerPlanner(
            Self.question(model, machine, .gpusAndFlop(gpus: given, flop: flop), batch: 24)
        ).answer()
        #expect(try #require(Self.total(back)) <= time * (1 + 1e-6), "\(seed)")
        // And the largest run in that time is this one, up to the step that does not fit any more.
        let largest = try TransformerPlanner(
            Self.question(
                model, machine, .gpusAndTime(gpus: gpus, time: time * (1 + 1e-9)), batch: 24)
        ).answer()
        let most = try #require(largest.flop, "\(seed)")
        #expect(most >= flop * (1 - 1e-6) && most <= flop * (1 + 1e-2), "\(seed)")
    }
}
