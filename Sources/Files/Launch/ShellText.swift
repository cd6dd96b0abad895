/// Text that a shell takes as it is.
enum ShellText {
    /// A word that a POSIX shell reads back as the same text, whatever is in it.
    ///
    /// Source: IEEE Std 1003.1-2017, XCU 2.2.2: nothing is special between single quotes but a single quote.
    /// - Parameter text: any text; a zero byte, which no argument can hold, is left out.
    /// - Returns: the word.
    static func quoted(_ text: String) -> String {
        let plain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "-_.,/".unicodeScalars.contains($0)
            }
        guard !plain else { return text }
        let quote: Unicode.Scalar = "'"
        var quoted = "'"
        for scalar in text.unicodeScalars where scalar.value != 0 {
            quoted += scalar == quote ? "'\\''" : String(scalar)
        }
        return quoted + "'"
    }

    /// A text as a name of letters, digits, dots and dashes.
    static func name(_ text: String) -> String {
        let kept = text.unicodeScalars.map { scalar -> String in
            let isPlain =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "." || scalar == "-"
            return isPlain ? String(scalar) : "-"
        }.joined()
        return kept.isEmpty ? "model" : String(kept.prefix(100))
    }
}
