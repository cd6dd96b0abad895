/// A linear expression held between two numbers: what a row says, without its name.
///
/// Written with the usual signs: `2 * x + y <= 10`, `x - y == 0`, `x >= 1`. A constant on the left moves
/// over.
public struct LinearRelation: Hashable, Sendable {
    /// The variable part; its constant is zero.
    public let terms: [Term]
    /// Least value of the sum of the terms; `-infinity` for none.
    public let lower: Double
    /// Greatest value of the sum of the terms; `infinity` for none.
    public let upper: Double

    /// Holds an expression between two numbers.
    /// - Parameters:
    ///   - expression: its constant is taken off both sides.
    ///   - lower: least value of the expression; `-infinity` for none.
    ///   - upper: greatest value of the expression; `infinity` for none.
    public init(_ expression: LinearExpression, lower: Double, upper: Double) {
        terms = expression.terms
        self.lower = lower - expression.constant
        self.upper = upper - expression.constant
    }
}

/// The three signs between an expression and a number, a variable or another expression.
extension LinearExpression {
    /// The expression is at most a number.
    public static func <= (left: LinearExpression, right: Double) -> LinearRelation {
        LinearRelation(left, lower: -.infinity, upper: right)
    }

    /// The expression is at most another one; the right side moves over.
    public static func <= (left: LinearExpression, right: LinearExpression) -> LinearRelation {
        left - right <= 0
    }

    /// The expression is at most a variable; the right side moves over.
    public static func <= (left: LinearExpression, right: Variable) -> LinearRelation {
        left - right <= 0
    }

    /// The expression is at least a number.
    public static func >= (left: LinearExpression, right: Double) -> LinearRelation {
        LinearRelation(left, lower: right, upper: .infinity)
    }

    /// The expression is at least another one; the right side moves over.
    public static func >= (left: LinearExpression, right: LinearExpression) -> LinearRelation {
        left - right >= 0
    }

    /// The expression is at least a variable; the right side moves over.
    public static func >= (left: LinearExpression, right: Variable) -> LinearRelation {
        left - right >= 0
    }

    /// The expression equals a number.
    public static func == (left: LinearExpression, right: Double) -> LinearRelation {
        LinearRelation(left, lower: right, upper: right)
    }

    /// The expression equals another one; the right side moves over.
    public static func == (left: LinearExpression, right: LinearExpression) -> LinearRelation {
        left - right == 0
    }

    /// The expression equals a variable; the right side moves over.
    public static func == (left: LinearExpression, right: Variable) -> LinearRelation {
        left - right == 0
    }
}

/// The three signs after a variable.
extension Variable {
    /// The variable is at most a number.
    public static func <= (left: Variable, right: Double) -> LinearRelation {
        1 * left <= right
    }

    /// The variable is at most an expression.
    public static func <= (left: Variable, right: LinearExpression) -> LinearRelation {
        1 * left <= right
    }

    /// The variable is at least a number.
    public static func >= (left: Variable, right: Double) -> LinearRelation {
        1 * left >= right
    }

    /// The variable is at least an expression.
    public static func >= (left: Variable, right: LinearExpression) -> LinearRelation {
        1 * left >= right
    }

    /// The variable equals a number.
    public static func == (left: Variable, right: Double) -> LinearRelation {
        1 * left == right
    }

    /// The variable equals an expression.
    public static func == (left: Variable, right: LinearExpression) -> LinearRelation {
        1 * left == right
    }
}
