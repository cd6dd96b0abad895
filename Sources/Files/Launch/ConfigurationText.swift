import Training

/// A value of a configuration file.
indirect enum ConfigurationValue {
    case number(Int)
    case text(String)
    case flag(Presence)
    case list([ConfigurationValue])
    case group([(String, ConfigurationValue)])
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

    /// TOML: one table a group.
    static func toml(_ tables: [(String, [(String, ConfigurationValue)])]) -> String {
        tables.map { name, members in
            "[\(name)]\n" + members.map { "\($0.0) = \(scalar($0.1))\n" }.joined()
        }.joined(separator: "\n")
    }

    /// Numbers, words, flags and lists read alike in all three.
    private static func scalar(_ value: ConfigurationValue) -> String {
        switch value {
        case .number(let number): "\(number)"
        case .text(let text): "\"\(text)\""
        case .flag(let presence): presence == .present ? "true" : "false"
        case .list(let items): "[" + items.map { scalar($0) }.joined(separator: ", ") + "]"
        case .group(let members): json(members)
        }
    }
}
