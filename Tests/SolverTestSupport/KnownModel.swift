import Optimization

/// A model with its optimum worked out by hand.
struct KnownModel {
    let model: MixedIntegerModel
    let optimum: Double

    /// max 5x + 3y + 1, 3x + 2y <= 7, x binary, y in 0...4: x = 1 leaves 4, so y = 2 and 5 + 6 + 1 = 12.
    static var knapsack: KnownModel {
        var model = MixedIntegerModel(name: "small knapsack")
        let x = model.addBinary("x")
        let y = model.addInteger("y", lower: 0, upper: 4)
        model.addRow("capacity", 3 * x + 2 * y <= 7)
        model.setObjective(.maximize, 5 * x + 3 * y + 1)
        return KnownModel(model: model, optimum: 12)
    }

    /// min 2a + 3b, a + b >= 4, a - b in 1...2: b = 1, a = 3 costs 9; a larger a - b only saves on b:
    /// a - b = 2 gives a = 3, b = 1; a - b = 1 gives a = 2.5, b = 1.5 and 9.5.
    static var linear: KnownModel {
        var model = MixedIntegerModel(name: "linear")
        let a = model.addContinuous("a")
        let b = model.addContinuous("b", lower: -.infinity)
        model.addRow("demand", a + b >= 4)
        model.addRange("difference", a - b, lower: 1, upper: 2)
        model.setObjective(.minimize, 2 * a + 3 * b)
        return KnownModel(model: model, optimum: 9)
    }

    /// min t, t >= 3n, t >= 10 - 2n, n whole: n = 2 gives max(6, 6) = 6.
    static var mixed: KnownModel {
        var model = MixedIntegerModel(name: "mixed")
        let t = model.addContinuous("t")
        let n = model.addInteger("n", lower: 0.5, upper: 4.5)
        model.addRow("rising", t - 3 * n >= 0)
        model.addRow("falling", t + 2 * n >= 10)
        model.setObjective(.minimize, 1 * t)
        return KnownModel(model: model, optimum: 6)
    }

    /// Nothing to decide and nothing to obey; the constant is the objective.
    static var empty: KnownModel {
        var model = MixedIntegerModel(name: "empty")
        model.setObjective(.minimize, LinearExpression(constant: 7))
        return KnownModel(model: model, optimum: 7)
    }

    /// Columns without rows: max x - y with x in 0...3 whole and y in -2...5 is 5.
    static var rowless: KnownModel {
        var model = MixedIntegerModel(name: "without rows")
        let x = model.addInteger("x", lower: 0, upper: 3)
        let y = model.addContinuous("y", lower: -2, upper: 5)
        model.setObjective(.maximize, x - y)
        return KnownModel(model: model, optimum: 5)
    }

    /// Tiny costs: the optimum 3e-7 + 1e-7 is far below any absolute tolerance.
    static var tiny: KnownModel {
        var model = MixedIntegerModel(name: "tiny costs")
        let first = model.addOneHot("first", count: 3)
        let second = model.addOneHot("second", count: 2)
        model.addRow("never both cheapest", 1 * first.variables[0] + second.variables[0] <= 1)
        model.setObjective(
            .minimize,
            first.expression(costs: [2e-7, 3e-7, 9e-7]) + second.expression(costs: [1e-7, 5e-7]))
        return KnownModel(model: model, optimum: 4e-7)
    }

    static var all: [KnownModel] { [knapsack, linear, mixed, empty, rowless, tiny] }
}
