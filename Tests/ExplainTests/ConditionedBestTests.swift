import Optimization
import Quantities
import ScalingModel
import Testing
import Training

@testable import Planning

@Suite struct ConditionedBestTests {
    private func partial(_ text: String) throws -> PartialPlan {
        try PartialPlan(
            fields: text.split(separator: ",").map { pair in
                let sides = pair.split(separator: "=").map(String.init)
                return (name: sides[0], value: sides[1])
            })
    }

    @Test(
        "The best plan under a condition is the best of all plans that keep it, and at most as slow as the held one"
    )
    func oracle() throws {
        let question = try Questions.fast()
        let best = try #require(try Planner(question).answer().best)
        // The best plans of the question, best first; the best under a rare condition may be none of them.
        let plans = try Questions.plans(question, count: 10_000)
        let last = try #require(plans.last)
        var found = 0
        for text in [
            "zero_bubble=0", "pp=1", "interleave=1,zero_bubble=0", "tp_ff=1", "dp=4", "microbatches=1",
        ] {
            let condition = try partial(text)
            let conditioned = ConditionedBest(condition, for: question)
            if let expected = plans.first(where: { condition.isKept(by: $0.plan) }) {
                found += 1
                #expect(conditioned.plan?.plan == expected.plan, "\(text)")
            } else if let plan = conditioned.plan {
                #expect(plan.total >= last.total, "\(text)")
            }
            #expect(conditioned.condition == text)
            guard let plan = conditioned.plan else { continue }
            #expect(plan.total >= best.total)
            let verdict = try #require(try question.verdict(on: condition, beside: best, others: []))
            if verdict.violations.isEmpty, let priced = verdict.plan {
                #expect(plan.price.step <= priced.price.step, "\(text)")
            }
        }
        #expect(found >= 3)
    }

    @Test("A whole plan leaves nothing to choose")
    func complete() throws {
        #expect(
            try partial("tp_model=1,tp_ff=2,pp=4,ep=1,dp=1,microbatches=8,interleave=1,zero_bubble=1")
                .isComplete)
        #expect(try !partial("zero_bubble=1").isComplete)
    }
}
