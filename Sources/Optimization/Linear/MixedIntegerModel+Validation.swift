/// Checks of everything that a solver would answer with nonsense or an abort.
extension MixedIntegerModel {
    /// Greatest magnitude of any finite number in a model; solvers and file formats read more as infinite.
    public static let largestNumber = 1e30

    /// Greatest magnitude of an integer variable's finite bound: up to here doubles hold every whole number.
    public static let largestInteger = 9_007_199_254_740_992.0

    /// Ratio of coefficients above which `validate()` warns: a solver's tolerance of 1e-7 is no longer small.
    public static let comfortableRange = 1e8

    /// Checks every number and name.
    ///
    /// - Returns: warnings, none for a model without doubtful numbers.
    /// - Throws: the first mistake found: variables first, then rows, then the objective.
    @discardableResult
    public func validate() throws(ModelError) -> [ModelWarning] {
        var warnings: [ModelWarning] = []
        var names: Set<String> = []
        for (index, variable) in variables.enumerated() {
            let place = ModelPlace.variable(index: index, name: variable.name)
            try Self.check(name: variable.name, at: place, seen: &names)
            if let warning = try Self.check(variable, at: place) { warnings.append(warning) }
        }
        names.removeAll(keepingCapacity: true)
        // Marks of the last row that used a variable: cheaper than a set a row.
        var lastUse = [Int](repeating: -1, count: variables.count)
        var range = MagnitudeRange()
        for (index, row) in rows.enumerated() {
            let place = ModelPlace.row(index: index, name: row.name)
            try Self.check(name: row.name, at: place, seen: &names)
            try Self.checkBounds(lower: row.lower, upper: row.upper, at: place)
            for term in row.terms {
                try check(term, user: index, at: place, lastUse: &lastUse)
                let name = variables[term.variable.index].name
                try Self.check(
                    finite: term.coefficient, at: .coefficient(row: row.name, variable: name))
                range.include(term.coefficient)
            }
        }
        if range.ratio > Self.comfortableRange {
            warnings.append(.coefficientRange(smallest: range.smallest, largest: range.largest))
        }
        try checkObjective(lastUse: &lastUse, warnings: &warnings)
        return warnings
    }

    private func checkObjective(
        lastUse: inout [Int], warnings: inout [ModelWarning]
    ) throws(ModelError) {
        var range = MagnitudeRange()
        for term in objective.expression.terms {
            try check(term, user: rows.count, at: .objective, lastUse: &lastUse)
            let name = variables[term.variable.index].name
            try Self.check(finite: term.coefficient, at: .cost(variable: name))
            range.include(term.coefficient)
        }
        try Self.check(finite: objective.expression.constant, at: .objective)
        if range.ratio > Self.comfortableRange {
            warnings.append(.costRange(smallest: range.smallest, largest: range.largest))
        }
    }

    private func check(
        _ term: Term, user: Int, at place: ModelPlace, lastUse: inout [Int]
    ) throws(ModelError) {
        let index = term.variable.index
        guard variables.indices.contains(index) else {
            throw .unknownVariable(index: index, count: variables.count, place: place)
        }
        guard lastUse[index] != user else {
            throw .duplicateTerm(variable: variables[index].name, place: place)
        }
        lastUse[index] = user
    }

    private static func check(
        name: String, at place: ModelPlace, seen: inout Set<String>
    ) throws(ModelError) {
        let bytes = name.utf8
        guard (1...255).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .unusableName(name, place: place)
        }
        guard seen.insert(name).inserted else { throw .duplicateName(name, place: place) }
    }

    private static func check(finite value: Double, at place: ModelPlace) throws(ModelError) {
        guard value.magnitude <= largestNumber else {
            throw .unusableNumber(value, place: place, accepted: "a finite number up to \(largestNumber)")
        }
    }

    private static func check(
        _ variable: VariableDefinition, at place: ModelPlace
    ) throws(ModelError) -> ModelWarning? {
        try checkBounds(lower: variable.lower, upper: variable.upper, at: place)
        guard variable.kind.isIntegral else { return nil }
        for bound in [variable.lower, variable.upper]
        where bound.isFinite && bound.magnitude > largestInteger {
            throw .unusableNumber(
                bound, place: place, accepted: "integer bounds up to \(largestInteger), or none")
        }
        let (lower, upper) = variable.effectiveBounds
        guard lower <= upper else {
            throw .emptyBounds(
                lower: variable.lower, upper: variable.upper, place: place,
                accepted: "bounds with a whole number between them")
        }
        if variable.kind == .binary, lower < 0 || upper > 1 {
            throw .emptyBounds(
                lower: lower, upper: upper, place: place, accepted: "0 and 1 for a binary, or one of them")
        }
        guard lower != variable.lower || upper != variable.upper else { return nil }
        return .boundsRoundedInward(variable: variable.name, lower: lower, upper: upper)
    }

    private static func checkBounds(
        lower: Double, upper: Double, at place: ModelPlace
    ) throws(ModelError) {
        guard lower.magnitude <= largestNumber || lower == -.infinity else {
            throw .unusableNumber(
                lower, place: place, accepted: "a lower bound up to \(largestNumber), or -infinity")
        }
        guard upper.magnitude <= largestNumber || upper == .infinity else {
            throw .unusableNumber(
                upper, place: place, accepted: "an upper bound up to \(largestNumber), or infinity")
        }
        guard lower <= upper else {
            throw .emptyBounds(lower: lower, upper: upper, place: place, accepted: "lower <= upper")
        }
    }
}

/// Smallest and largest magnitude of the numbers seen, zeros left out.
private struct MagnitudeRange {
    var smallest = Double.infinity
    var largest = 0.0

    var ratio: Double { largest > 0 ? largest / smallest : 1 }

    mutating func include(_ value: Double) {
        guard value != 0 else { return }
        smallest = min(smallest, value.magnitude)
        largest = max(largest, value.magnitude)
    }
}
