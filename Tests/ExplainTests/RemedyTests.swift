import Optimization
import Planning
import Quantities
import ScalingModel
import Testing
import Training

private typealias PlanRemedy = Remedy<PricedPlan>

@Suite struct RemedyTests {
    private func isFeasible(_ question: PlanningQuestion) throws -> Bool {
        var question = question
        question.reasons = .brief
        return try Planner(question).answer().best != nil
    }

    @Test("The fewest GPUs that hold a model are exact: one fewer has no plan")
    func fewestGPUs() throws {
        let remedies = PlanRemedy.all(for: try Questions.fast(gpus: 8, flop: 1e27))
        let gpus = try #require(remedies.first { $0.knob == .gpus })
        let count = Int((8 * gpus.factor).rounded())
        #expect(try isFeasible(Questions.fast(gpus: count, flop: 1e27)))
        #expect(try !isFeasible(Questions.fast(gpus: count - 1, flop: 1e27)))
    }

    @Test("Memory for one replica on eight GPUs, by hand")
    func memoryByHand() throws {
        let remedies = PlanRemedy.all(for: try Questions.fast(gpus: 8, flop: 1e27))
        let memory = try #require(remedies.first { $0.knob == .memoryCapacity })
        // 2·P + 4·2·P bytes = 10 x 2.899e12 = 28.99 TB over 8 x 80 GB = 640 GB: 45.30 times.
        let parameters = memory.plan.run.shape.parameters
        #expect(memory.factor >= 10 * parameters / 640e9)
        #expect(memory.factor <= 10 * parameters / 640e9 * 1.002)
    }

    @Test("Every remedy has a plan, and a thousandth less of the change has none")
    func boundaries() throws {
        let question = PlanningQuestion(
            machine: try Questions.machine(), given: .flopAndTime(flop: 1e29, time: .days(1)))
        let remedies = PlanRemedy.all(for: question)
        #expect(!remedies.isEmpty)
        for remedy in remedies {
            let changed = try #require(question.scaled(remedy.knob, by: remedy.factor)).question
            #expect(try isFeasible(changed), "\(remedy.knob)")
            let short = try #require(question.scaled(remedy.knob, by: remedy.failing)).question
            #expect(try !isFeasible(short), "\(remedy.knob)")
            #expect(abs(remedy.factor / remedy.failing - 1) < 0.002, "\(remedy.knob)")
        }
    }
}
