import Optimization
import SolverTestSupport
import Testing

@Suite struct BruteForceTests {
    @Test func `a one-hot group counts as one choice`() throws {
        var model = MixedIntegerModel(name: "two choices")
        let first = model.addOneHot("first", count: 3)
        let second = model.addOneHot("second", count: 4)
        model.addRow("apart", 1 * first.variables[0] + second.variables[0] <= 1)
        model.setObjective(
            .minimize, first.expression(costs: [1, 2, 5]) + second.expression(costs: [1, 9, 4, 7]))
        let outcome = try BruteForce().outcome(of: model)
        // 3 x 4 points, one of them forbidden; 2 + 1 = 3 is best.
        #expect(outcome.points == 12 && outcome.feasiblePoints == 11)
        let best = try #require(outcome.solution)
        #expect(best.objective == 3)
        #expect(first.chosenOption(at: best.values) == 1 && second.chosenOption(at: best.values) == 0)
    }

    @Test func `what cannot be tried out is refused`() {
        var model = MixedIntegerModel(name: "wide")
        model.addInteger("x", upper: 99)
        model.addInteger("y", upper: 99)
        #expect(throws: BruteForce.Failure.tooManyPoints(limit: 1000)) {
            _ = try BruteForce(pointLimit: 1000).outcome(of: model)
        }
        model.addInteger("z")
        #expect(throws: BruteForce.Failure.unboundedVariable("z")) {
            _ = try BruteForce().outcome(of: model)
        }
        model.addContinuous("w")
        #expect(throws: (any Error).self) { _ = try BruteForce().outcome(of: model) }
    }

    @Test func `nothing satisfies a contradiction`() throws {
        var model = MixedIntegerModel(name: "contradiction")
        let x = model.addInteger("x", upper: 5)
        model.addRow("half", 2 * x == 5)
        let outcome = try BruteForce().outcome(of: model)
        #expect(outcome.solution == nil && outcome.points == 6)
    }
}
