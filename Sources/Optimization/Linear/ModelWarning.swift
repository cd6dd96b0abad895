/// Something in a valid model that a solver in double arithmetic may answer inexactly.
public enum ModelWarning: Hashable, Sendable {
    /// The coefficients of the rows span more than `MixedIntegerModel.comfortableRange`.
    case coefficientRange(smallest: Double, largest: Double)
    /// The coefficients of the objective span more than `MixedIntegerModel.comfortableRange`.
    case costRange(smallest: Double, largest: Double)
    /// An integral variable has a fractional bound; the solver sees it rounded inward.
    case boundsRoundedInward(variable: String, lower: Double, upper: Double)
}

/// Words: what, and what to do about it.
extension ModelWarning: CustomStringConvertible {
    /// One sentence a person can act on.
    public var description: String {
        switch self {
        case .coefficientRange(let smallest, let largest):
            "row coefficients reach from \(smallest) to \(largest); choose units that bring them closer"
        case .costRange(let smallest, let largest):
            "objective coefficients reach from \(smallest) to \(largest); choose units that bring them closer"
        case .boundsRoundedInward(let variable, let lower, let upper):
            "the bounds of the integer variable \"\(variable)\" are read as \(lower) to \(upper)"
        }
    }
}
