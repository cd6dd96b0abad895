import Optimization
import Synchronization

/// Cutoff, gaps, progress and refused options.
extension SolverConformance {
    static var optionCases: [SolverConformance] {
        [
            SolverConformance(name: "finds a point as good as the cutoff") { solver in
                try KnownModel.all.flatMap { known in
                    var options = SolveOptions()
                    options.cutoff = known.optimum
                    return complaints(
                        of: try solver.solve(known.model, options: options), to: known.model,
                        optimum: known.optimum)
                }
            },
            SolverConformance(name: "proves that nothing reaches a better cutoff") { solver in
                try KnownModel.all.flatMap { known in
                    var options = SolveOptions()
                    let step = max(1e-3 * known.optimum.magnitude, 1e-12)
                    let cutoff = known.optimum - known.model.objective.sense.sign * step
                    options.cutoff = cutoff
                    let result = try solver.solve(known.model, options: options)
                    let isBoundRight = result.bound.map {
                        !known.model.objective.sense.isBetter(known.optimum, than: $0)
                    }
                    return complaint(
                        result.termination == .cutoffProvedNothingBetter && result.solution == nil
                            && isBoundRight == true, "\(known.model.name): \(result)")
                }
            },
            SolverConformance(name: "stops at the relative gap asked for") { solver in
                let model = RandomModels.knapsack(seed: 4, groups: 30, options: 8, capacities: 3)
                var options = SolveOptions()
                options.timeLimit = .seconds(20)
                options.relativeGap = 0.05
                let result = try solver.solve(model, options: options)
                return complaint(result.termination == .gapReached, "ended \(result.termination)")
                    + complaint(
                        (result.gap?.relative ?? .nan) <= 0.05, "gap \(String(describing: result.gap))")
                    + keptPoint(of: result, to: model)
            },
            SolverConformance(name: "stops at the absolute gap asked for") { solver in
                let model = RandomModels.knapsack(seed: 4, groups: 30, options: 8, capacities: 3)
                var options = SolveOptions()
                options.timeLimit = .seconds(20)
                options.absoluteGap = 40
                let result = try solver.solve(model, options: options)
                return complaint(result.termination == .gapReached, "ended \(result.termination)")
                    + complaint((result.gap?.absolute ?? .nan) <= 40, "gap \(String(describing: result.gap))")
                    + keptPoint(of: result, to: model)
            },
            SolverConformance(name: "reports progress that only gets better") { solver in
                let model = RandomModels.hard(seed: 5, groups: 20)
                let reports = Mutex<[SolveProgress]>([])
                var options = SolveOptions()
                options.timeLimit = .seconds(1)
                options.progressInterval = .zero
                options.progress = { report in reports.withLock { $0.append(report) } }
                let result = try solver.solve(model, options: options)
                let seen = reports.withLock { $0 }
                let bounds = seen.compactMap(\.bound)
                let incumbents = seen.compactMap(\.incumbent)
                return complaint(!bounds.isEmpty && !incumbents.isEmpty, "no reports")
                    + complaint(bounds == bounds.sorted(), "bounds get worse")
                    + complaint(incumbents == incumbents.sorted(by: >), "incumbents get worse")
                    + complaint(result.nodes >= seen.map(\.nodes).max() ?? 0, "nodes get fewer")
                    + complaint(
                        bounds.allSatisfy { $0 <= result.solution?.objective ?? -.infinity },
                        "a bound cuts off the answer")
            },
            SolverConformance(name: "refuses options that make no sense") { solver in
                var options = SolveOptions()
                options.relativeGap = .nan
                do {
                    return ["solved: \(try solver.solve(KnownModel.knapsack.model, options: options))"]
                } catch SolverError.invalidOption {
                    return []
                } catch {
                    return ["threw \(error)"]
                }
            },
        ]
    }
}
