/// How far an answer may miss a row, a bound or a whole number and still count as right.
///
/// Rows and bounds are judged relative to their own size: the miss may reach the tolerance times the largest
/// of 1, the bound's magnitude and the largest term of the row at the point.
public struct AnswerTolerance: Hashable, Sendable {
    /// Relative miss allowed in rows and in bounds.
    public var feasibility: Double
    /// Absolute distance allowed from the next whole number.
    public var integrality: Double
    /// Miss allowed between a claimed and a recomputed objective, relative to the largest of 1, the objective
    /// and its largest term.
    public var objective: Double

    /// Makes a tolerance.
    /// - Parameters:
    ///   - feasibility: relative miss allowed in rows and bounds, at least 0.
    ///   - integrality: absolute distance allowed from a whole number, at least 0.
    ///   - objective: relative miss allowed of the objective, at least 0.
    public init(feasibility: Double = 1e-6, integrality: Double = 1e-6, objective: Double = 1e-6) {
        self.feasibility = feasibility
        self.integrality = integrality
        self.objective = objective
    }

    /// 1e-6 throughout: ten times what solvers work with, so an honest answer passes.
    public static let standard = AnswerTolerance()
}

/// One way in which a point is not an answer.
public enum Violation: Hashable, Sendable {
    /// The point has not one value a variable.
    case valueCount(found: Int, expected: Int)
    /// A value is NaN or infinite.
    case notFinite(variable: String, value: Double)
    /// A row's sum lies outside its bounds.
    case row(name: String, activity: Double, lower: Double, upper: Double)
    /// A value lies outside its bounds.
    case bounds(variable: String, value: Double, lower: Double, upper: Double)
    /// A value that must be whole is not.
    case integrality(variable: String, value: Double)
    /// The objective claimed is not that of the point.
    case objective(claimed: Double, recomputed: Double)
}

/// What a re-evaluation of a point found.
public struct AnswerCheck: Hashable, Sendable {
    /// The objective at the point, recomputed from the model; NaN if the point has the wrong size.
    public let objective: Double
    /// Everything that is wrong with the point, in the order of the model.
    public let violations: [Violation]

    /// Whether nothing is wrong.
    public var passes: Bool { violations.isEmpty }
}

/// Re-evaluation of answers, with nothing but the model.
extension MixedIntegerModel {
    /// Re-evaluates a solver's answer: every row, bound and whole number, and the objective it claims.
    /// - Parameters:
    ///   - solution: the answer.
    ///   - tolerance: what may be missed.
    /// - Returns: the recomputed objective and all that is wrong.
    public func check(
        solution: Solution, tolerance: AnswerTolerance = .standard
    ) -> AnswerCheck {
        let found = check(values: solution.values, tolerance: tolerance)
        let largest = objective.expression.terms.reduce(max(1, found.objective.magnitude)) { size, term in
            guard solution.values.indices.contains(term.variable.index) else { return size }
            return max(size, (term.coefficient * solution.values[term.variable.index]).magnitude)
        }
        // Written so that NaN counts as a violation.
        if (found.objective - solution.objective).magnitude <= tolerance.objective * largest { return found }
        return AnswerCheck(
            objective: found.objective,
            violations: found.violations
                + [.objective(claimed: solution.objective, recomputed: found.objective)])
    }

    /// Re-evaluates a point: every row, bound and whole number.
    /// - Parameters:
    ///   - values: one a variable, in the order of the model.
    ///   - tolerance: what may be missed.
    /// - Returns: the objective at the point and all that is wrong.
    public func check(values: [Double], tolerance: AnswerTolerance = .standard) -> AnswerCheck {
        guard values.count == variables.count else {
            return AnswerCheck(
                objective: .nan,
                violations: [.valueCount(found: values.count, expected: variables.count)])
        }
        var violations: [Violation] = []
        for (variable, value) in zip(variables, values) {
            guard value.isFinite else {
                violations.append(.notFinite(variable: variable.name, value: value))
                continue
            }
            let (lower, upper) = variable.effectiveBounds
            if Self.misses(value, lower: lower, upper: upper, size: 0, tolerance: tolerance) {
                violations.append(
                    .bounds(variable: variable.name, value: value, lower: lower, upper: upper))
            }
            if variable.kind.isIntegral, (value - value.rounded()).magnitude > tolerance.integrality {
                violations.append(.integrality(variable: variable.name, value: value))
            }
        }
        for row in rows {
            var activity = 0.0
            var size = 0.0
            for term in row.terms {
                let product = term.coefficient * values[term.variable.index]
                activity += product
                size = max(size, product.magnitude)
            }
            if Self.misses(activity, lower: row.lower, upper: row.upper, size: size, tolerance: tolerance) {
                violations.append(
                    .row(name: row.name, activity: activity, lower: row.lower, upper: row.upper))
            }
        }
        return AnswerCheck(objective: objective.expression.value(at: values), violations: violations)
    }

    private static func misses(
        _ value: Double, lower: Double, upper: Double, size: Double, tolerance: AnswerTolerance
    ) -> Bool {
        func slack(_ bound: Double) -> Double {
            bound.isFinite ? tolerance.feasibility * max(1, bound.magnitude, size) : 0
        }
        return !(value >= lower - slack(lower) && value <= upper + slack(upper))
    }
}
