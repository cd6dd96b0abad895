import Optimization
import Testing

@Suite struct AnswerCheckTests {
    /// x whole in 0...3, y in 0...10, x + y <= 4; maximise 2x + y + 1.
    private static var model: MixedIntegerModel {
        var model = MixedIntegerModel(name: "check")
        let x = model.addInteger("x", upper: 3)
        let y = model.addContinuous("y", upper: 10)
        model.addRow("sum", x + y <= 4)
        model.setObjective(.maximize, 2 * x + y + 1)
        return model
    }

    @Test func `a right answer passes and its objective is recomputed`() {
        let check = Self.model.check(solution: Solution(values: [3, 1], objective: 8, status: .optimal))
        #expect(check.passes && check.objective == 8)
    }

    @Test func `each way of being wrong is named`() {
        #expect(
            Self.model.check(values: [2.5, 20]).violations == [
                .integrality(variable: "x", value: 2.5),
                .bounds(variable: "y", value: 20, lower: 0, upper: 10),
                .row(name: "sum", activity: 22.5, lower: -.infinity, upper: 4),
            ])
        #expect(Self.model.check(values: [1]).violations == [.valueCount(found: 1, expected: 2)])
        let notANumber = Self.model.check(values: [.nan, 1])
        #expect(!notANumber.passes)
        let boast = Solution(values: [3, 1], objective: 9, status: .optimal)
        #expect(Self.model.check(solution: boast).violations == [.objective(claimed: 9, recomputed: 8)])
    }

    @Test func `a miss within the tolerance passes and one beyond does not`() {
        let within = Self.model.check(values: [3, 1 + 3e-6])
        let beyond = Self.model.check(values: [3, 1 + 7e-6])
        #expect(within.passes)
        #expect(!beyond.passes)
    }
}
