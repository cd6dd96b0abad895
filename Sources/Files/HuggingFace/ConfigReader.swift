/// Takes values of a `config.json` by the first of several names that is given.
struct ConfigReader {
    /// The file, with what a class of the `transformers` library takes for keys that are not there.
    private(set) var reader: FieldReader
    /// The file as it is.
    let original: FieldReader
    /// Put before every key: empty, or `text_config.`.
    let prefix: String
    /// What was asked for so far.
    let asked = AskedKeys()

    init(reader: FieldReader, prefix: String) {
        self.reader = reader
        original = reader
        self.prefix = prefix
    }

    /// The reader with values for keys that the file does not have.
    /// - Parameter defaults: texts by key.
    /// - Returns: a reader of the same file.
    func filled(_ defaults: [String: String]) -> ConfigReader {
        var filled = self
        var document = reader.document
        for (key, text) in defaults where document.text(prefix + key) == nil {
            document.set(prefix + key, to: text)
        }
        filled.reader = FieldReader(document: document)
        return filled
    }

    private func given(_ keys: [String]) -> String? {
        asked.add(keys)
        guard let key = keys.first(where: { reader.isGiven(prefix + $0) }) else { return nil }
        if !original.isGiven(prefix + key) { asked.takeDefault(of: key) }
        return prefix + key
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

    /// Items of a list of one for each layer; nil where there is none.
    func items(of list: String, layers: Int) throws(ScenarioError) -> [String]? {
        let items = items(of: list)
        guard !items.isEmpty else { return nil }
        guard items.count == layers else {
            throw error(list, "has \(items.count) items for \(layers) layers; one for each is needed")
        }
        return items
    }

    /// An error about a key.
    func error(_ key: String, _ reason: String) -> ScenarioError { reader.error(prefix + key, reason) }
}

/// The keys that were asked for while one configuration is read.
final class AskedKeys {
    private(set) var names: Set<String> = []
    /// Keys that are not in the file, whose values are those of a class.
    private(set) var defaults: Set<String> = []

    func add(_ keys: [String]) { names.formUnion(keys) }

    func takeDefault(of key: String) { defaults.insert(key) }
}
