import Optimization
import Planning
import Quantities
import ScalingModel
import Testing
import Training

@Suite struct PlanVerdictTests {
    private func best(_ question: PlanningQuestion) throws -> PricedPlan {
        try #require(try Planner(question).answer().best)
    }

    private func explanation(_ question: PlanningQuestion, _ fields: [(name: String, value: String)]) throws
        -> Explanation<PlanningQuestion>
    {
        var request = Explanation<PlanningQuestion>.Request()
        request.plans = [try PartialPlan(fields: fields)]
        request.changes = []
        return try Explanation(try Planner(question).answer(), to: question, request: request)
    }

    @Test("The best plan written down by its degrees alone gets a placement that is as fast")
    func placementIsFound() throws {
        let question = try Questions.fast()
        let best = try best(question)
        let plan = best.plan
        let explanation = try explanation(
            question,
            [
                (name: "tp_model", value: "\(plan.tensorModel)"),
                (name: "tp_ff", value: "\(plan.tensorFeedForward)"),
                (name: "pp", value: "\(plan.pipeline)"), (name: "dp", value: "\(plan.data)"),
            ])
        let verdict = try #require(explanation.verdicts.first)
        #expect(verdict.violations.isEmpty)
        #expect(verdict.plan?.price.step == best.price.step)
    }

    @Test("A plan that is the best, the one judged and the best under a condition has one binding term")
    func oneBinding() throws {
        let question = try Questions.fast(gpus: 1021)
        let best = try best(question)
        #expect(best.binding == "memory")
        let plan = best.plan
        func factors(_ list: [Int]) -> String { list.map(String.init).joined(separator: "/") }
        let explanation = try explanation(
            question,
            [
                (name: "tp_model_by_level", value: factors(plan.placement.tensorModel)),
                (name: "tp_ff_by_level", value: factors(plan.placement.tensorFeedForward)),
                (name: "pp_by_level", value: factors(plan.placement.pipeline)),
                (name: "dp_by_level", value: factors(plan.placement.data)),
            ])
        let verdict = try #require(explanation.verdicts.first?.plan)
        let conditioned = try #require(explanation.conditioned.first??.plan)
        #expect(verdict.plan == plan && verdict.binding == "memory")
        #expect(conditioned.plan == plan && conditioned.binding == "memory")
    }

    @Test("A plan is read under both names of its decisions; a tensor degree alone is split the fastest way")
    func names() throws {
        let question = try Questions.fast()
        let best = try best(question).plan
        let other = [
            ("tensor", best.tensor), ("pipeline", best.pipeline), ("expert", best.expert),
            ("data", best.data),
        ]
        let explanation = try explanation(question, other.map { (name: $0.0, value: "\($0.1)") })
        #expect(explanation.verdicts.first?.plan?.price.step == explanation.answer.best?.price.step)
        #expect(explanation.conditioned.first??.plan?.plan == best)
        #expect(
            explanation.conditioned.first??.condition
                == "tp=\(best.tensor),pp=\(best.pipeline),ep=\(best.expert),dp=\(best.data)")
        #expect(throws: ExplainError.self) {
            try PartialPlan(fields: [(name: "pp", value: "2"), (name: "pipeline", value: "2")])
        }
    }

    @Test("A plan that does not divide is illegal with the rule it breaks, and has no price")
    func indivisible() throws {
        let verdict = try #require(
            try explanation(Questions.fast(), [(name: "pp", value: "5")]).verdicts.first)
        #expect(verdict.plan == nil)
        #expect(verdict.violations.first?.contains("pp 5 does not divide layers") == true)
    }

    @Test("A plan on too many GPUs is illegal and priced all the same")
    func tooLarge() throws {
        let verdict = try #require(
            try explanation(Questions.fast(), [(name: "dp", value: "64")]).verdicts.first)
        #expect(verdict.plan != nil)
        #expect(verdict.violations.first?.contains("4,096 are given") == true)
    }

    @Test("No legal plan is faster than the best")
    func bestIsBest() throws {
        let question = try Questions.fast(gpus: 512, flop: 1e24)
        for (name, value) in [("dp", "2"), ("dp", "8"), ("tp_ff", "2"), ("pp", "4"), ("zero_bubble", "0")] {
            let explanation = try explanation(question, [(name: name, value: value)])
            let verdict = try #require(explanation.verdicts.first)
            guard verdict.violations.isEmpty, let priced = verdict.plan else { continue }
            #expect(priced.total >= (try #require(explanation.answer.best)).total)
        }
    }

    @Test(
        "Text that is no plan is refused with the name that is wrong",
        arguments: [("width", "8"), ("tp_ff", "x"), ("zero_bubble", "2"), ("pp_by_level", "1/a")])
    func badText(name: String, value: String) {
        #expect(throws: ExplainError.self) { try PartialPlan(fields: [(name: name, value: value)]) }
    }

    @Test("Factors by level that contradict the degree are refused")
    func contradiction() {
        #expect(throws: ExplainError.self) {
            try PartialPlan(fields: [(name: "pp", value: "8"), (name: "pp_by_level", value: "2/2")])
        }
    }
}
