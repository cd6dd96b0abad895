import Files
import Quantities

/// Numbers and words given as options, each held against its range where it enters.
///
/// An error names the option, the text and what would do.
enum OptionText {
    /// A whole number.
    static func count(
        _ option: String, _ text: String, in range: ClosedRange<Int> = 1...CountParsing.most
    ) throws -> Int {
        do { return try CountParsing.count(text, in: range) } catch {
            throw InputError("\(option): \(error)")
        }
    }

    /// A pure number.
    static func number(_ option: String, _ text: String, in range: NumberRange) throws -> Double {
        do { return try CountParsing.number(text, in: range) } catch {
            throw InputError("\(option): \(error)")
        }
    }

    /// A quantity with its unit.
    static func quantity<Dimension>(
        _ option: String, _ text: String, in range: NumberRange
    ) throws -> Quantity<Dimension> {
        do { return try Quantity<Dimension>(parsing: text, in: range) } catch {
            throw InputError("\(option): \(error)")
        }
    }

    /// A duration above zero, such as `10s` or `1month`.
    static func duration(
        _ option: String, _ text: String, in range: NumberRange = .duration
    ) throws -> Seconds {
        try quantity(option, text, in: range)
    }

    /// A word that names a case.
    static func choice<Value: RawRepresentable & CaseIterable>(
        _ option: String, _ text: String
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue)
            throw InputError(
                "\(option) \(Shown.value(text)): write \(known.joined(separator: " or "))"
                    + Suggestion.phrase(for: text, among: known))
        }
        return value
    }

    /// The two sides of `key=value`.
    static func pair(_ option: String, _ text: String, example: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw InputError("\(option) \(text): write it like \(example)") }
        return (parts[0], parts[1])
    }

    /// A share, as `0.8` or `80%`; what it may be is for the reader to say.
    static func share(_ option: String, _ text: String) throws -> Double {
        let isPercent = text.hasSuffix("%")
        guard let number = try? CountParsing.number(isPercent ? String(text.dropLast()) : text),
            number.isFinite
        else { throw InputError("\(option) \(text): a share is needed, such as 0.8 or 80%") }
        return isPercent ? number / 100 : number
    }

    /// A factor from a millionth to a million, with or without an `x` behind it.
    static func factor(_ option: String, _ text: String) throws -> Double {
        let digits = text.hasSuffix("x") ? String(text.dropLast()) : text
        let range = NumberRange(1e-6, 1e6)
        guard let factor = try? CountParsing.number(digits), range.contains(factor) else {
            throw InputError(
                "\(option): \(Shown.value(text)) is no factor \(range); write it like 2x or 0.1x")
        }
        return factor
    }
}
