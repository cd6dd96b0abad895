import Optimization
import TestSupport

/// Seeded random models, small enough for brute force unless told otherwise.
///
/// All data are whole numbers, so that no verdict hangs on rounding.
public enum RandomModels {
    /// One option a group at a cost, under capacity rows: the shape of a choice of strategies under memory.
    /// - Parameters:
    ///   - seed: which model.
    ///   - groups: number of choices.
    ///   - options: options a choice.
    ///   - capacities: number of capacity rows.
    /// - Returns: the model of that seed.
    public static func knapsack(
        seed: UInt64, groups: Int = 5, options: Int = 4, capacities: Int = 2
    ) -> MixedIntegerModel {
        var random = SplitMix64(seed: seed)
        var model = MixedIntegerModel(name: "knapsack \(seed)")
        let choices = (0..<groups).map { model.addOneHot("layer\($0)", count: options) }
        var cost = LinearExpression(constant: random.whole(in: -5...5))
        for choice in choices {
            cost += choice.expression(costs: (0..<options).map { _ in random.whole(in: 1...60) })
        }
        for row in 0..<capacities {
            var use = LinearExpression()
            for choice in choices {
                use += choice.expression(costs: (0..<options).map { _ in random.whole(in: 1...40) })
            }
            // From tight, at times impossible, to loose.
            model.addRow("capacity\(row)", use <= random.whole(in: 5 * groups...25 * groups))
        }
        model.setObjective(Bool.random(using: &random) ? .minimize : .maximize, cost)
        return model
    }

    /// Workers to tasks, each task one worker, each worker within a range of tasks.
    /// - Parameters:
    ///   - seed: which model.
    ///   - tasks: number of tasks.
    ///   - workers: number of workers.
    /// - Returns: the model of that seed.
    public static func assignment(seed: UInt64, tasks: Int = 5, workers: Int = 3) -> MixedIntegerModel {
        var random = SplitMix64(seed: seed)
        var model = MixedIntegerModel(name: "assignment \(seed)")
        let choices = (0..<tasks).map { model.addOneHot("task\($0)", count: workers) }
        var cost = LinearExpression()
        for choice in choices {
            cost += choice.expression(costs: (0..<workers).map { _ in random.whole(in: -20...40) })
        }
        for worker in 0..<workers {
            let load = LinearExpression(sumOf: choices.map { $0.variables[worker] })
            let least = random.whole(in: 0...1)
            model.addRange("worker\(worker)", load, lower: least, upper: least + random.whole(in: 1...3))
        }
        model.setObjective(.minimize, cost)
        return model
    }

    /// Integer variables of both signs under general rows, some of them equations.
    /// - Parameter seed: which model.
    /// - Returns: the model of that seed.
    public static func general(seed: UInt64) -> MixedIntegerModel {
        var random = SplitMix64(seed: seed)
        var model = MixedIntegerModel(name: "general \(seed)")
        let variables = (0..<5).map { place in
            let lower = random.whole(in: -3...1)
            return model.addInteger("n\(place)", lower: lower, upper: lower + random.whole(in: 0...4))
        }
        for row in 0..<3 {
            let sum = LinearExpression(variables, weights: variables.map { _ in random.whole(in: -6...6) })
            let side = random.whole(in: -8...8)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: model.addRow("row\(row)", sum <= side)
            case 1: model.addRow("row\(row)", sum >= side)
            case 2: model.addRow("row\(row)", sum == side)
            default: model.addRange("row\(row)", sum, lower: side, upper: side + 5)
            }
        }
        let cost = LinearExpression(variables, weights: variables.map { _ in random.whole(in: -9...9) })
        model.setObjective(Bool.random(using: &random) ? .minimize : .maximize, cost + 3)
        return model
    }

    /// A knapsack with eight capacity rows, too hard to finish in seconds; it has easy points.
    /// - Parameters:
    ///   - seed: which model.
    ///   - groups: number of choices.
    /// - Returns: the model of that seed.
    public static func hard(seed: UInt64, groups: Int = 40) -> MixedIntegerModel {
        var random = SplitMix64(seed: seed)
        var model = MixedIntegerModel(name: "hard \(seed)")
        let choices = (0..<groups).map { model.addOneHot("layer\($0)", count: 10) }
        var cost = LinearExpression()
        for choice in choices {
            cost += choice.expression(costs: (0..<10).map { _ in random.whole(in: 100...999) })
        }
        for row in 0..<8 {
            var use = LinearExpression()
            for choice in choices {
                use += choice.expression(costs: (0..<10).map { _ in random.whole(in: 100...999) })
            }
            model.addRow("capacity\(row)", use <= Double(groups * 500))
        }
        model.setObjective(.minimize, cost)
        return model
    }

    /// Market split: equations with few or no points, of which a search finds none for a long time.
    ///
    /// - Source: Cornuejols and Dawande 1998, doi:10.1007/3-540-69346-7_22.
    /// - Parameter seed: which model.
    /// - Returns: the model of that seed.
    public static func withoutPointsFoundSoon(seed: UInt64) -> MixedIntegerModel {
        var random = SplitMix64(seed: seed)
        var model = MixedIntegerModel(name: "market split \(seed)")
        let variables = (0..<40).map { model.addBinary("x\($0)") }
        for row in 0..<5 {
            let weights = variables.map { _ in random.whole(in: 0...99) }
            let half = (weights.reduce(0, +) / 2).rounded(.down)
            model.addRow("split\(row)", LinearExpression(variables, weights: weights) == half)
        }
        model.setObjective(.minimize, LinearExpression(sumOf: variables))
        return model
    }
}
