/// Bounds that follow from dual values, computed outside the solver.
extension MixedIntegerModel {
    /// A bound on the objective that holds for whatever dual values are put in, good or bad.
    ///
    /// For a minimisation with duals y, costs c and rows A x between l and u, every feasible x has
    ///
    ///     c x >= sum over rows of min(y l, y u) + sum over variables of min over its bounds of (c - y A) x
    ///
    /// The nearer the duals are to those of the linear relaxation, the nearer the bound is to its optimum. So
    /// a bound can be certified without trusting the solver: only the rounding of this sum (about 1e-15 times
    /// its largest term) remains. A wrong sign or a noise of 1e-9 where a bound is missing gives minus
    /// infinity.
    /// - Parameter rowDuals: one a row, as in `Relaxation.rowDuals`: objective gained a unit of right side.
    /// - Returns: a lower bound when minimising, an upper bound when maximising; may be infinite.
    /// - Source: Neumaier and Shcherbina 2004, section 3, doi:10.1007/s10107-003-0433-3; checked by
    ///   `DualBoundTests`.
    public func dualBound(rowDuals: [Double]) -> Double {
        precondition(rowDuals.count == rows.count, "as many duals as rows")
        let sign = objective.sense.sign
        var reduced = [Double](repeating: 0, count: variables.count)
        for term in objective.expression.terms { reduced[term.variable.index] += sign * term.coefficient }
        var bound = sign * objective.expression.constant
        for (row, rowDual) in zip(rows, rowDuals) {
            var dual = sign * rowDual
            // A dual that points at a missing side cannot be right: zero is always allowed.
            if dual > 0 ? row.lower == -.infinity : row.upper == .infinity { dual = 0 }
            guard dual != 0 else { continue }
            bound += dual > 0 ? dual * row.lower : dual * row.upper
            for term in row.terms { reduced[term.variable.index] -= dual * term.coefficient }
        }
        for (variable, cost) in zip(variables, reduced) where cost != 0 {
            let (lower, upper) = variable.effectiveBounds
            bound += cost > 0 ? cost * lower : cost * upper
        }
        return sign * bound
    }
}
