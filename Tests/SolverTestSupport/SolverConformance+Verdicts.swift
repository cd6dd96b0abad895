import Optimization

/// Verdicts on models: optimal, infeasible, unbounded, wrong.
extension SolverConformance {
    static var verdicts: [SolverConformance] {
        [
            SolverConformance(name: "finds optima worked out by hand") { solver in
                try KnownModel.all.flatMap { known in
                    complaints(of: try solver.solve(known.model), to: known.model, optimum: known.optimum)
                }
            },
            SolverConformance(name: "does so without presolve and without cuts") { solver in
                var options = SolveOptions()
                options.presolve = .off
                options.cuts = []
                return try KnownModel.all.flatMap { known in
                    complaints(
                        of: try solver.solve(known.model, options: options), to: known.model,
                        optimum: known.optimum)
                }
            },
            SolverConformance(name: "says infeasible of an integer model") { solver in
                var model = MixedIntegerModel(name: "parity")
                let x = model.addInteger("x", upper: 9)
                let y = model.addInteger("y", upper: 9)
                // The relaxation has points; whole numbers have none.
                model.addRow("odd", 2 * x + 2 * y == 7)
                return try expect(.infeasible, of: model, solver)
            },
            SolverConformance(name: "says infeasible of a linear model") { solver in
                var model = MixedIntegerModel(name: "contradiction")
                let x = model.addContinuous("x")
                model.addRow("high", x >= 3)
                model.addRow("low", x <= 2)
                return try expect(.infeasible, of: model, solver)
            },
            SolverConformance(name: "says unbounded of a linear model") { solver in
                var model = MixedIntegerModel(name: "linear without end")
                let x = model.addContinuous("x")
                let y = model.addContinuous("y")
                model.addRow("difference", x - y <= 1)
                model.setObjective(.maximize, x + y)
                return try expect(.unbounded, of: model, solver)
            },
            SolverConformance(name: "says unbounded of an integer model") { solver in
                var model = MixedIntegerModel(name: "integers without end")
                let x = model.addInteger("x")
                let y = model.addInteger("y")
                model.addRow("difference", x - y <= 1)
                model.setObjective(.maximize, x + y)
                return try expect(.unbounded, of: model, solver)
            },
            SolverConformance(name: "tells infeasible from unbounded behind a relaxation without end") {
                solver in
                var model = MixedIntegerModel(name: "no whole point and no end")
                let x = model.addInteger("x", lower: 0, upper: 5)
                let y = model.addInteger("y", lower: 0, upper: 5)
                let z = model.addInteger("z")
                model.addRow("odd", 2 * x + 2 * y == 7)
                model.addRow("free", z - x >= 0)
                model.setObjective(.maximize, 1 * z)
                return try expect(.infeasible, of: model, solver)
            },
            SolverConformance(name: "refuses a wrong model before solving") { solver in
                var model = MixedIntegerModel(name: "NaN cost")
                let x = model.addBinary("x")
                model.setObjective(.minimize, .nan * x)
                do {
                    return ["solved: \(try solver.solve(model))"]
                } catch SolverError.invalidModel {
                    return []
                } catch {
                    return ["threw \(error)"]
                }
            },
            SolverConformance(name: "bounds a model by its relaxation") { solver in
                let known = KnownModel.knapsack
                let relaxation = try solver.relax(known.model)
                // x = 1, y = 2 uses all of the capacity at the best rates: 5/3 and 3/2 a unit.
                return complaint(
                    (relaxation.objective ?? .nan) - 12 < 1e-6 && (relaxation.bound ?? 0) >= 12
                        && relaxation.termination == .optimal, "relaxation: \(relaxation)")
            },
        ]
    }

    private static func expect(
        _ termination: Termination, of model: MixedIntegerModel, _ solver: any MixedIntegerSolver
    ) throws -> [String] {
        let result = try solver.solve(model)
        return complaint(
            result.termination == termination && result.solution == nil && result.bound == nil,
            "\(model.name): \(result)")
    }
}
