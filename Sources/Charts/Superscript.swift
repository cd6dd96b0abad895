/// The Unicode superscript characters, which labels carry and SVG text turns into raised spans.
enum Superscript {
    /// Superscript digits, zero to nine.
    static let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]

    /// The plain character of a superscript one; nil for any other character.
    static func plain(_ character: Character) -> Character? {
        if character == "⁻" { return "\u{2212}" }
        if character == "⁺" { return "+" }
        guard let digit = digits.firstIndex(of: character) else { return nil }
        return Character(String(digit))
    }
}
