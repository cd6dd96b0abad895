import Training

/// A value of a configuration file.
indirect enum ConfigurationValue {
    case number(Int)
    case real(Double)
    case text(String)
    case flag(Presence)
    case list([ConfigurationValue])
    case group([(String, ConfigurationValue)])
    /// None, in place of one that stands elsewhere.
    case null

    /// Whether it is a group of nothing.
    var isEmptyGroup: Bool {
        if case .group(let members) = self { return members.isEmpty }
        return false
    }
}

/// Configuration files as text, in the order given.
enum ConfigurationText {
    /// JSON, indented by two blanks.
    static func json(_ members: [(String, ConfigurationValue)], depth: Int = 0) -> String {
        let indent = String(repeating: "  ", count: depth + 1)
        let lines = members.map { indent + "\"\($0.0)\": " + json($0.1, depth: depth + 1) }
        let end = String(repeating: "  ", count: depth) + "}"
        return "{\n" + lines.joined(separator: ",\n") + "\n" + end
    }

    private static func json(_ value: ConfigurationValue, depth: Int) -> String {
        if case .group(let members) = value { return json(members, depth: depth) }
        return scalar(value)
    }

    /// YAML, nested by two blanks.
    static func yaml(_ members: [(String, ConfigurationValue)], depth: Int = 0) -> String {
        let indent = String(repeating: "  ", count: depth)
        return members.map { name, value in
            if case .group(let inner) = value { return "\(indent)\(name):\n" + yaml(inner, depth: depth + 1) }
            return "\(indent)\(name): \(scalar(value))\n"
        }.joined()
    }

    /// A number with a point, so that YAML 1.1 takes it for one: 1.0e-05, not 1e-05.
    private static func real(_ number: Double) -> String {
        let text = "\(number)"
        guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// A text between double quotes, less zero bytes, with escapes that JSON and YAML share: whatever it holds, it stays a text.
    ///
    /// Source: RFC 8259, section 7; YAML 1.2.2, section 5.7.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars where scalar.value != 0 {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _
            where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                || (0x2028...0x2029).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Numbers, words, flags and lists read alike in both.
    private static func scalar(_ value: ConfigurationValue) -> String {
        switch value {
        case .number(let number): "\(number)"
        case .real(let number): real(number)
        case .text(let text): quoted(text)
        case .flag(let presence): presence == .present ? "true" : "false"
        case .list(let items): "[" + items.map { scalar($0) }.joined(separator: ", ") + "]"
        case .group(let members): json(members)
        case .null: "null"
        }
    }
}
