/// Estimates of how wide text is drawn, since no font is at hand when the chart is computed.
///
/// The table follows DejaVu Sans, one of the widest common interface fonts; system fonts of macOS, Windows
/// and Android are narrower by a tenth or more, so what fits by this estimate fits there too.
enum TextWidth {
    /// Width of one line of text.
    ///
    /// - Parameters:
    ///   - text: the line; superscript characters count at their reduced size.
    ///   - size: font size in pixels.
    ///   - weight: bold text is a tenth wider.
    /// - Returns: pixels.
    static func estimate(_ text: String, size: Double, weight: FontWeight = .regular) -> Double {
        let units = text.reduce(0.0) { $0 + width(of: $1) }
        return units * size * (weight == .bold ? 1.1 : 1)
    }

    /// Text broken into lines no wider than `width` where its words allow.
    static func wrapped(
        _ text: String, width: Double, size: Double, weight: FontWeight = .regular
    ) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            let joined = (lines.last.map { $0 + " " } ?? "") + word
            if lines.isEmpty || estimate(joined, size: size, weight: weight) > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = joined
            }
        }
        return lines
    }

    /// Text cut to a width, the cut shown by an ellipsis.
    static func shortened(
        _ text: String, width: Double, size: Double, weight: FontWeight = .regular
    ) -> String {
        guard estimate(text, size: size, weight: weight) > width else { return text }
        var result = text
        while !result.isEmpty, estimate(result + "…", size: size, weight: weight) > width {
            result.removeLast()
        }
        return result + "…"
    }

    private static func width(of character: Character) -> Double {
        if Superscript.plain(character) != nil { return 0.64 * TextMarkup.superscriptScale }
        switch character {
        case "i", "j", "l", "'", "|": return 0.29
        case ".", ",", ":", ";", "!", " ", "\u{00A0}", "·": return 0.34
        case "f", "t", "r", "(", ")", "[", "]", "I", "J", "/", "-", "\"": return 0.41
        case "m", "M", "W", "w", "%", "—", "…": return 0.97
        case "+", "=", "<", ">", "~", "\u{2212}", "\u{00D7}", "±", "→", "≤", "≥": return 0.84
        case "A"..."Z", "&", "@": return 0.72
        case "s", "c", "k", "z", "v", "x", "y": return 0.58
        default: return character.isASCII ? 0.636 : 0.7
        }
    }
}

/// The weights text is set in.
enum FontWeight: Sendable, Hashable {
    case regular
    case bold
}
