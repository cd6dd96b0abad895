import Foundation

/// One named value of a record: a column of a CSV row, a member of a JSON object.
public struct Field: Hashable, Sendable {
    /// Column name; the unit stands in it where it is not evident.
    public let name: String
    /// Value in SI base units at full precision.
    public let value: Value

    /// Makes a field.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// What a field can hold.
    public enum Value: Hashable, Sendable {
        /// A real number.
        case number(Double)
        /// A whole number.
        case integer(Int)
        /// Words.
        case text(String)
        /// Yes or no: 1 or 0 in CSV.
        case flag(Bool)
        /// Nothing: an empty cell, null in JSON.
        case missing

        /// The value as a CSV cell, before quoting.
        public var cell: String {
            switch self {
            case .number(let number): Self.text(of: number)
            case .integer(let integer): String(integer)
            case .text(let text): text
            case .flag(let flag): flag ? "1" : "0"
            case .missing: ""
            }
        }

        /// The shortest digits that read back to the same double; whole numbers below 2^53 without a point.
        private static func text(of number: Double) -> String {
            if number.isFinite, number == number.rounded(), abs(number) < 9_007_199_254_740_992 {
                return String(Int(number))
            }
            return "\(number)"
        }

        /// The value as JSON; infinities and NaN, which JSON lacks, become words.
        public var json: JSONValue {
            switch self {
            case .number(let number): .number(number)
            case .integer(let integer): .integer(integer)
            case .text(let text): .text(text)
            case .flag(let flag): .flag(flag)
            case .missing: .null
            }
        }
    }
}

extension [Field] {
    /// The fields as a JSON object.
    public var json: JSONValue {
        .object(Dictionary(map { ($0.name, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
    }
}
