import Quantities

/// Settings of a MaxText run by name.
struct MaxTextValues {
    let document: FlatDocument

    func has(_ key: String) -> Bool { document.text(key) != nil }

    /// Where a setting stands, for messages.
    func place(_ key: String) -> String {
        (document.line(key).map { "line \($0): " } ?? "") + key
    }

    func text(_ key: String) -> String? {
        guard let text = document.text(key), !["null", "~", "None"].contains(text) else { return nil }
        return text
    }

    /// The items of a list.
    func list(_ key: String) -> [String] {
        (0..<document.count(of: key)).compactMap { document.text("\(key).\($0)") }
    }

    func flag(_ key: String, default usual: Bool = false) throws(LaunchParseError) -> Bool {
        guard let text = text(key) else { return usual }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw LaunchParseError("\(place(key)) is \(Shown.value(text)); true or false is needed")
        }
    }

    /// A whole number of at least 1; nil as the default makes the setting required.
    func count(_ key: String, default usual: Int?) throws(LaunchParseError) -> Int {
        guard let text = text(key) else {
            guard let usual else { throw LaunchParseError("\(key) is missing") }
            return usual
        }
        guard let value = Int(text.filter { $0 != "_" }), value >= 1, value <= Int(Int32.max) else {
            throw LaunchParseError(
                "\(place(key)) is \(Shown.value(text)); a whole number of at least 1 is needed")
        }
        return value
    }

    /// A whole number of at least 0.
    func whole(_ key: String, default usual: Int) throws(LaunchParseError) -> Int {
        guard let text = text(key), text != "0", text != "-1" else { return has(key) ? 0 : usual }
        return try count(key, default: usual)
    }

    /// Ranks of an axis: at least 1, or -1 for what is left.
    func degree(_ key: String, default usual: Int) throws(LaunchParseError) -> Int {
        text(key) == "-1" ? -1 : try count(key, default: usual)
    }

    func number(
        _ key: String, _ range: ClosedRange<Double>, default usual: Double
    ) throws(LaunchParseError) -> Double {
        guard let text = text(key) else { return usual }
        guard let value = Double(text.filter { $0 != "_" }), range.contains(value) else {
            throw LaunchParseError(
                "\(place(key)) is \(Shown.value(text)); a number from \(range.lowerBound) to \(range.upperBound) "
                    + "is needed")
        }
        return value
    }
}
