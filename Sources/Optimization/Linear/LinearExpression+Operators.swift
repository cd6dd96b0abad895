/// Arithmetic on variables and expressions, so that rows read as they are written on paper.
extension LinearExpression {
    /// Sum of two expressions, terms side by side.
    public static func + (left: LinearExpression, right: LinearExpression) -> LinearExpression {
        LinearExpression(terms: left.terms + right.terms, constant: left.constant + right.constant)
    }

    /// Difference of two expressions, terms side by side.
    public static func - (left: LinearExpression, right: LinearExpression) -> LinearExpression {
        left + -right
    }

    /// The expression with every sign turned.
    public static prefix func - (operand: LinearExpression) -> LinearExpression {
        -1 * operand
    }

    /// The expression with every coefficient and the constant multiplied.
    public static func * (factor: Double, operand: LinearExpression) -> LinearExpression {
        LinearExpression(
            terms: operand.terms.map { Term($0.variable, coefficient: factor * $0.coefficient) },
            constant: factor * operand.constant)
    }

    /// The expression plus a constant.
    public static func + (left: LinearExpression, right: Double) -> LinearExpression {
        LinearExpression(terms: left.terms, constant: left.constant + right)
    }

    /// The expression less a constant.
    public static func - (left: LinearExpression, right: Double) -> LinearExpression {
        left + -right
    }

    /// The expression plus a variable.
    public static func + (left: LinearExpression, right: Variable) -> LinearExpression {
        LinearExpression(terms: left.terms + [Term(right, coefficient: 1)], constant: left.constant)
    }

    /// The expression less a variable.
    public static func - (left: LinearExpression, right: Variable) -> LinearExpression {
        LinearExpression(terms: left.terms + [Term(right, coefficient: -1)], constant: left.constant)
    }

    /// Adds an expression in place, without copying the terms already there.
    public static func += (left: inout LinearExpression, right: LinearExpression) {
        left.terms.append(contentsOf: right.terms)
        left.constant += right.constant
    }

    /// Adds a variable in place.
    public static func += (left: inout LinearExpression, right: Variable) {
        left.terms.append(Term(right, coefficient: 1))
    }
}

/// Arithmetic that starts from a variable.
extension Variable {
    /// The variable with a coefficient.
    public static func * (factor: Double, variable: Variable) -> LinearExpression {
        LinearExpression(terms: [Term(variable, coefficient: factor)])
    }

    /// The variable with coefficient -1.
    public static prefix func - (operand: Variable) -> LinearExpression {
        -1 * operand
    }

    /// Sum of two variables.
    public static func + (left: Variable, right: Variable) -> LinearExpression {
        1 * left + right
    }

    /// Difference of two variables.
    public static func - (left: Variable, right: Variable) -> LinearExpression {
        1 * left - right
    }

    /// A variable plus an expression.
    public static func + (left: Variable, right: LinearExpression) -> LinearExpression {
        1 * left + right
    }

    /// A variable less an expression.
    public static func - (left: Variable, right: LinearExpression) -> LinearExpression {
        1 * left - right
    }

    /// A variable plus a constant.
    public static func + (left: Variable, right: Double) -> LinearExpression {
        1 * left + right
    }

    /// A variable less a constant.
    public static func - (left: Variable, right: Double) -> LinearExpression {
        1 * left - right
    }
}
