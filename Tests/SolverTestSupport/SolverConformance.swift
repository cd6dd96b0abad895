import Optimization

/// What any back end of `MixedIntegerSolver` must do, as cases that name what went wrong.
///
/// A case returns its complaints instead of asserting, so that the suite depends on no test framework and a
/// new back end needs one line: run every case of `all` and expect no complaint.
public struct SolverConformance: Sendable, CustomStringConvertible {
    /// A sentence that is true of a good back end.
    public let name: String
    /// Runs the case and returns what is wrong.
    public let complaints: @Sendable (any MixedIntegerSolver) throws -> [String]

    /// The name, as the label of a parameterised test.
    public var description: String { name }

    /// Every case.
    public static let all = verdicts + optionCases + limitCases

    static func complaint(_ holds: Bool, _ words: @autoclosure () -> String) -> [String] {
        holds ? [] : [words()]
    }

    /// What is wrong with the answer to a model whose optimum is known.
    static func complaints(
        of result: MixedIntegerResult, to model: MixedIntegerModel, optimum: Double
    ) -> [String] {
        guard let solution = result.solution else { return ["\(model.name): no solution, \(result)"] }
        let size = max(1, optimum.magnitude)
        let check = model.check(solution: solution)
        var found = check.violations.map { "\(model.name): \($0)" }
        found += complaint(result.termination == .optimal, "\(model.name): ended \(result.termination)")
        found += complaint(solution.status == .optimal, "\(model.name): status \(solution.status)")
        found += complaint(
            (solution.objective - optimum).magnitude <= 1e-6 * size,
            "\(model.name): objective \(solution.objective) instead of \(optimum)")
        guard let bound = result.bound else { return found + ["\(model.name): no bound"] }
        found += complaint(
            !model.objective.sense.isBetter(optimum, than: bound),
            "\(model.name): the bound \(bound) cuts off the optimum \(optimum)")
        // The constant and the largest cost enter the tolerance, so allow for them.
        let gap = result.gap?.absolute ?? .infinity
        found += complaint(gap <= 1e-4 * size, "\(model.name): gap \(gap)")
        return found
    }
}
