import Foundation

/// Why a piece of text is not the number that was expected.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as given.
    public let text: String
    /// What is wrong with it.
    public let reason: String
    /// What would be accepted.
    public let accepted: String

    /// One line: value, reason, remedy.
    public var description: String { "\(Shown.value(text)) \(reason); write \(accepted)" }

    /// Makes an error.
    /// - Parameters:
    ///   - text: the text as given.
    ///   - reason: what is wrong with it, as the end of a sentence that begins with the text.
    ///   - accepted: what to write instead, as the end of a sentence that begins with "write".
    public init(text: String, reason: String, accepted: String) {
        self.text = text
        self.reason = reason
        self.accepted = accepted
    }

    /// A number that is none of those accepted.
    init(text: String, outside range: NumberRange, of numbers: String = "a number") {
        self.init(text: text, reason: "is out of range", accepted: "\(numbers) \(range)")
    }
}

private let decimalPrefixes: [Character: Double] = [
    "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Z": 1e21, "Y": 1e24,
    "R": 1e27, "Q": 1e30,
]

/// The factor of a suffix without a unit, as axes and options have it: a prefix, or `B` for 1e9.
private func factor(ofSuffix suffix: String) -> Double? {
    suffix == "B" ? 1e9 : suffix.count == 1 ? suffix.first.flatMap { decimalPrefixes[$0] } : nil
}

/// Splits text into the number it starts with and the rest.
///
/// An underscore between digits is a separator of thousands; an `e` belongs to the number only when
/// digits follow it, so that `3EFLOP` keeps its prefix.
private func splitNumber(_ text: String) -> (number: Double, digits: String, unit: String)? {
    // No number is longer; reading stays cheap whatever is given.
    guard text.utf8.count <= 400 else { return nil }
    let characters = Array(text.filter { !" \u{00A0}_".contains($0) })
    var end = 0
    if end < characters.count, characters[end] == "-" || characters[end] == "+" { end += 1 }
    let digitsStart = end
    while end < characters.count, characters[end].isASCIIDigit || characters[end] == "." { end += 1 }
    guard end > digitsStart else { return nil }
    if end < characters.count, characters[end] == "e" || characters[end] == "E" {
        var exponentEnd = end + 1
        if exponentEnd < characters.count, characters[exponentEnd] == "-" || characters[exponentEnd] == "+" {
            exponentEnd += 1
        }
        let exponentStart = exponentEnd
        while exponentEnd < characters.count, characters[exponentEnd].isASCIIDigit { exponentEnd += 1 }
        if exponentEnd > exponentStart { end = exponentEnd }
    }
    let digits = String(characters[..<end])
    guard let number = Double(digits) else { return nil }
    return (number, digits, String(characters[end...]))
}

extension Character {
    fileprivate var isASCIIDigit: Bool { self >= "0" && self <= "9" }
}

extension Quantity {
    /// Reads a quantity as people write it: `80GB`, `80 GiB`, `4.5us`, `3months`, `1e27`, `infinite`.
    ///
    /// A bare number is in the base unit. SI prefixes are decimal; Ki, Mi, Gi, Ti binary. Digits that are read
    /// as infinite are out of range; only the word means it.
    /// - Parameter text: the number and, optionally, its unit.
    /// - Throws: ``QuantityError`` naming the text, what is wrong and what would be read.
    public init(parsing text: String) throws(QuantityError) {
        let accepted = "it like \(Dimension.example)"
        let trimmed = text.filter { $0 != " " }
        if ["inf", "infinite", "infinity"].contains(trimmed.lowercased()) {
            self.init(.infinity)
            return
        }
        guard let (number, digits, unit) = splitNumber(text) else {
            throw QuantityError(text: text, reason: "is not a number", accepted: accepted)
        }
        if unit.isEmpty {
            self.init(number)
        } else if let factor = Dimension.units[unit] {
            self.init(scaled(digits, by: factor))
        } else if let prefix = unit.first, let factor = decimalPrefixes[prefix],
            case let rest = String(unit.dropFirst()),
            Dimension.prefixable.contains(rest), let base = Dimension.units[rest]
        {
            self.init(scaled(digits, by: factor) * base)
        } else if !Dimension.prefixable.isEmpty, let factor = factor(ofSuffix: unit) {
            self.init(scaled(digits, by: factor))
        } else {
            throw QuantityError(
                text: text, reason: "has the unknown unit \(Shown.value(unit))", accepted: accepted)
        }
        guard value.isFinite else {
            throw QuantityError(text: text, reason: "is out of range", accepted: accepted)
        }
    }

    /// Reads a quantity that must lie in a range.
    /// - Parameters:
    ///   - text: as for ``init(parsing:)``.
    ///   - range: what is accepted, in the base unit.
    /// - Throws: ``QuantityError`` naming the text, what is wrong and what would be accepted.
    public init(parsing text: String, in range: NumberRange) throws(QuantityError) {
        try self.init(parsing: text)
        guard range.contains(value) else {
            let unit = Dimension.symbol
            throw QuantityError(text: text, outside: range, of: "a number of \(unit)")
        }
    }
}

/// Digits times a factor; a power of ten is joined to the digits before they are read, so that `4.5us` is
/// the double nearest to 4.5e-6 and not the rounding of two roundings.
private func scaled(_ digits: String, by factor: Double) -> Double {
    let exponent = Int(log10(factor).rounded())
    if !digits.contains(where: { $0 == "e" || $0 == "E" }), Double("1e\(exponent)") == factor,
        let exact = Double("\(digits)e\(exponent)")
    {
        return exact
    }
    return (Double(digits) ?? .nan) * factor
}

/// Numbers without a dimension, as people write them: `16384`, `16k`, `2.5M`, `1e6`.
public enum CountParsing {
    /// The greatest count that any text may give: below 2^53, so that it is exact as a `Double` too.
    public static let most = 9_000_000_000_000_000

    private static let example = "it like 16384, 16k, 2.5M, 1e6"

    /// Reads a pure number.
    /// - Parameter text: digits, optionally with an exponent or one of k, M, G or B, T, P, E (powers of 1000).
    /// - Returns: the number, which is finite.
    /// - Throws: ``QuantityError`` when the text is not a number, or one too large to be read.
    public static func number(_ text: String) throws(QuantityError) -> Double {
        guard let (number, digits, unit) = splitNumber(text) else {
            throw QuantityError(text: text, reason: "is not a number", accepted: example)
        }
        var value = number
        if !unit.isEmpty {
            guard let factor = factor(ofSuffix: unit) else {
                throw QuantityError(
                    text: text, reason: "has the unknown suffix \(Shown.value(unit))", accepted: example)
            }
            value = scaled(digits, by: factor)
        }
        guard value.isFinite else {
            throw QuantityError(text: text, reason: "is out of range", accepted: example)
        }
        return value
    }

    /// Reads a pure number that must lie in a range.
    /// - Parameters:
    ///   - text: as for ``number(_:)``.
    ///   - range: what is accepted.
    /// - Returns: the number.
    /// - Throws: ``QuantityError`` naming the text, what is wrong and what would be accepted.
    public static func number(_ text: String, in range: NumberRange) throws(QuantityError) -> Double {
        let value = try number(text)
        guard range.contains(value) else { throw QuantityError(text: text, outside: range) }
        return value
    }

    /// Reads a whole number that must lie in a range.
    /// - Parameters:
    ///   - text: as for ``number(_:)``.
    ///   - range: what is accepted; its ends are at most ``most``.
    /// - Returns: the count.
    /// - Throws: ``QuantityError`` when the text is no whole number in range.
    public static func count(
        _ text: String, in range: ClosedRange<Int> = 1...most
    ) throws(QuantityError) -> Int {
        let value = try number(text)
        guard value == value.rounded() else {
            throw QuantityError(text: text, reason: "is not a whole number", accepted: example)
        }
        let bounds = NumberRange(Double(range.lowerBound), Double(min(range.upperBound, most)))
        guard bounds.contains(value), let count = Int(exactly: value) else {
            throw QuantityError(text: text, outside: bounds, of: "a whole number")
        }
        return count
    }
}
