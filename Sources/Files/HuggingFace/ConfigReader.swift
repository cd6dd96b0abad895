/// Takes values of a `config.json` by the first of several names that is given.
struct ConfigReader {
    let reader: FieldReader
    /// Put before every key: empty, or `text_config.`.
    let prefix: String
    /// What was asked for so far.
    let asked = AskedKeys()

    private func given(_ keys: [String]) -> String? {
        asked.add(keys)
        return keys.map { prefix + $0 }.first { reader.isGiven($0) }
    }

    /// The text of the first key that is given.
    func word(_ keys: [String]) -> String? { given(keys).flatMap { reader.word($0) } }

    /// A whole number of at least 1.
    func count(_ keys: [String]) throws(ScenarioError) -> Int {
        guard let key = given(keys) else {
            throw ScenarioError(
                place: reader.document.place,
                reason: (keys.map { prefix + $0 }.joined(separator: " or ")) + " is missing")
        }
        return try reader.count(key)
    }

    /// A whole number of at least 1, or a default.
    func count(_ keys: [String], default value: Int?) throws(ScenarioError) -> Int? {
        guard let key = given(keys) else { return value }
        return try reader.count(key)
    }

    /// A whole number of at least 0, or nil.
    func whole(_ keys: [String]) throws(ScenarioError) -> Int? {
        guard let key = given(keys) else { return nil }
        return try reader.optionalWhole(key)
    }

    /// A number, or nil; what is no number of its own, such as `null`, is none.
    func number(_ keys: [String]) throws(ScenarioError) -> Double? {
        guard let key = given(keys), let word = reader.word(key), Double(word) != nil else { return nil }
        return try reader.optionalNumber(key)
    }

    /// true or false, or nil.
    func flag(_ key: String) throws(ScenarioError) -> Bool? {
        guard let key = given([key]) else { return nil }
        return try reader.flag(key)
    }

    /// Items of a list.
    func items(of list: String) -> [String] {
        asked.add([list])
        return (0..<reader.document.count(of: prefix + list)).compactMap {
            reader.word("\(prefix)\(list).\($0)")
        }
    }
}

/// The keys that were asked for while one configuration is read.
final class AskedKeys {
    private(set) var names: Set<String> = []

    func add(_ keys: [String]) { names.formUnion(keys) }
}
