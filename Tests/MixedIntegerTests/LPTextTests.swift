import Optimization
import SolverTestSupport
import Testing

@Suite struct LPTextTests {
    /// Every shape the writer knows; the optimum is worked out in the test below.
    static var shapes: MixedIntegerModel {
        var model = MixedIntegerModel(name: "every shape\nof row")
        let binary = model.addBinary("pick [0]")
        let integer = model.addInteger("e12", lower: -3, upper: 8)
        let free = model.addContinuous("free", lower: -.infinity)
        let below = model.addContinuous("below", lower: -.infinity, upper: -0.5)
        let fixed = model.addInteger("fixed", lower: 2, upper: 2)
        let other = model.addInteger("E12", upper: 1e3)
        model.addRow("equal", 1 * binary + integer + fixed == 5)
        model.addRange("range", 1 * free + below, lower: -4, upper: 4)
        model.addRow("st", 1 * other >= 2)
        model.addRange("no sides", 1 * other, lower: -.infinity, upper: .infinity)
        model.addRow("no terms", LinearExpression() <= 1)
        model.setObjective(.minimize, 3 * binary + 0.5 * integer + free - 1e-3 * below + other - 2.5)
        return model
    }

    @Test func `the text holds to what all readers share`() {
        let expected = """
            \\ every shapeof row
            Minimize
             obj: + 3 v0_ + 0.5 v1_ + 1 v2_ - 0.001 below + 1 v5_ - 2.5 constant_one
            Subject To
             r0_: + 1 v0_ + 1 v1_ + 1 fixed = 5
             range_low: + 1 v2_ + 1 below >= -4
             range_high: + 1 v2_ + 1 below <= 4
             r2_: + 1 v5_ >= 2
             r4_: + 0 constant_one <= 1
            Bounds
             0 <= v0_ <= 1
             -3 <= v1_ <= 8
             v2_ free
             -inf <= below <= -0.5
             fixed = 2
             0 <= v5_ <= 1000
             constant_one = 1
            Generals
             v0_
             v1_
             fixed
             v5_
            End

            """
        #expect(Self.shapes.lpText == expected)
    }

    // binary + integer = 3: integer = 3 costs 1.5. other = 2 costs 2. free = -4 - below: -4 - below - 0.001
    // below is least at the greatest below, -0.5: -3.5 + 0.0005. Sum 1.5 + 2 - 3.5 + 0.0005 - 2.5 = -2.4995.
    @Test func `glpsol reads it and finds the optimum worked out by hand`() throws {
        guard let glpsol = CommandLineSolver(named: "glpsol") else { return }
        let found = try #require(try glpsol.glpsolOptimum(of: Self.shapes.lpText))
        #expect((found + 2.4995).magnitude < 1e-6)
    }

    @Test func `cbc reads it and finds the optimum worked out by hand`() throws {
        guard let cbc = CommandLineSolver(named: "cbc") else { return }
        let found = try #require(try cbc.cbcOptimum(of: Self.shapes.lpText))
        #expect((found + 2.4995).magnitude < 1e-6)
    }

    @Test func `long sums are broken into lines`() {
        var model = MixedIntegerModel(name: "long")
        let variables = (0..<200).map { model.addBinary("variable_with_a_long_name_\($0)") }
        model.addRow("sum", LinearExpression(sumOf: variables) <= 3)
        #expect(model.lpText.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }
}
