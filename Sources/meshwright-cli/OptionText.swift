import Meshwright
import Quantities

/// Quantities given as options: an error names the option.
enum OptionText {
    /// A duration above zero, such as `10s` or `1month`.
    /// - Throws: `InputError` that names the option, the text and what would do.
    static func duration(_ option: String, _ text: String, below limit: Seconds? = nil) throws -> Seconds {
        let duration: Seconds
        do { duration = try Seconds(parsing: text) } catch { throw InputError("\(option): \(error)") }
        guard duration.value > 0 else { throw InputError("\(option) \(text): it must be above zero") }
        if let limit, !(duration < limit) {
            throw InputError("\(option) \(text): it must be below \(Readable.time(limit))")
        }
        return duration
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

    /// A finite factor above zero, with or without an `x` behind it.
    static func factor(_ option: String, _ text: String) throws -> Double {
        let digits = text.hasSuffix("x") ? String(text.dropLast()) : text
        guard let factor = try? CountParsing.number(digits), factor > 0, factor.isFinite else {
            throw InputError("\(option): '\(text)' is no factor above zero; write it like 2x or 0.1x")
        }
        return factor
    }
}
