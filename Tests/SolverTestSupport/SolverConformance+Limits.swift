import Optimization

/// Limits and cancellation: what was found by then is kept, what is claimed stays true.
extension SolverConformance {
    static var limitCases: [SolverConformance] {
        [
            SolverConformance(name: "keeps its best point when time runs out") { solver in
                let model = RandomModels.hard(seed: 1)
                var options = SolveOptions()
                options.timeLimit = .milliseconds(1500)
                let result = try solver.solve(model, options: options)
                return complaint(result.termination == .timeLimit, "ended \(result.termination)")
                    + keptPoint(of: result, to: model)
            },
            SolverConformance(name: "keeps its best point without presolve when time runs out") { solver in
                let model = RandomModels.hard(seed: 1)
                var options = SolveOptions()
                options.timeLimit = .milliseconds(1500)
                options.presolve = .off
                let result = try solver.solve(model, options: options)
                return complaint(result.termination == .timeLimit, "ended \(result.termination)")
                    + keptPoint(of: result, to: model)
            },
            SolverConformance(name: "says so when time runs out without a point") { solver in
                let model = RandomModels.withoutPointsFoundSoon(seed: 3)
                var options = SolveOptions()
                options.timeLimit = .milliseconds(300)
                let result = try solver.solve(model, options: options)
                return complaint(
                    result.termination == .timeLimit && result.solution == nil && result.bound != nil,
                    "\(result)")
            },
            SolverConformance(name: "does nothing within no time") { solver in
                var options = SolveOptions()
                options.timeLimit = .zero
                let result = try solver.solve(KnownModel.knapsack.model, options: options)
                return complaint(result.termination == .timeLimit && result.solution == nil, "\(result)")
            },
            SolverConformance(name: "does nothing once cancelled") { solver in
                let token = CancellationToken()
                token.cancel()
                var options = SolveOptions()
                options.cancellation = token
                let result = try solver.solve(KnownModel.knapsack.model, options: options)
                return complaint(result.termination == .cancelled && result.solution == nil, "\(result)")
            },
            SolverConformance(name: "keeps its best point when cancelled on the way") { solver in
                let model = RandomModels.hard(seed: 2)
                let token = CancellationToken()
                var options = SolveOptions()
                options.timeLimit = .seconds(60)
                options.cancellation = token
                options.progressInterval = .zero
                options.progress = { progress in
                    if progress.incumbent != nil { token.cancel() }
                }
                let result = try solver.solve(model, options: options)
                return complaint(result.termination == .cancelled, "ended \(result.termination)")
                    + keptPoint(of: result, to: model)
            },
        ]
    }

    /// What is wrong with the point and the bound of an unfinished solve.
    static func keptPoint(of result: MixedIntegerResult, to model: MixedIntegerModel) -> [String] {
        guard let solution = result.solution else { return ["no point was kept: \(result.termination)"] }
        guard let bound = result.bound else { return ["no bound was kept"] }
        return model.check(solution: solution).violations.map { "\($0)" }
            + complaint(solution.status == .feasible, "status \(solution.status)")
            + complaint(
                !model.objective.sense.isBetter(solution.objective, than: bound),
                "the bound \(bound) cuts off the point \(solution.objective)")
    }
}
