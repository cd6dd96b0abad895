import Quantities

/// Flags of an argument list with the words that follow each.
struct ArgumentValues {
    /// Flags in the order they occur.
    let flags: [String]
    private let values: [String: String]
    /// Lines of flags, where the list came from a file.
    private let lines: [String: Int]

    init(_ arguments: [String]) { self.init(arguments.map { ($0, 0) }) }

    init(_ words: [LaunchWords.Word]) {
        var flags: [String] = []
        var values: [String: String] = [:]
        var lines: [String: Int] = [:]
        for (word, line) in words {
            if word.hasPrefix("--") {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                flags.append(parts[0])
                if line > 0 { lines[parts[0]] = line }
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
        self.lines = lines
        known = Set(flags)
    }

    private let known: Set<String>

    func has(_ flag: String) -> Bool { known.contains(flag) }

    func text(_ flag: String) -> String? { values[flag] }

    /// A flag as messages name it, with its line.
    func place(_ flag: String) -> String { (lines[flag].map { "line \($0): " } ?? "") + flag }

    /// A whole number of at least 1, or nil where the flag is absent.
    func optionalCount(_ flag: String) throws(LaunchParseError) -> Int? {
        guard has(flag) else { return nil }
        guard let text = values[flag], let value = Int(text), value >= 1, value <= Int(Int32.max) else {
            throw LaunchParseError(
                "\(place(flag)) is \(Shown.value(values[flag] ?? "")); a whole number of at least 1 is needed"
            )
        }
        return value
    }

    /// A number in a range, or nil where the flag is absent.
    func number(_ flag: String, _ range: ClosedRange<Double>) throws(LaunchParseError) -> Double? {
        guard has(flag) else { return nil }
        guard let text = values[flag], let value = Double(text), range.contains(value) else {
            throw LaunchParseError(
                "\(place(flag)) is \(Shown.value(values[flag] ?? "")); a number from \(range.lowerBound) to "
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

    /// That the value of a flag is none of those that are read.
    func refusal(_ flag: String, _ words: String) -> LaunchParseError {
        LaunchParseError("\(place(flag)) \(Shown.value(values[flag] ?? "")) \(words)")
    }
}
