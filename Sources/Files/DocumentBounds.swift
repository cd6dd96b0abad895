/// What a YAML or JSON file may hold, checked before and while it is taken apart.
///
/// Files of this program have some hundred values. The bounds leave a thousand times that, and keep a short
/// text from standing for a long one: an alias that names a list of aliases multiplies with each level.
enum DocumentBounds {
    /// Values, lists and mappings, each counted as often as an alias repeats it.
    static let mostNodes = 100_000
    /// Lists and mappings inside one another.
    static let mostDepth = 16
    /// Uses of an anchor.
    ///
    /// Thirty-two of them, on levels of three, stand for at most 3^11 copies.
    static let mostAliases = 32
    /// Characters of a document.
    static let mostBytes = TextFile.Kind.document.mostBytes

    /// Checks what can be told from the text alone.
    static func check(_ text: String, place: String) throws(ScenarioError) {
        guard text.utf8.count <= mostBytes else {
            throw ScenarioError(
                place: place, reason: "is longer than the \(mostBytes >> 20) MiB that are read of such a file"
            )
        }
        guard aliases(in: text) <= mostAliases else {
            throw ScenarioError(
                place: place,
                reason: "has more than \(mostAliases) aliases ('*name'); write the values themselves")
        }
    }

    /// Places where an alias can stand: a star at the start of a word.
    ///
    /// A few in running text do no harm.
    private static func aliases(in text: String) -> Int {
        var count = 0
        var before = UInt8(ascii: "\n")
        var isAfterStar = false
        for byte in text.utf8 {
            if isAfterStar, byte > 0x20, byte != UInt8(ascii: "*") { count += 1 }
            isAfterStar = byte == UInt8(ascii: "*") && !isPartOfWord(before)
            before = byte
        }
        return count
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "*"), 0x80...:
            true
        default: false
        }
    }
}
