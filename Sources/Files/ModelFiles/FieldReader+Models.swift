import Quantities

/// Values that may be absent, and words from a list; `null` counts as absent.
extension FieldReader {
    /// Whether a key is there with a value.
    func isGiven(_ key: String) -> Bool {
        guard let text = word(key)?.lowercased() else { return false }
        return text != "null" && text != "~" && !text.isEmpty
    }

    /// A whole number of at least 1, or nil where it is absent.
    func optionalCount(_ key: String) throws(ScenarioError) -> Int? {
        isGiven(key) ? try count(key) : nil
    }

    /// A whole number of at least 0, or nil where it is absent.
    func optionalWhole(_ key: String) throws(ScenarioError) -> Int? {
        guard isGiven(key) else { return nil }
        return try count(key, in: 0...CountParsing.most)
    }

    /// A number, or nil where it is absent.
    func optionalNumber(_ key: String) throws(ScenarioError) -> Double? {
        isGiven(key) ? try number(key) : nil
    }

    /// true or false, or a default where it is absent.
    func flag(_ key: String, default value: Bool) throws(ScenarioError) -> Bool {
        isGiven(key) ? try flag(key) : value
    }

    /// A word that names a case, or a default where it is absent.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, default value: Value
    ) throws(ScenarioError) -> Value where Value.RawValue == String {
        guard isGiven(key), let text = word(key) else { return value }
        guard let choice = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue)
            throw error(
                key,
                "is \(Shown.value(text)); one of \(known.joined(separator: ", ")) is needed"
                    + Suggestion.phrase(for: text, among: known))
        }
        return choice
    }
}
