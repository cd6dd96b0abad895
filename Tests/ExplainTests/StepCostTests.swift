import Optimization
import Planning
import Quantities
import ScalingModel
import Testing

@Suite struct StepCostTests {
    static let settings = [
        ModelSettings(), ModelSettings(tensorTraffic: .exposed, dataTraffic: .overlapped),
        ModelSettings(pipelineTraffic: .exposed, recomputation: .full, accounting: .corrected),
    ]

    @Test("Costs are not negative and add up to the step, whatever overlaps", arguments: settings)
    func sums(settings: ModelSettings) throws {
        for flop in [1e23, 1e27, 1e30] {
            var question = try Questions.fast(gpus: 100_000, flop: flop)
            question.settings = settings
            for plan in try Questions.plans(question, count: 200) {
                let costs = plan.model.costs(of: plan.plan)
                let sum = costs.reduce(0) { $0 + $1.seconds }
                #expect(abs(sum / plan.price.step - 1) < 1e-12)
                #expect(costs.allSatisfy { $0.seconds >= 0 })
                #expect(costs.map(\.kind) == StepCost.Kind.allCases)
            }
        }
    }

    @Test("The first removal is the binding term")
    func binding() throws {
        for plan in try Questions.plans(Questions.fast(), count: 50) where plan.binding != "memory" {
            #expect(plan.rankedRemovals.first?.term == plan.binding)
        }
    }

    @Test("Cost differences of two plans add up to the difference of their steps")
    func comparison() throws {
        let plans = try Questions.plans(Questions.fast(), count: 50)
        for plan in plans.dropFirst() {
            let comparison = PlanComparison(plan, with: plans[0])
            let sum = comparison.costs.reduce(0) { $0 + $1.difference }
            #expect(abs(sum - (plan.price.step - plans[0].price.step)) < 1e-12 * plans[0].price.step)
            #expect(!comparison.decisions.isEmpty && comparison.delay >= 0)
        }
        #expect(PlanComparison(plans[0], with: plans[0]).decisions.isEmpty)
    }
}
