import Optimization

/// Names that every reader of CPLEX LP text accepts, one for each name of a model.
///
/// Readers differ in what they allow, so a name is kept only if it is plain in all of them: a letter other
/// than e (which starts an exponent), then letters, digits and underscores, at most 60 characters, not a word
/// of the format. Any other becomes a letter and its place, such as `v12_` for variable 12.
public struct LPNames: Hashable, Sendable {
    /// Names of the variables in the LP text, in the order of the model.
    public let variables: [String]
    /// Names of the rows in the LP text, in the order of the model.
    public let rows: [String]
    /// Name of the variable fixed at 1 that carries the constant of the objective.
    public let constant: String

    init(of model: MixedIntegerModel) {
        // Readers may fold case, so two names that differ in case only are not kept either.
        var taken: Set<String> = []
        variables = Self.names(model.variables.map(\.name), letter: "v", taken: &taken)
        constant = Self.free("constant_one", taken: &taken)
        var takenByRows: Set<String> = []
        rows = Self.names(model.rows.map(\.name), letter: "r", taken: &takenByRows)
    }

    private static let words: Set<String> = [
        "st", "subject", "such", "free", "inf", "infinity", "bound", "bounds", "general", "generals", "gen",
        "integer", "integers", "int", "binary", "binaries", "bin", "end", "min", "max", "minimize",
        "maximize",
        "minimise", "maximise", "minimum", "maximum", "semi", "sos", "sos1", "sos2", "objective_row", "obj",
    ]

    private static func names(_ originals: [String], letter: String, taken: inout Set<String>) -> [String] {
        let plain = originals.map { isPlain($0) && taken.insert($0.lowercased()).inserted }
        return originals.indices.map { index in
            plain[index] ? originals[index] : free("\(letter)\(index)_", taken: &taken)
        }
    }

    private static func free(_ wanted: String, taken: inout Set<String>) -> String {
        var name = wanted
        while !taken.insert(name.lowercased()).inserted { name += "_" }
        return name
    }

    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 60, !words.contains(name.lowercased()) else {
            return false
        }
        guard isLetter(first), first != UInt8(ascii: "e"), first != UInt8(ascii: "E") else { return false }
        return name.utf8.allSatisfy { byte in
            isLetter(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
