/// Text made safe for XML and set for SVG.
enum TextMarkup {
    /// Size of superscripts relative to the text around them.
    static let superscriptScale = 0.72

    /// Text with the characters that XML reserves replaced, and those it forbids removed.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            default:
                let isForbidden = scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
                if !isForbidden { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }

    /// Text as the content of an SVG `text` element: escaped, and superscripts as raised spans.
    ///
    /// Spans are raised by `dy` and not by `baseline-shift`, which not every browser draws; blanks beside
    /// them become unbreakable, since some readers drop blanks at the ends of a span.
    static func spans(_ text: String) -> String {
        var result = ""
        var run = ""
        var isRaised = false
        func flush() {
            guard !run.isEmpty else { return }
            if isRaised {
                result += "<tspan dy=\"-0.5em\" font-size=\"72%\">\(escaped(run))</tspan>"
            } else if result.isEmpty {
                result += escaped(run)
            } else {
                result += "<tspan dy=\"0.36em\">\(escaped(run))</tspan>"
            }
            run = ""
        }
        let isPlain = !text.contains { Superscript.plain($0) != nil }
        for character in isPlain ? text : text.replacing(" ", with: "\u{00A0}") {
            let plain = Superscript.plain(character)
            if (plain != nil) != isRaised {
                flush()
                isRaised = plain != nil
            }
            run.append(plain ?? character)
        }
        flush()
        return result
    }

    /// A string usable as an XML identifier and as a CSS name: letters, digits, `-` and `_`.
    static func identifier(_ text: String) -> String {
        let kept = String(
            text.map { character -> Character in
                let isAllowed = character.isASCII && (character.isLetter || character.isNumber)
                return isAllowed || character == "-" || character == "_" ? character : "-"
            })
        guard let first = kept.first, first.isLetter else { return "chart-" + kept }
        return kept
    }
}
