import Meshwright

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
}
