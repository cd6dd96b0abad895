import Files
import Planning
import Quantities
import Testing
import Training
import TransformerModel

/// Explanations of answers about a small transformer.
@Suite struct TransformerExplanationTests {
    private static func answer(
        gpus: Int = 32, hardware: String = "h100-sxm-80gb", model: String = "llama-3-8b"
    ) throws -> TransformerAnswer {
        let question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry(model).model),
            machine: try HardwareLookup.entry(hardware).machine, given: .gpus(gpus), globalBatch: 128)
        return try TransformerPlanner(question).answer()
    }

    @Test("Held elasticities are the change of the step for a small change; capacity changes nothing")
    func heldElasticities() throws {
        let answer = try Self.answer()
        let best = try #require(answer.best)
        for row in TransformerExplanation(answer).sensitivities {
            func step(_ factor: Double) -> Double {
                let machine = row.number.scaled(answer.question.machine, by: factor)
                return TransformerStepModel(job: answer.question.job, machine: machine)
                    .step(best.layout).total.value
            }
            let difference = (step(1.001) - step(0.999)) / step(1) / 0.002
            #expect(abs(row.held.value - difference) < 1e-4, "\(row.number.key)")
            if row.number.key == "hbm.capacity" { #expect(row.held.value == 0) }
            let grows = row.number.key.hasSuffix("latency")
            #expect(grows ? row.held.value >= 0 : row.held.value <= 0, "\(row.number.key)")
            let (low, high) = (try #require(row.low.value), try #require(row.high.value))
            #expect(row.low.isProved && row.high.isProved)
            let step = best.step.total.value
            #expect(grows ? low <= step && step <= high : high <= step && step <= low, "\(row.number.key)")
        }
    }

    @Test("A layout that lacks memory is told how much would do")
    func memoryFactor() throws {
        let answer = try Self.answer(gpus: 1, hardware: "a100-sxm-40gb", model: "llama-3-70b")
        #expect(answer.best == nil)
        let factor = try #require(TransformerExplanation(answer).memoryFactor)
        func fits(_ factor: Double) throws -> Bool {
            var question = answer.question
            question.machine.memory.capacity = question.machine.memory.capacity * factor
            return try TransformerPlanner(question).answer().best != nil
        }
        #expect(try fits(factor))
        #expect(try !fits(factor / 1.011))
    }

    @Test("A layout that is too slow for the time given cannot do the run, nor one that overfills the host")
    func cannotRun() throws {
        let flop = 1e22
        var question = try Self.answer().question
        question.given = .flopAndTime(flop: flop, time: Seconds(10 * 86_400))
        let answer = try TransformerPlanner(question).answer()
        let best = try #require(answer.best)
        #expect(LayoutVerdict(best.layout, name: "best", for: answer).problems.isEmpty)
        var slow = best.layout
        slow.recomputation = .full
        slow.microbatch = 1
        slow.data = 1
        let verdict = LayoutVerdict(slow, name: "slow", for: answer)
        #expect(verdict.priced != nil)
        #expect(verdict.problems.contains { $0.contains("too slow") }, "\(verdict.problems)")
        var hosted = best.layout
        hosted.offload = .optimizer
        question.machine.host = HostLink(
            oneWayBandwidth: BytesPerSecond(32e9), memoryBandwidth: BytesPerSecond(50e9), capacity: Bytes(1e6)
        )
        let model = TransformerStepModel(job: question.job, machine: question.machine)
        let priced = PricedLayout(layout: hosted, step: model.step(hosted), memory: model.memory(hosted))
        let reasons = question.shortfalls(of: priced, gpus: answer.gpusGiven, model: model)
        #expect(reasons.contains { $0.description.contains("host's memory") }, "\(reasons)")
    }

    @Test("The best layout is as good as itself, others are no better, and what cannot run says why")
    func verdicts() throws {
        let answer = try Self.answer()
        let best = try #require(answer.best)
        let model = TransformerStepModel(job: answer.question.job, machine: answer.question.machine)
        let own = LayoutVerdict(best.layout, name: "best", for: answer)
        #expect(own.problems.isEmpty && own.remarks.isEmpty && own.priced == best)
        for fields in [[("tp", "8")], [("pp", "2"), ("tp", "2")], [("zero", "3")], [("microbatch", "4")]] {
            let partial = try PartialLayout(fields: fields.map { (name: $0.0, value: $0.1) })
            let layout = try partial.completed(by: best.layout, gpus: 32, model: model)
            #expect(layout.gpus == 32)
            let verdict = LayoutVerdict(layout, name: "other", for: answer)
            #expect(verdict.problems.isEmpty, "\(fields): \(verdict.problems)")
            #expect((verdict.priced?.step.total ?? .zero) >= best.step.total, "\(fields)")
        }
        let odd = try PartialLayout(fields: [(name: "tp", value: "5")])
            .completed(by: best.layout, gpus: 32, model: model)
        #expect(!LayoutVerdict(odd, name: "odd", for: answer).problems.isEmpty)
        for (name, value) in [("tp_model", "5"), ("global_batch", "64"), ("sequence_parallel", "banana")] {
            #expect(throws: ExplainError.self) { try PartialLayout(fields: [(name: name, value: value)]) }
        }
        #expect(throws: ExplainError.self) {
            try PartialLayout(fields: [(name: "tp", value: "2"), (name: "tensor", value: "4")])
        }
    }
}
