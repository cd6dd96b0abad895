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

    /// An entry's own name.
    /// - Parameter name: its name or another one that is known, in any case of letters; spaces and underscores
    ///   count as hyphens.
    /// - Returns: the name in ``names``, or nil when there is no such entry.
    func ownName(of name: String) -> String? {
        let spelled = Self.spelled(name)
        let own = aliases[spelled] ?? spelled
        return texts[own] == nil ? nil : own
    }

    /// Other names that are known for an entry, sorted.
    func aliases(of name: String) -> [String] {
        aliases.filter { $0.value == name }.map(\.key).sorted()
    }

    /// The file of an entry.
    /// - Parameter name: its name or another one that is known, as ``ownName(of:)`` takes it.
    /// - Returns: the entry's own name and its text.
    /// - Throws: ``ScenarioError`` with the entries that a short name may stand for, or with the nearest name,
    ///   when there is no such entry.
    func file(_ name: String) throws(ScenarioError) -> (name: String, text: String) {
        guard let own = ownName(of: name), let text = texts[own] else {
            throw ScenarioError(
                place: "\(option) \(name)", reason: "\(refusal(of: name)); '\(listing)' names them all")
        }
        return (own, text)
    }

    /// Names that are listed in a message before it says how many more there are.
    private static let mostListed = 8

    /// What is wrong with a name, and which ones were probably meant.
    private func refusal(of name: String) -> String {
        let spelled = Self.spelled(name)
        let longer = spelled.isEmpty ? [] : names.filter { $0.hasPrefix(spelled) }
        switch longer.count {
        case 0:
            let known = names + aliases.keys
            return "is neither a file nor a catalogue name" + Suggestion.phrase(for: spelled, among: known)
        case 1: return "is neither a file nor a catalogue name, did you mean '\(longer[0])'?"
        default:
            let listed = longer.prefix(Self.mostListed).joined(separator: ", ")
            let more = longer.count - Self.mostListed
            return "may be short for \(listed)" + (more > 0 ? " and \(more) more" : "")
        }
    }

    /// A name as catalogue names are written.
    private static func spelled(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " || $0 == "_" ? "-" : $0 })
    }
}
