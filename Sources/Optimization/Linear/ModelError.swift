/// Why a model cannot be given to a solver, with what is needed to mend it.
public enum ModelError: Error, Hashable, Sendable {
    /// A number is NaN, infinite where it must be finite, or beyond `MixedIntegerModel.largestNumber`.
    case unusableNumber(Double, place: ModelPlace, accepted: String)
    /// A name is empty, longer than 255 bytes, or holds a line break or another control character.
    case unusableName(String, place: ModelPlace)
    /// Two variables, or two rows, have the same name.
    case duplicateName(String, place: ModelPlace)
    /// A variable comes twice in one row or in the objective.
    case duplicateTerm(variable: String, place: ModelPlace)
    /// A term names a variable that the model does not have.
    case unknownVariable(index: Int, count: Int, place: ModelPlace)
    /// No number lies between the bounds, or none of the kind wanted.
    case emptyBounds(lower: Double, upper: Double, place: ModelPlace, accepted: String)
}

/// Where in a model something is.
public enum ModelPlace: Hashable, Sendable {
    /// A variable's name or bounds, by its place and name.
    case variable(index: Int, name: String)
    /// A row's name, bounds or terms, by its place and name.
    case row(index: Int, name: String)
    /// A coefficient of a row.
    case coefficient(row: String, variable: String)
    /// A coefficient of the objective.
    case cost(variable: String)
    /// The objective as a whole.
    case objective
}

/// Words: what, where, and what would be accepted.
extension ModelError: CustomStringConvertible {
    /// One sentence a person can act on.
    public var description: String {
        switch self {
        case .unusableNumber(let value, let place, let accepted):
            "\(place) is \(value); accepted: \(accepted)"
        case .unusableName(let name, let place):
            "the name of \(place) has \(name.utf8.count) bytes or a control character; "
                + "accepted: 1 to 255 bytes without line breaks"
        case .duplicateName(let name, let place):
            "\(place) has the name \"\(name)\" of an earlier one; accepted: a name of its own"
        case .duplicateTerm(let variable, let place):
            "\(place) names the variable \"\(variable)\" twice; accepted: one term a variable "
                + "(see collectingLikeTerms)"
        case .unknownVariable(let index, let count, let place):
            "\(place) names variable \(index); accepted: 0 to \(count - 1), those of this model"
        case .emptyBounds(let lower, let upper, let place, let accepted):
            "\(place) has the bounds \(lower) and \(upper); accepted: \(accepted)"
        }
    }
}

/// Words for a place.
extension ModelPlace: CustomStringConvertible {
    /// The place, such as `row 3 "capacity"`.
    public var description: String {
        switch self {
        case .variable(let index, let name): "variable \(index) \"\(name.prefix(60))\""
        case .row(let index, let name): "row \(index) \"\(name.prefix(60))\""
        case .coefficient(let row, let variable):
            "the coefficient of \"\(variable.prefix(60))\" in row \"\(row.prefix(60))\""
        case .cost(let variable): "the objective coefficient of \"\(variable.prefix(60))\""
        case .objective: "the objective"
        }
    }
}
