internal import CGLPKBridge
import Optimization

/// One solve from the valid model to the checked result.
struct SolveRun {
    let model: MixedIntegerModel
    let options: SolveOptions
    let map: ObjectiveMap
    let watch: SolveWatch
    let sabotage: GLPKSolver.Sabotage

    /// Which question is put to GLPK.
    enum Question {
        case integer
        case linear
    }

    /// Solves the model with its integrality.
    func result() throws(SolverError) -> MixedIntegerResult {
        if watch.isOver() { return result(watch.stopped ?? .cancelled, nil, bound: nil) }
        let cutoff = innerCutoff
        // Rows without columns make GLPK abort, and a cutoff without costs is such a row.
        if model.variables.isEmpty { return resultWithoutVariables(cutoff: cutoff) }
        if let cutoff, cutoff < 0, model.objective.expression.terms.allSatisfy({ $0.coefficient == 0 }) {
            return result(.cutoffProvedNothingBetter, nil, bound: 0)
        }
        let problem = try BridgeProblem(model, map: map, cutoff: cutoff)
        let question: Question = model.variables.contains { $0.kind.isIntegral } ? .integer : .linear
        let answer = answer(to: problem, question)
        let termination = try termination(of: answer, question: question)
        guard answer.has_values != 0 else {
            return result(termination, nil, bound: boundWithoutPoint(termination, cutoff: cutoff))
        }
        let checked = try CheckedAnswer(problem.columnValues, run: self)
        let claimed = map.inner(checked.objective)
        guard termination == .optimal else {
            // A linear model stopped on its way has no bound; an integer one has that of its tree.
            let bound = watch.bound.map { min($0, claimed, cutoff ?? .infinity) }
            return result(termination, checked.solution(.feasible), bound: bound)
        }
        let proved = min(answer.objective, claimed)
        // Mending the answer may have cost more than the tolerance; then it is no longer an optimum.
        guard claimed - proved <= map.tolerance * max(1, proved.magnitude) else {
            let trouble = Termination.numericalTrouble("the optimum found holds only after rounding")
            return result(trouble, checked.solution(.feasible), bound: proved)
        }
        return result(.optimal, checked.solution(.optimal), bound: proved)
    }

    /// The verdict on a model without variables, whose one point is the empty one.
    private func resultWithoutVariables(cutoff: Double?) -> MixedIntegerResult {
        let check = model.check(values: [])
        guard check.passes else {
            return cutoff == nil
                ? result(.infeasible, nil, bound: nil)
                : result(.cutoffProvedNothingBetter, nil, bound: cutoff)
        }
        if let cutoff, cutoff < 0 { return result(.cutoffProvedNothingBetter, nil, bound: 0) }
        let solution = Solution(values: [], objective: check.objective, status: .optimal)
        return result(.optimal, solution, bound: 0)
    }

    /// Solves the model without its integrality.
    func relaxation() throws(SolverError) -> Relaxation {
        if watch.isOver() { return relaxation(watch.stopped ?? .cancelled) }
        if model.variables.isEmpty { return relaxationWithoutVariables() }
        let problem = try BridgeProblem(model, map: map, cutoff: nil)
        let answer = problem.solve(options: bridgeOptions(.linear), watch: watch)
        let termination = try termination(of: answer, question: .linear)
        guard answer.has_values != 0 else { return relaxation(termination) }
        let hasDuals = answer.has_duals != 0
        return Relaxation(
            termination: termination, objective: map.outer(answer.objective), values: problem.columnValues,
            bound: termination == .optimal ? map.deflatedBound(answer.objective) : nil,
            rowDuals: hasDuals ? problem.rowDuals.map { $0 / map.factor } : [],
            reducedCosts: hasDuals ? problem.columnDuals.map { $0 / map.factor } : [],
            elapsed: watch.elapsed)
    }

    /// GLPK's answer, asked once more without its presolver if it breaks down with it.
    ///
    /// The presolver of GLPK 5.0 aborts when it fixes every column and keeps a row.
    private func answer(to problem: BridgeProblem, _ question: Question) -> glpkbridge_answer {
        var switches = bridgeOptions(question)
        let first = problem.solve(options: switches, watch: watch)
        guard first.end == GLPKBRIDGE_END_FATAL, switches.presolve != 0, question == .integer else {
            return first
        }
        if watch.isOver() { return first }
        switches.presolve = 0
        switches.time_limit = watch.millisecondsLeft
        return problem.solve(options: switches, watch: watch)
    }

    /// The switches of GLPK for a question.
    func bridgeOptions(_ question: Question) -> glpkbridge_options {
        func flag(_ cut: CuttingPlanes) -> Int32 { options.cuts.contains(cut) ? 1 : 0 }
        let planted: glpkbridge_sabotage =
            switch sabotage {
            case .none: GLPKBRIDGE_SABOTAGE_NONE
            case .build: GLPKBRIDGE_SABOTAGE_BUILD
            case .branching: GLPKBRIDGE_SABOTAGE_BRANCHING
            }
        return glpkbridge_options(
            integer: question == .integer ? 1 : 0, presolve: options.presolve == .on ? 1 : 0,
            gomory_cuts: flag(.gomory), mixed_integer_rounding_cuts: flag(.mixedIntegerRounding),
            cover_cuts: flag(.cover), clique_cuts: flag(.clique), time_limit: watch.millisecondsLeft,
            sabotage: planted)
    }

    // MARK: Reading

    /// What is proved when no point was found.
    private func boundWithoutPoint(_ termination: Termination, cutoff: Double?) -> Double? {
        switch termination {
        case .cutoffProvedNothingBetter: cutoff
        case .infeasible, .unbounded, .infeasibleOrUnbounded: nil
        // The tree's bound speaks of points up to the cutoff only.
        default: watch.bound.map { min($0, cutoff ?? .infinity) }
        }
    }

    /// The row `objective <= cutoff` in GLPK's objective, a little loosened against rounding.
    private var innerCutoff: Double? {
        guard let cutoff = options.cutoff else { return nil }
        let inner = map.inner(cutoff)
        return inner + 1e-9 * max(1, inner.magnitude)
    }

    private func termination(
        of answer: glpkbridge_answer, question: Question
    ) throws(SolverError) -> Termination {
        switch answer.end {
        case GLPKBRIDGE_END_OPTIMAL: return .optimal
        case GLPKBRIDGE_END_NO_FEASIBLE:
            return options.cutoff == nil ? .infeasible : .cutoffProvedNothingBetter
        case GLPKBRIDGE_END_UNBOUNDED: return question == .linear ? .unbounded : try unboundedness()
        case GLPKBRIDGE_END_STOPPED: return watch.stopped ?? .cancelled
        case GLPKBRIDGE_END_TIME_LIMIT: return .timeLimit
        case GLPKBRIDGE_END_FATAL: throw .fatal(Self.words(of: answer))
        case GLPKBRIDGE_END_NESTED: throw .nestedSolve
        default: return .numericalTrouble("GLPK ended with code \(answer.code)")
        }
    }

    /// Tells an unbounded model from an infeasible one whose relaxation is unbounded.
    ///
    /// With rational data, a model whose relaxation is unbounded is itself unbounded as soon as it has one
    /// point.
    private func unboundedness() throws(SolverError) -> Termination {
        if watch.isOver() { return .infeasibleOrUnbounded }
        var question = model
        question.setObjective(.minimize, LinearExpression())
        let problem = try BridgeProblem(question, map: map, cutoff: nil)
        // A watch of its own: bounds and points of this question mean nothing for the model.
        let answer = problem.solve(options: bridgeOptions(.integer), watch: watch.successor())
        if answer.has_values != 0 { return .unbounded }
        return answer.end == GLPKBRIDGE_END_NO_FEASIBLE ? .infeasible : .infeasibleOrUnbounded
    }

    private static func words(of answer: glpkbridge_answer) -> String {
        let text = withUnsafeBytes(of: answer.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    private func result(
        _ termination: Termination, _ solution: Solution?, bound: Double?
    ) -> MixedIntegerResult {
        MixedIntegerResult(
            termination: termination, solution: solution, bound: bound.map(map.deflatedBound),
            nodes: watch.nodes, cuts: watch.cuts, elapsed: watch.elapsed)
    }

    private func relaxation(_ termination: Termination) -> Relaxation {
        Relaxation(
            termination: termination, objective: nil, values: [], bound: nil, rowDuals: [], reducedCosts: [],
            elapsed: watch.elapsed)
    }

    private func relaxationWithoutVariables() -> Relaxation {
        let check = model.check(values: [])
        guard check.passes else { return relaxation(.infeasible) }
        return Relaxation(
            termination: .optimal, objective: check.objective, values: [], bound: map.deflatedBound(0),
            rowDuals: model.rows.map { _ in 0 }, reducedCosts: [], elapsed: watch.elapsed)
    }
}
