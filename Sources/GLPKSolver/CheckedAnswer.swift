internal import CGLPKBridge
import Optimization

/// GLPK's point with whole numbers made whole, re-evaluated against the model outside GLPK.
///
/// GLPK lets an integral value miss a whole number by 1e-5. Rounding it may break a row that continuous
/// variables balance to the last digit; then the whole numbers are fixed and the rest is solved once more.
struct CheckedAnswer {
    let objective: Double
    private let values: [Double]

    init(_ found: [Double], run: SolveRun) throws(SolverError) {
        let rounded = zip(run.model.variables, found).map { variable, value in
            // Adding zero turns -0 into 0.
            variable.kind.isIntegral ? value.rounded() + 0 : value
        }
        let check = run.model.check(values: rounded)
        if check.passes {
            values = rounded
            objective = check.objective
            return
        }
        guard let mended = try Self.solvedAgain(rounded, run: run) else {
            throw .answerFailsCheck(check.violations)
        }
        let secondCheck = run.model.check(values: mended)
        guard secondCheck.passes else { throw .answerFailsCheck(secondCheck.violations) }
        values = mended
        objective = secondCheck.objective
    }

    func solution(_ status: Solution.Status) -> Solution {
        Solution(values: values, objective: objective, status: status)
    }

    /// The best point with these whole numbers; nil if there is none or no continuous variable to move.
    private static func solvedAgain(_ rounded: [Double], run: SolveRun) throws(SolverError) -> [Double]? {
        guard run.model.variables.contains(where: { !$0.kind.isIntegral }) else { return nil }
        var fixed = run.model
        for (index, variable) in fixed.variables.enumerated() where variable.kind.isIntegral {
            fixed.setBounds(of: Variable(index: index), lower: rounded[index], upper: rounded[index])
        }
        let problem = try BridgeProblem(fixed, map: run.map, cutoff: nil)
        // No watch: this is one small linear solve, and stopping it would throw a solution away.
        var options = run.bridgeOptions(.linear)
        options.time_limit = .max
        let quiet = SolveWatch(options: SolveOptions(), map: run.map)
        let answer = problem.solve(options: options, watch: quiet)
        guard answer.has_values != 0 else { return nil }
        return zip(fixed.variables, problem.columnValues).map { variable, value in
            variable.kind.isIntegral ? value.rounded() + 0 : value
        }
    }
}
