import Quantities

/// One decision of a layout under its names, with how it is read, in which range, and how it is written.
///
/// The only table of them: options that fix decisions, layouts that are written down, tables of steps and
/// reports all read and write through it.
public struct LayoutField: Sendable {
    /// Its name in tables and JSON.
    public let name: String
    /// Other names that are read.
    public let aliases: [String]
    /// What is accepted, in words.
    public let accepted: String
    private let reader: @Sendable (String, inout TrainingLayout) -> Bool
    private let writer: @Sendable (TrainingLayout) -> Value

    /// A value as it is written.
    public enum Value: Hashable, Sendable {
        /// A whole number.
        case count(Int)
        /// Anything else.
        case word(String)
        /// Nothing: the layout has none, or what is usual.
        case absent
    }

    /// Most ranks of any degree, and most sequences: 2^24.
    public static let most = 1 << 24
    /// Most chunks or layers of anything, as many as a model may have.
    static let mostLayers = 100_000

    /// Reads a value.
    /// - Parameters:
    ///   - text: as tables and options have it.
    ///   - layout: gets the value; what else depends on it is left as it is.
    /// - Throws: ``LayoutFieldError`` naming field, text and what is accepted.
    public func read(_ text: String, into layout: inout TrainingLayout) throws(LayoutFieldError) {
        guard reader(text, &layout) else {
            throw LayoutFieldError("\(name) is \(Shown.value(text)); \(accepted) is accepted")
        }
    }

    /// The value of a layout.
    public func value(in layout: TrainingLayout) -> Value { writer(layout) }

    /// Whether a word names the field; `-` and `_` are alike.
    public func isNamed(_ word: String) -> Bool {
        let word = Self.normalized(word)
        return name == word || aliases.contains(word)
    }

    /// A word as names are compared: in small letters, `-` as `_`.
    public static func normalized(_ word: String) -> String {
        String(word.lowercased().map { $0 == "-" ? "_" : $0 })
    }

    /// The field that a word names; nil for none.
    public static func named(_ word: String) -> LayoutField? { all.first { $0.isNamed(word) } }

    /// The name of the field that a word names; the word itself where it names none.
    public static func canonical(_ word: String) -> String { named(word)?.name ?? word }

    // MARK: Kinds of fields

    init(
        _ name: String, aliases: [String] = [], accepted: String,
        read: @escaping @Sendable (String, inout TrainingLayout) -> Bool,
        write: @escaping @Sendable (TrainingLayout) -> Value
    ) {
        self.name = name
        self.aliases = aliases
        self.accepted = accepted
        reader = read
        writer = write
    }

    /// A whole number in a range.
    static func count(
        _ name: String, aliases: [String] = [], _ path: WritableKeyPath<TrainingLayout, Int> & Sendable,
        most: Int = Self.most
    ) -> LayoutField {
        LayoutField(name, aliases: aliases, accepted: "a whole number from 1 to \(most)") { text, layout in
            guard let count = whole(text, in: 1...most) else { return false }
            layout[keyPath: path] = count
            return true
        } write: {
            .count($0[keyPath: path])
        }
    }

    /// One word of an enumeration.
    static func choice<Choice: CaseIterable & RawRepresentable>(
        _ name: String, aliases: [String] = [], _ path: WritableKeyPath<TrainingLayout, Choice> & Sendable
    ) -> LayoutField where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return LayoutField(name, aliases: aliases, accepted: "one of \(known)") { text, layout in
            guard let choice = Choice(rawValue: text) else { return false }
            layout[keyPath: path] = choice
            return true
        } write: {
            .word($0[keyPath: path].rawValue)
        }
    }

    /// A whole number, also written with a suffix or as a number without a fraction.
    static func whole(_ text: String, in range: ClosedRange<Int>) -> Int? {
        try? CountParsing.count(text, in: range)
    }
}

/// Why a field of a layout cannot be read.
public struct LayoutFieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which field, which value, what is accepted.
    public let description: String

    /// Makes an error from its one line.
    public init(_ description: String) { self.description = description }
}
