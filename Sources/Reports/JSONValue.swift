import Foundation

/// A JSON document as a value.
public indirect enum JSONValue: Hashable, Sendable, Encodable {
    /// Members by name; written in the order of the names.
    case object([String: JSONValue])
    /// Items in order.
    case array([JSONValue])
    /// Words.
    case text(String)
    /// A real number; infinities and NaN are written as the words `infinite`, `-infinite`, `nan`.
    case number(Double)
    /// A whole number.
    case integer(Int)
    /// true or false.
    case flag(Bool)
    /// null.
    case null

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Writes the value.
    /// - Parameter encoder: where to.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: Key.self)
            for (name, value) in members { try container.encode(value, forKey: Key(stringValue: name)) }
        case .array(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .text(let text): try Self.single(text, encoder)
        case .number(let number):
            if number.isFinite {
                try Self.single(number, encoder)
            } else {
                try Self.single(number.isNaN ? "nan" : number > 0 ? "infinite" : "-infinite", encoder)
            }
        case .integer(let integer): try Self.single(integer, encoder)
        case .flag(let flag): try Self.single(flag, encoder)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        }
    }

    private static func single(_ value: some Encodable, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    /// The document as text with sorted names.
    /// - Parameter layout: indented over several lines, or on one.
    /// - Returns: UTF-8 text without a final newline.
    public func text(_ layout: Layout = .indented) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if layout == .indented { encoder.outputFormatting.insert(.prettyPrinted) }
        // Every case writes exactly one value, so encoding cannot fail.
        let data = (try? encoder.encode(self)) ?? Data("null".utf8)
        return String(decoding: data, as: UTF8.self)
    }

    /// How a document is laid out.
    public enum Layout: Hashable, Sendable {
        /// Several indented lines.
        case indented
        /// One line.
        case line
    }
}

/// A short digest that tells whether two sets of inputs are the same.
public enum Digest {
    /// FNV-1a, 64 bits, over UTF-8; not for secrets.
    ///
    /// Source: Fowler, Noll, Vo, IETF draft-eastlake-fnv.
    /// - Parameter text: any.
    /// - Returns: `fnv1a64:` and sixteen hexadecimal digits.
    public static func of(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "fnv1a64:" + String(repeating: "0", count: hash.leadingZeroBitCount / 4)
            + String(hash, radix: 16)
    }
}
