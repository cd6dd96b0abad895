/// Text of files and options as messages show it: on one line, without characters that a terminal obeys, cut
/// where it is long.
public enum Shown {
    /// Characters of a value that are shown at most.
    private static let mostOfValue = 80
    /// Characters of a message that are shown at most.
    private static let mostOfLine = 1200

    /// A value in quotes.
    /// - Parameter text: as given.
    /// - Returns: `'text'`, escaped, its middle left out where it is long.
    public static func value(_ text: some StringProtocol) -> String {
        "'\(line(text, most: mostOfValue))'"
    }

    /// A whole message.
    /// - Parameter text: any.
    /// - Returns: one line, its middle left out where it is very long.
    public static func line(_ text: some StringProtocol) -> String { line(text, most: mostOfLine) }

    /// Whether a text is one line that can be printed as it is.
    /// - Parameter text: any.
    /// - Returns: false where a character would end the line or command a terminal.
    public static func isLine(_ text: some StringProtocol) -> Bool {
        !text.unicodeScalars.contains(where: isControl)
    }

    /// The first character that files and values may not hold: those that control a terminal, or the order or
    /// visibility of text, except tabs and line ends.
    /// - Parameter text: any.
    /// - Returns: the character as it is escaped, and the line it is in, counted from 1; nil for none.
    public static func firstControl(in text: some StringProtocol) -> (escaped: String, line: Int)? {
        var line = 1
        for scalar in text.unicodeScalars {
            if scalar == "\n" { line += 1 }
            guard scalar.value >= 0x20, scalar.value < 0x7F else {
                if scalar == "\n" || scalar == "\t" || scalar == "\r" || scalar == "\u{FEFF}" { continue }
                if isControl(scalar) { return (escape(scalar), line) }
                continue
            }
        }
        return nil
    }

    private static func line(_ text: some StringProtocol, most: Int) -> String {
        // Scalars and not characters: one character may hold any number of marks.
        let count = text.unicodeScalars.count
        guard count > most else { return escaped(text.unicodeScalars) }
        let side = most / 2
        return escaped(text.unicodeScalars.prefix(side)) + " … (\(count - 2 * side) characters left out) … "
            + escaped(text.unicodeScalars.suffix(side))
    }

    private static func escaped(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var result = ""
        for scalar in scalars {
            if isControl(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// Control and format characters, and what separates lines.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value < 0x20 || scalar.value >= 0x7F else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
