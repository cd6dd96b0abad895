import Quantities

/// Takes typed values out of a flat document.
struct FieldReader {
    let document: FlatDocument

    init(document: FlatDocument) { self.document = document }

    func has(_ key: String) -> Bool { document.text(key) != nil }

    func hasAny(under prefix: String) -> Bool { document.order.contains { $0.hasPrefix(prefix + ".") } }

    /// An error about a key: its line, its name and the end of the sentence.
    func error(_ key: String, _ reason: String) -> ScenarioError {
        ScenarioError(place: document.place, line: document.line(key), reason: "\(key) \(reason)")
    }

    /// A word, or nil where the key is absent.
    func word(_ key: String) -> String? { document.text(key) }

    /// A word that must be there.
    func required(_ key: String) throws(ScenarioError) -> String {
        guard let text = word(key), !text.isEmpty else { throw error(key, "is missing") }
        return text
    }

    /// A pure number.
    func number(_ key: String) throws(ScenarioError) -> Double {
        let text = try required(key)
        do { return try CountParsing.number(text) } catch { throw self.error(key, "\(error)") }
    }

    /// A whole number in a range.
    func count(
        _ key: String, in range: ClosedRange<Int> = 1...CountParsing.most
    ) throws(ScenarioError) -> Int {
        let text = try required(key)
        do { return try CountParsing.count(text, in: range) } catch { throw self.error(key, "\(error)") }
    }

    /// true or false.
    func flag(_ key: String) throws(ScenarioError) -> Bool {
        let text = try required(key)
        switch text.lowercased() {
        case "true", "yes": return true
        case "false", "no": return false
        default: throw error(key, "is \(Shown.value(text)); true or false is needed")
        }
    }

    /// A quantity with its unit.
    func quantity<Dimension>(_ key: String) throws(ScenarioError) -> Quantity<Dimension> {
        let text = try required(key)
        do { return try Quantity<Dimension>(parsing: text) } catch { throw self.error(key, "\(error)") }
    }

    /// All quantities of a mapping, by their names in it.
    func quantities<Dimension>(
        under prefix: String
    ) throws(ScenarioError) -> [String: Quantity<Dimension>] {
        var values: [String: Quantity<Dimension>] = [:]
        for key in document.order where key.hasPrefix(prefix + ".") {
            values[String(key.dropFirst(prefix.count + 1))] = try quantity(key)
        }
        return values
    }

    /// Fails on the first key of the document that such files do not have.
    /// - Parameters:
    ///   - known: key paths with `N` for the index of a list item; one that ends in `.*` takes any last word.
    ///   - files: what the files are called in the message.
    /// - Throws: ``ScenarioError`` naming the key and the nearest known one.
    func rejectUnknown(known: [String], of files: String) throws(ScenarioError) {
        for key in document.order {
            let pattern = document.pattern(key)
            let isKnown = known.contains { name in
                name == pattern || (name.hasSuffix(".*") && pattern.hasPrefix(name.dropLast()))
            }
            guard isKnown else {
                throw error(key, "is not a key of \(files)" + Suggestion.phrase(for: pattern, among: known))
            }
        }
    }
}
