/// Files that come with the program, by the `name:` on their first line.
struct EmbeddedCatalogue: Sendable {
    private let texts: [String: String]
    /// Other names of the same entries.
    private let aliases: [String: String]
    /// The option that takes a name, and the command that lists them all.
    private let option: String
    private let listing: String

    init(_ files: [[UInt8]], aliases: [String: String], option: String, listing: String) {
        texts = Dictionary(
            files.map { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                let firstLine = text.prefix { !$0.isNewline }
                return (firstLine.dropFirst("name: ".count).description, text)
            }, uniquingKeysWith: { first, _ in first })
        self.aliases = aliases
        self.option = option
        self.listing = listing
    }

    /// Names of all entries, sorted.
    var names: [String] { texts.keys.sorted() }

    /// The file of an entry.
    /// - Parameter name: its name or another one that is known.
    /// - Returns: the entry's own name and its text.
    /// - Throws: ``ScenarioError`` with the nearest name when there is no such entry.
    func file(_ name: String) throws(ScenarioError) -> (name: String, text: String) {
        let own = aliases[name] ?? name
        guard let text = texts[own] else {
            throw ScenarioError(
                place: "\(option) \(own)",
                reason: "is neither a file nor a catalogue name" + Suggestion.phrase(for: own, among: names)
                    + "; '\(listing)' names them all")
        }
        return (own, text)
    }
}
