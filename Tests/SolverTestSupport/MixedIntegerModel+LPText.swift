import Optimization

/// The model in CPLEX LP format, for other solvers and for people.
extension MixedIntegerModel {
    /// Names used in `lpText`, to read another solver's answer back.
    public var lpNames: LPNames { LPNames(of: self) }

    /// The model as CPLEX LP text.
    ///
    /// Only what all readers share is used: a row between two numbers is written as two rows, `name_low` and
    /// `name_high`; the constant of the objective is the cost of a variable fixed at 1; numbers are the
    /// shortest that read back as the same double. Checked by reading with glpsol and cbc in `LPTextTests`.
    /// - Returns: the text, ended by a line break; meaningful only for a model that `validate()` accepts.
    public var lpText: String {
        let names = lpNames
        var text = "\\ \(name.filter { !$0.isNewline })\n"
        text += objective.sense == .minimize ? "Minimize\n" : "Maximize\n"
        var costs = objective.expression.terms.map { (names.variables[$0.variable.index], $0.coefficient) }
        let constant = objective.expression.constant
        if constant != 0 { costs.append((names.constant, constant)) }
        text += Self.line("obj", costs, spare: names.constant, relation: "")
        text += "Subject To\n"
        for (index, row) in rows.enumerated() {
            text += Self.lines(of: row, named: names.rows[index], names: names)
        }
        text += "Bounds\n"
        for (index, variable) in variables.enumerated() {
            text += Self.boundsLine(of: variable, named: names.variables[index])
        }
        text += " \(names.constant) = 1\n"
        let integers = variables.indices.filter { variables[$0].kind.isIntegral }
        if !integers.isEmpty {
            text += "Generals\n"
            for index in integers { text += " \(names.variables[index])\n" }
        }
        return text + "End\n"
    }

    private static func lines(of row: Row, named name: String, names: LPNames) -> String {
        let terms = row.terms.map { (names.variables[$0.variable.index], $0.coefficient) }
        func line(_ suffix: String, _ relation: String) -> String {
            Self.line(name + suffix, terms, spare: names.constant, relation: relation)
        }
        if row.lower == row.upper { return line("", "= \(number(row.lower))") }
        switch (row.lower.isFinite, row.upper.isFinite) {
        case (true, true):
            return line("_low", ">= \(number(row.lower))") + line("_high", "<= \(number(row.upper))")
        case (true, false): return line("", ">= \(number(row.lower))")
        case (false, true): return line("", "<= \(number(row.upper))")
        case (false, false): return ""
        }
    }

    /// A named sum, broken into lines of about 100 characters because some readers have short line buffers.
    private static func line(
        _ name: String, _ terms: [(name: String, coefficient: Double)], spare: String, relation: String
    ) -> String {
        var text = " \(name):"
        var column = text.count
        // A sum without terms is not legal LP text.
        for term in terms.isEmpty ? [(spare, 0)] : terms {
            let sign = term.coefficient < 0 ? "-" : "+"
            let piece = " \(sign) \(number(term.coefficient.magnitude)) \(term.name)"
            if column + piece.count > 100 {
                text += "\n  "
                column = 2
            }
            text += piece
            column += piece.count
        }
        return text + (relation.isEmpty ? "\n" : " \(relation)\n")
    }

    private static func boundsLine(of variable: VariableDefinition, named name: String) -> String {
        let (lower, upper) = variable.effectiveBounds
        if lower == -.infinity && upper == .infinity { return " \(name) free\n" }
        if lower == upper { return " \(name) = \(number(lower))\n" }
        if upper == .infinity { return " \(name) >= \(number(lower))\n" }
        return " \(lower == -.infinity ? "-inf" : number(lower)) <= \(name) <= \(number(upper))\n"
    }

    private static func number(_ value: Double) -> String {
        // Whole numbers without ".0"; the rest as Swift prints it, which reads back exactly.
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int(value)) }
        return value.description
    }
}
