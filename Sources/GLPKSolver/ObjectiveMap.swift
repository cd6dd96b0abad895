import Optimization

/// The way between a model's objective and the one GLPK minimises.
///
/// GLPK always minimises here, without the constant, and with costs multiplied by a power of two that brings
/// the largest to between 1 and 2. The power changes no digit; it makes GLPK's tolerance, which is absolute
/// for small objectives, relative to the costs of the model.
struct ObjectiveMap {
    /// What a cost is multiplied by: the sign of the sense times a power of two.
    let factor: Double
    let constant: Double

    /// Part by which a bound is moved away from the optimum; see `GLPKSolver.boundTolerance`.
    let tolerance: Double

    init(of objective: LinearObjective, tolerance: Double) {
        let largest = objective.expression.terms.map(\.coefficient.magnitude).max() ?? 0
        let scale = largest > 0 ? 1 / Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
        factor = objective.sense.sign * scale
        constant = objective.expression.constant
        self.tolerance = tolerance
    }

    /// GLPK's objective for an objective of the model.
    func inner(_ outer: Double) -> Double { (outer - constant) * factor }

    /// The model's objective for an objective of GLPK.
    func outer(_ inner: Double) -> Double { inner / factor + constant }

    /// The model's bound for a bound of GLPK, with the tolerance taken off.
    func deflatedBound(_ inner: Double) -> Double {
        outer(inner - tolerance * max(1, inner.magnitude))
    }
}
