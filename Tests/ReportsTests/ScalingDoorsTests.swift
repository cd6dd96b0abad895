import Files
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel
import TestSupport
import Testing
import Training

/// One plan of the scaling model has one price, whoever asks for it: a search with every decision fixed, a row of a
/// table, a plan written down for an explanation, and the library.
@Suite struct ScalingDoorsTests {
    /// Machines with two and with four network levels.
    static let doors: [(hardware: String, overrides: [String])] = [
        ("h100-sxm", []), ("mi250x-gcd", []),
        (
            "h100-sxm",
            [
                "network.+={name: pod, size_below: 32, bandwidth_one_way: 25GB/s, latency: 3us}",
                "network.+={name: site, size_below: 64, bandwidth_one_way: 5GB/s, latency: 1ms}",
            ]
        ),
    ]

    private static func plan(_ run: TrainingRun, levels: Int, _ random: inout SplitMix64) -> Plan {
        func degree(of whole: Int) -> Int {
            Divisors.all(of: whole).filter { $0 <= 64 }.randomElement(using: &random) ?? 1
        }
        /// The degree spread over the levels at random.
        func spread(_ degree: Int) -> [Int] {
            var rest = degree
            var factors: [Int] = []
            for _ in 1..<levels {
                let factor = Divisors.all(of: rest).filter { $0 <= 8 }.randomElement(using: &random) ?? 1
                factors.append(factor)
                rest /= factor
            }
            return factors + [rest]
        }
        let pipeline = degree(of: run.shape.layers)
        let tokens = run.batchTokens / run.shape.experts
        let data = degree(of: tokens)
        return Plan(
            placement: Placement(
                tensorModel: spread(degree(of: run.shape.width)),
                tensorFeedForward: spread(degree(of: run.shape.feedForwardWidth)),
                pipeline: spread(pipeline), expert: spread(degree(of: run.shape.experts)),
                data: spread(data)),
            microbatches: degree(of: tokens / data),
            interleave: degree(of: run.shape.layers / pipeline),
            schedule: Bool.random(using: &random) ? .zeroBubble : .oneForwardOneBackward)
    }

    private static func lists(_ placement: Placement) -> [(String, [Int])] {
        [
            ("tp_model", placement.tensorModel), ("tp_ff", placement.tensorFeedForward),
            ("pp", placement.pipeline), ("ep", placement.expert), ("dp", placement.data),
        ]
    }

    private static func decisions(_ plan: Plan) -> [(name: String, value: String)] {
        [
            (name: "microbatches", value: "\(plan.microbatches)"),
            (name: "interleave", value: "\(plan.interleave)"),
            (name: "zero_bubble", value: plan.schedule == .zeroBubble ? "yes" : "no"),
        ]
    }

    private static func row(_ plan: Plan, _ run: TrainingRun) -> [(String, String)] {
        let shape = run.shape
        let factors = lists(plan.placement).map {
            ("\($0.0)_by_level", $0.1.map(String.init).joined(separator: "/"))
        }
        return [
            ("d_model", "\(shape.width)"), ("d_ff", "\(shape.feedForwardWidth)"),
            ("layers", "\(shape.layers)"), ("sparsity", "\(shape.experts)"),
            ("batch_sequences", "\(run.batchTokens / run.sequenceLength)"),
            ("seq_len", "\(run.sequenceLength)"),
        ] + factors
            + [
                ("microbatches", "\(plan.microbatches)"), ("interleave", "\(plan.interleave)"),
                ("zero_bubble", plan.schedule == .zeroBubble ? "1" : "0"),
            ]
    }

    @Test("Plan, evaluate, explain and library: same step, same memory, same verdict", arguments: doors)
    func agree(_ door: (hardware: String, overrides: [String])) throws {
        var random = SplitMix64(seed: 7)
        let machine = try HardwareLookup.entry(door.hardware, overrides: door.overrides).machine
        var drawn: [(PlanningQuestion, PricedPlan)] = []
        for flop in [1e23, 1e26] {
            let question = PlanningQuestion(
                machine: machine, given: .gpusAndFlop(gpus: 1 << 40, flop: flop),
                laws: WorkloadLaws(sparsity: .sparse))
            let run = try Planner(question).run(flop: flop)
            let model = StepModel(
                machine: machine, shape: run.shape, batchTokens: run.batchTokens,
                settings: question.settings)
            for _ in 0..<20_000 {
                let plan = Self.plan(run, levels: machine.network.count, &random)
                let isLegal: Void? = try? plan.check(
                    shape: run.shape, batchTokens: run.batchTokens, machine: machine)
                if isLegal != nil { drawn.append((question, PricedPlan(run: run, plan: plan, model: model))) }
            }
        }
        #expect(drawn.count > 250, "\(drawn.count) legal draws")
        drawn = Array(drawn.prefix(2_000))
        let rows = drawn.map { Self.row($0.1.plan, $0.1.run) }
        let text = ([rows[0].map(\.0)] + rows.map { $0.map(\.1) }).map { $0.joined(separator: ",") }
        let evaluated = try Evaluation(
            table: CSVTable(text: text.joined(separator: "\n"), place: "rows"), hardware: door.hardware,
            overrides: door.overrides, accounting: .corrected
        ).run()
        #expect(evaluated.failures == 0)
        for (index, (question, own)) in drawn.enumerated() {
            let plan = own.plan
            let record = evaluated.records[index]
            func number(_ name: String) -> Field.Value? { record.last { $0.name == name }?.value }
            #expect(number("step_seconds") == .number(own.price.step), "\(plan)")
            #expect(number("memory_bytes") == .number(own.memory.value), "\(plan)")
            let capacity = machine.memory.capacity * Double(plan.gpus)
            let fits = own.memory <= capacity
            #expect(number("fits") == .integer(fits ? 1 : 0), "\(plan)")
            let written = try PartialPlan(
                fields: Self.lists(plan.placement).map {
                    (name: "\($0.0)_by_level", value: $0.1.map(String.init).joined(separator: "/"))
                } + Self.decisions(plan))
            let verdict = try question.verdict(on: written, beside: own, others: [])
            #expect(verdict?.plan?.plan == plan && verdict?.plan?.price == own.price, "\(plan)")
            #expect(verdict?.plan?.memory == own.memory, "\(plan)")
            #expect(verdict?.violations.isEmpty == fits, "\(plan): \(verdict?.violations ?? [])")
            // A search is held to degrees, and lays them out in the fastest way; so does an explanation.
            guard fits, index.isMultiple(of: 20), machine.network.count == 2 else { continue }
            let degrees = Self.lists(plan.placement).map { (name: $0.0, value: "\($0.1.product)") }
            var fixed = question
            fixed.limits = try PlanLimits(
                reading: (degrees + Self.decisions(plan)).map { "\($0.name)=\($0.value)" })
            let best = try #require(try Planner(fixed).answer().best, "\(plan)")
            #expect(best.price.step <= own.price.step, "\(plan)")
            let again = try question.verdict(
                on: try PartialPlan(fields: degrees + Self.decisions(plan)), beside: own, others: [])
            #expect(again?.plan?.price.step == best.price.step, "\(plan)")
        }
    }
}
