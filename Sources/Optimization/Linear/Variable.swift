/// A handle to one variable of one model.
///
/// It is the variable's place in `MixedIntegerModel.variables`; using it with another model is a mistake that
/// `MixedIntegerModel.validate()` finds only when the place does not exist there.
public struct Variable: Hashable, Sendable {
    /// Place in `MixedIntegerModel.variables`, from 0.
    public let index: Int

    /// Makes a handle for the variable at `index`.
    /// - Parameter index: place in `MixedIntegerModel.variables`, from 0.
    public init(index: Int) {
        self.index = index
    }
}

/// What values a variable may take between its bounds.
public enum VariableKind: String, Hashable, Sendable, CaseIterable {
    /// Any real number.
    case continuous
    /// Any whole number.
    case integer
    /// 0 or 1.
    case binary

    /// Whether only whole numbers are allowed.
    public var isIntegral: Bool { self != .continuous }
}

/// Name, kind and bounds of a variable.
public struct VariableDefinition: Hashable, Sendable {
    /// Name, unique among the variables of a model, 1 to 255 bytes of UTF-8 without line breaks.
    public let name: String
    /// What values it may take.
    public let kind: VariableKind
    /// Least value; `-infinity` for none.
    public internal(set) var lower: Double
    /// Greatest value; `infinity` for none.
    public internal(set) var upper: Double

    /// Bounds as a solver should see them: those of an integral variable moved inward to whole numbers.
    ///
    /// A bound within 1e-9 of a whole number counts as that number, so that 2.9999999999 is 3 and not 2.
    public var effectiveBounds: (lower: Double, upper: Double) {
        guard kind.isIntegral else { return (lower, upper) }
        return ((lower - 1e-9).rounded(.up), (upper + 1e-9).rounded(.down))
    }
}
