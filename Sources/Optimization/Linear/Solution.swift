/// A point that satisfies a model, checked outside the solver.
public struct Solution: Hashable, Sendable {
    /// What is known of the point.
    public enum Status: String, Hashable, Sendable, CaseIterable {
        /// No point is better by more than the solver's tolerance.
        case optimal
        /// It satisfies the model; better ones may exist.
        case feasible
    }

    /// One value a variable, in the order of the model; whole numbers exactly for integral variables.
    public let values: [Double]
    /// The objective at `values`, constant included.
    public let objective: Double
    /// What is known of the point.
    public let status: Status

    /// Makes a solution.
    /// - Parameters:
    ///   - values: one a variable, in the order of the model.
    ///   - objective: the objective at `values`.
    ///   - status: what is known of the point.
    public init(values: [Double], objective: Double, status: Status) {
        self.values = values
        self.objective = objective
        self.status = status
    }

    /// The value of a variable.
    /// - Parameter variable: one of the model that was solved.
    public subscript(variable: Variable) -> Double { values[variable.index] }
}
