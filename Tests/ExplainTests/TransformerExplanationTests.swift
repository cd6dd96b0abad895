import Files
import Foundation
import Optimization
import Planning
import Quantities
import Testing
import Training
import TransformerModel

/// Explanations of answers about a small transformer.
@Suite struct TransformerExplanationTests {
    private typealias LayoutExplanation = Explanation<TransformerQuestion>

    private static func question(
        _ given: TransformerGiven = .gpus(32), hardware: String = "h100-sxm-80gb",
        model: String = "llama-3-8b"
    ) throws -> TransformerQuestion {
        TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry(model).model),
            machine: try HardwareLookup.entry(hardware).machine, given: given, globalBatch: 128)
    }

    private static func explained(
        _ question: TransformerQuestion, _ fill: (inout LayoutExplanation.Request) -> Void = { _ in }
    ) throws -> LayoutExplanation {
        var request = LayoutExplanation.Request()
        fill(&request)
        return try LayoutExplanation(
            try TransformerPlanner(question).answer(), to: question, request: request)
    }

    @Test("Held elasticities are the change of the step for a small change; capacity changes nothing")
    func heldElasticities() throws {
        let question = try Self.question()
        let explanation = try Self.explained(question)
        let best = try #require(explanation.best)
        for row in explanation.sensitivities {
            guard let held = row.held else { continue }
            func step(_ factor: Double) -> Double {
                let machine = row.knob.scaled(by: factor, on: question.machine)
                return TransformerStepModel(job: question.job, machine: machine)
                    .step(best.layout).total.value
            }
            let difference = (step(1.001) - step(0.999)) / step(1) / 0.002
            #expect(abs(held.value - difference) < 1e-4, "\(row.knob.key)")
            if row.knob == .memoryCapacity { #expect(held.value == 0) }
            let grows = row.knob.key.hasSuffix("latency")
            #expect(grows ? held.value >= 0 : held.value <= 0, "\(row.knob.key)")
            let (low, high) = (try #require(row.low.value), try #require(row.high.value))
            #expect(row.low.isProved && row.high.isProved)
            let step = best.priced.step.total.value
            #expect(grows ? low <= step && step <= high : high <= step && step <= low, "\(row.knob.key)")
        }
        #expect(explanation.sensitivities.count == question.numbers.count)
    }

    /// What a change of numbers comes to must be what a question with these numbers is answered alone.
    @Test(
        "Every changed number, wildcards included, has the answer of a plan asked alone",
        arguments: [
            TransformerGiven.gpus(32), .gpusAndFlop(gpus: 32, flop: 1e21),
            .flopAndTime(flop: 1e22, time: Seconds(20 * 86_400)),
            .gpusAndTime(gpus: 16, time: Seconds(86_400)),
        ])
    func changesAreAnswersAlone(_ given: TransformerGiven) throws {
        let question = try Self.question(given)
        let links = try Knob.named("network.*.bandwidth", among: question.numbers, on: question.machine)
        #expect(links.count == question.machine.network.count)
        let explanation = try Self.explained(question) {
            $0.changes = [Change(links, by: 2), Change([.memoryCapacity], by: 0.5)]
        }
        let measure = question.measure
        var asked: [(Change, Double?)] = explanation.whatIfs.map { whatIf in
            (whatIf.change, whatIf.again.plan.map { measure.value(of: $0) })
        }
        asked += explanation.sensitivities.map { (Change([$0.knob], by: 2), $0.high.value) }
        for (change, value) in asked {
            var changed = question
            for number in change.numbers {
                changed = try #require(changed.scaled(number, by: change.factor)).question
            }
            let alone = LayoutRun(try TransformerPlanner(changed).answer())
            #expect(value == alone.map { measure.value(of: $0) }, "\(change)")
        }
        #expect(asked.count == 2 + question.numbers.count)
    }

    @Test("What is removed saves what the numbers say: no negative saving, none above the whole step")
    func removals() throws {
        let explanation = try Self.explained(try Self.question())
        let best = try #require(explanation.best)
        let sum = explanation.costs.reduce(0) { $0 + $1.seconds }
        #expect(abs(sum - best.stepSeconds) < 1e-9 * sum)
        #expect(explanation.removals.map(\.saving) == explanation.removals.map(\.saving).sorted(by: >))
        for removal in explanation.removals { #expect((-1e-12...1).contains(removal.saving), "\(removal)") }
        let network = try #require(explanation.removals.first { $0.term == "network_bandwidth" })
        let ideal = Knob.everyNetworkBandwidth.scaled(by: 1e12, on: best.machine)
        #expect(
            network.step
                == TransformerStepModel(job: best.question.job, machine: ideal)
                .step(best.layout).total.value)
    }

    @Test("What lacks memory is told how much would do, and how many accelerators; a little less does not")
    func remedies() throws {
        let question = try Self.question(.gpus(1), hardware: "a100-sxm-40gb", model: "llama-3-70b")
        let explanation = try Self.explained(question)
        #expect(explanation.best == nil && explanation.sensitivities.isEmpty)
        #expect(Set(explanation.remedies.map(\.knob)) == [.memoryCapacity, .gpus])
        for remedy in explanation.remedies {
            func fits(_ factor: Double) throws -> Bool {
                let changed = try #require(question.scaled(remedy.knob, by: factor)).question
                return try TransformerPlanner(changed).answer().best != nil
            }
            #expect(try fits(remedy.factor), "\(remedy.knob)")
            #expect(try !fits(remedy.failing), "\(remedy.knob)")
        }
    }

    @Test("A run that is too large for its time is told what would do")
    func lateRemedies() throws {
        var question = try Self.question(.flopAndTime(flop: 1e27, time: Seconds(3600)))
            .run(by: SoftwareCatalogue.software("megatron-core"))
        question.limits.pipeline = [1, 2]
        let remedies = try Self.explained(question).remedies
        #expect(remedies.contains { $0.knob == .runTime })
        for remedy in remedies {
            let changed = try #require(question.scaled(remedy.knob, by: remedy.factor)).question
            #expect(try TransformerPlanner(changed).answer().best != nil, "\(remedy.knob)")
        }
    }

    @Test("A layout that is too slow for the time given cannot do the run, nor one that overfills the host")
    func cannotRun() throws {
        var question = try Self.question(.flopAndTime(flop: 1e22, time: Seconds(10 * 86_400)))
        let answer = try TransformerPlanner(question).answer()
        let best = try #require(LayoutRun(answer))
        func verdict(_ layout: TrainingLayout) throws -> PlanVerdict<LayoutRun> {
            try #require(
                try question.verdict(on: GivenLayout("it", .all(layout)), beside: best, others: []))
        }
        #expect(try verdict(best.layout).violations.isEmpty)
        var slow = best.layout
        slow.recomputation = .full
        slow.microbatch = 1
        slow.data = 1
        let late = try verdict(slow)
        #expect(late.plan != nil)
        #expect(late.violations.contains { $0.contains("too slow") }, "\(late.violations)")
        var hosted = best.layout
        hosted.offload = .optimizer
        question.machine.host = HostLink(
            oneWayBandwidth: BytesPerSecond(32e9), memoryBandwidth: BytesPerSecond(50e9), capacity: Bytes(1e6)
        )
        let reasons = try verdict(hosted).violations
        #expect(reasons.contains { $0.contains("host's memory") }, "\(reasons)")
    }

    @Test("The best layout is as good as itself, others are no better, and what cannot run says why")
    func verdicts() throws {
        let question = try Self.question()
        let texts = [
            [("tp", "8")], [("pp", "2"), ("tp", "2")], [("zero", "3")], [("microbatch", "4")], [("tp", "5")],
        ]
        let explanation = try Self.explained(question) { request in
            request.changes = []
            request.plans = texts.compactMap { fields in
                let partial = try? PartialLayout(fields: fields.map { (name: $0.0, value: $0.1) })
                return partial.map { GivenLayout("\(fields)", .some($0)) }
            }
        }
        let best = try #require(explanation.best)
        let own = try question.verdict(on: GivenLayout("best", .all(best.layout)), beside: best, others: [])
        #expect(own?.violations == [] && own?.remarks == [] && own?.plan?.priced == best.priced)
        #expect(explanation.verdicts.count == texts.count)
        for (verdict, conditioned) in zip(explanation.verdicts, explanation.conditioned).dropLast() {
            #expect(verdict.violations.isEmpty, "\(verdict.name): \(verdict.violations)")
            let held = try #require(verdict.plan)
            #expect(held.gpus == 32)
            // Decisions held: never better than the best with the decisions that are given, and that never than all.
            let chosen = try #require(conditioned?.plan, "\(verdict.name)")
            #expect(chosen.stepSeconds <= held.stepSeconds && best.stepSeconds <= chosen.stepSeconds)
        }
        #expect(explanation.verdicts.last?.violations.isEmpty == false)
        #expect(explanation.conditioned.last??.plan == nil)
        for (name, value) in [("tp_model", "5"), ("global_batch", "64"), ("sequence_parallel", "banana")] {
            #expect(throws: ExplainError.self) { try PartialLayout(fields: [(name: name, value: value)]) }
        }
        #expect(throws: ExplainError.self) {
            try PartialLayout(fields: [(name: "tp", value: "2"), (name: "tensor", value: "4")])
        }
    }

    @Test("The searches of an explanation end with its clock, and what is not proved says so")
    func limited() throws {
        let question = try Self.question(.gpus(256), model: "mixtral-8x22b")
        let answer = try TransformerPlanner(question).answer()
        var request = LayoutExplanation.Request()
        request.clock = SearchClock(limit: Seconds(0.2))
        let start = ContinuousClock.now
        _ = try LayoutExplanation(answer, to: question, request: request)
        #expect(ContinuousClock.now - start < .seconds(3))
        let quick = try Self.explained(try Self.question()) { $0.clock = SearchClock(limit: Seconds(0)) }
        #expect(
            quick.sensitivities.allSatisfy { !$0.low.isProved && !$0.high.isProved && $0.low.value == nil })
    }
}
