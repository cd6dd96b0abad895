import Quantities

/// The words of a script with the lines they begin in.
///
/// Quotes, backslashes and comments are understood as a POSIX shell does, variables of the shell are not.
struct LaunchWords {
    /// A word and its line, counted from 1.
    typealias Word = (text: String, line: Int)

    /// In the order of the script.
    let words: [Word]

    /// Takes a script apart.
    /// - Throws: ``LaunchParseError`` for a quote that is not closed, with its line.
    init(_ text: String) throws(LaunchParseError) {
        var (words, word, begin): ([Word], String?, Int) = ([], nil, 1)
        var quote: (mark: Character, line: Int)?
        var (isComment, isEscaped, line) = (false, false, 1)
        for character in text {
            if isEscaped {
                // A backslash joins lines; elsewhere it makes the next character plain.
                isEscaped = false
                if !character.isNewline {
                    if word == nil { begin = line }
                    word = (word ?? "") + String(character)
                }
            } else if isComment {
                isComment = !character.isNewline
            } else if let open = quote {
                if character == open.mark { quote = nil } else { word?.append(character) }
            } else if character == "#", word == nil {
                isComment = true
            } else if character == "'" || character == "\"" {
                quote = (character, line)
                if word == nil { (word, begin) = ("", line) }
            } else if character == "\\" {
                isEscaped = true
            } else if character.isWhitespace {
                if let done = word { words.append((done, begin)) }
                word = nil
            } else if word == nil {
                (word, begin) = (String(character), line)
            } else {
                word?.append(character)
            }
            if character.isNewline { line += 1 }
        }
        if let quote {
            throw LaunchParseError("line \(quote.line): the quote \(quote.mark) is not closed; close it")
        }
        if let done = word { words.append((done, begin)) }
        self.words = words
    }
}
