/// Flags of an argument list with the words that follow each.
struct ArgumentValues {
    /// Flags in the order they occur.
    let flags: [String]
    private let values: [String: String]

    init(_ arguments: [String]) {
        var flags: [String] = []
        var values: [String: String] = [:]
        for word in arguments {
            if word.hasPrefix("--") {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                flags.append(parts[0])
                if parts.count > 1 { values[parts[0]] = parts[1] }
            } else if let flag = flags.last {
                // In place: a list of any length is read in a time that grows with it.
                if values[flag] == nil {
                    values[flag] = word
                } else {
                    values[flag, default: ""] += " " + word
                }
            }
        }
        self.flags = flags
        self.values = values
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    func text(_ flag: String) -> String? { values[flag] }

    /// A whole number of at least 1, or nil where the flag is absent.
    func optionalCount(_ flag: String) throws(LaunchParseError) -> Int? {
        guard has(flag) else { return nil }
        guard let text = values[flag], let value = Int(text), value >= 1, value <= Int(Int32.max) else {
            throw LaunchParseError(
                "\(flag) is '\(values[flag] ?? "")'; a whole number of at least 1 is needed")
        }
        return value
    }

    /// A number in a range, or nil where the flag is absent.
    func number(_ flag: String, _ range: ClosedRange<Double>) throws(LaunchParseError) -> Double? {
        guard has(flag) else { return nil }
        guard let text = values[flag], let value = Double(text), range.contains(value) else {
            throw LaunchParseError(
                "\(flag) is '\(values[flag] ?? "")'; a number from \(range.lowerBound) to "
                    + "\(range.upperBound) is needed")
        }
        return value
    }

    /// A whole number of at least 1; nil as the default makes the flag required.
    func count(_ flag: String, default value: Int?) throws(LaunchParseError) -> Int {
        if let given = try optionalCount(flag) { return given }
        guard let value else { throw LaunchParseError("\(flag) is missing") }
        return value
    }
}
