/// One product of a coefficient and a variable.
public struct Term: Hashable, Sendable {
    /// The variable.
    public let variable: Variable
    /// What it is multiplied by.
    public let coefficient: Double

    /// Makes the product of `coefficient` and `variable`.
    /// - Parameters:
    ///   - variable: the variable.
    ///   - coefficient: what it is multiplied by; must be finite to pass validation.
    public init(_ variable: Variable, coefficient: Double) {
        self.variable = variable
        self.coefficient = coefficient
    }
}

/// A sum of terms and a constant, such as `3 * x - y + 2`.
///
/// Terms are kept as written: `x + x` has two of them, and a row made of it is refused by validation, because
/// a variable named twice in a row is more often a slip than a wish. `collectingLikeTerms()` merges on
/// request.
public struct LinearExpression: Hashable, Sendable {
    /// Terms in the order written.
    public var terms: [Term]
    /// What is added to the terms.
    public var constant: Double

    /// Makes an expression of terms and a constant.
    /// - Parameters:
    ///   - terms: the terms, none by default.
    ///   - constant: what is added to them.
    public init(terms: [Term] = [], constant: Double = 0) {
        self.terms = terms
        self.constant = constant
    }

    /// Makes the plain sum of variables.
    /// - Parameter variables: each enters with coefficient 1.
    public init(sumOf variables: some Sequence<Variable>) {
        self.init(terms: variables.map { Term($0, coefficient: 1) })
    }

    /// Makes the sum of variables times weights.
    /// - Parameters:
    ///   - variables: as many as weights.
    ///   - weights: one coefficient a variable, in the same order.
    public init(_ variables: some Collection<Variable>, weights: some Collection<Double>) {
        precondition(variables.count == weights.count, "as many weights as variables")
        self.init(terms: zip(variables, weights).map { Term($0, coefficient: $1) })
    }

    /// The same expression with one term a variable, in the order of first appearance.
    /// - Returns: an expression of equal value everywhere. Complexity: linear in the number of terms.
    public func collectingLikeTerms() -> LinearExpression {
        var order: [Variable] = []
        var sums: [Variable: Double] = [:]
        for term in terms {
            if sums[term.variable] == nil { order.append(term.variable) }
            sums[term.variable, default: 0] += term.coefficient
        }
        return LinearExpression(
            terms: order.map { Term($0, coefficient: sums[$0] ?? 0) }, constant: constant)
    }

    /// Value of the expression at a point.
    /// - Parameter values: one value a variable of the model, in its order.
    /// - Returns: the sum, in plain double arithmetic, terms in the order written.
    public func value(at values: [Double]) -> Double {
        var sum = constant
        for term in terms { sum += term.coefficient * values[term.variable.index] }
        return sum
    }
}
