/// Why a transformer cannot be built from its numbers.
public enum TransformerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number outside its range.
    case outOfRange(field: String, value: Int, range: ClosedRange<Int>)
    /// A factor outside its range.
    case factorOutOfRange(field: String, value: Double, atLeast: Double)
    /// One number that must divide another does not.
    case doesNotDivide(field: String, value: Int, of: String, total: Int)
    /// A value that does not go with others.
    case notTogether(field: String, value: String, accepted: String)
    /// A name of a precision that is not known.
    case unknownPrecision(name: String, known: [String])

    /// The field in question, as in model files.
    public var field: String {
        switch self {
        case .outOfRange(let field, _, _), .factorOutOfRange(let field, _, _),
            .doesNotDivide(let field, _, _, _), .notTogether(let field, _, _):
            field
        case .unknownPrecision: "precision"
        }
    }

    /// One line: which value, why, what would be accepted.
    public var description: String {
        switch self {
        case .outOfRange(let field, let value, let range):
            "\(field) is \(value); \(range.lowerBound) to \(range.upperBound) is accepted"
        case .factorOutOfRange(let field, let value, let bound):
            "\(field) is \(value); a finite number of at least \(bound) is accepted"
        case .doesNotDivide(let field, let value, let other, let total):
            "\(field) \(value) does not divide \(other) \(total); a divisor of \(total) is accepted"
        case .notTogether(let field, let value, let accepted):
            "\(field) is \(value); \(accepted) is accepted"
        case .unknownPrecision(let name, let known):
            "precision '\(name)' is not known; one of \(known.joined(separator: ", ")) is accepted"
        }
    }
}
