import Optimization
import Testing

@Suite struct DualBoundTests {
    /// max 5x + 3y, 3x + 2y <= 7, x in 0...1, y in 0...4: relaxed optimum 11 at (1, 2), dual 3/2.
    private static var model: MixedIntegerModel {
        var model = MixedIntegerModel(name: "knapsack")
        let x = model.addBinary("x")
        let y = model.addInteger("y", upper: 4)
        model.addRow("capacity", 3 * x + 2 * y <= 7)
        model.setObjective(.maximize, 5 * x + 3 * y)
        return model
    }

    // 1.5 * 7 + (5 - 4.5) * 1 + 0 * y = 11.
    @Test func `optimal duals give the optimum of the relaxation`() {
        #expect(Self.model.dualBound(rowDuals: [1.5]) == 11)
    }

    // Zero: 5 + 12 = 17. A wrong sign counts as zero. 2: 14 + 0 = 14, since 5 - 6 and 3 - 4 are below zero.
    @Test func `any duals give a bound`() {
        #expect(Self.model.dualBound(rowDuals: [0]) == 17)
        #expect(Self.model.dualBound(rowDuals: [-3]) == 17)
        #expect(Self.model.dualBound(rowDuals: [2]) == 14)
    }
}
