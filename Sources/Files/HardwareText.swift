import Foundation

/// Writing hardware files.
public enum HardwareText {
    /// The file of an entry with some values replaced or added.
    ///
    /// Reading it again gives the entry with those values; comments and the layout of the first file are lost.
    /// - Parameters:
    ///   - entry: as read.
    ///   - values: key paths with the texts to put there.
    ///   - provenance: where those values come from; their keys leave the blocks they were in.
    /// - Returns: YAML with a final newline.
    public static func yaml(
        of entry: HardwareEntry, replacing values: [(key: String, text: String)], provenance: Provenance
    ) -> String {
        let root = Node()
        for field in entry.fields { root.set(field.key.split(separator: ".").map(String.init), field.text) }
        for value in values { root.set(value.key.split(separator: ".").map(String.init), value.text) }
        var lines: [String] = []
        root.write(into: &lines, indent: "")
        let replaced = Set(values.map(\.key))
        let kept = entry.provenance.compactMap { block -> Provenance? in
            let keys = block.keys.filter { !replaced.contains($0) }
            return keys.isEmpty ? nil : Provenance(keys: keys, kind: block.kind, source: block.source)
        }
        lines.append("provenance:")
        for block in [provenance] + kept {
            lines.append("  - keys: [\(block.keys.joined(separator: ", "))]")
            lines.append("    kind: \(block.kind.rawValue)")
            lines.append("    source: \(quoted(block.source))")
        }
        if !entry.notes.isEmpty { lines.append("notes: \(quoted(entry.notes))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How a number is written.
    public enum Unit: Hashable, Sendable {
        /// As it is.
        case plain
        /// Seconds, as microseconds with their unit.
        case microseconds
    }

    /// A number with four digits and its unit, as hardware files have it.
    public static func text(of number: Double, in unit: Unit) -> String {
        switch unit {
        case .plain: String(format: "%.4g", number)
        case .microseconds: String(format: "%.4g us", number * 1e6)
        }
    }

    /// A scalar as it must be written to be read as the same text.
    fileprivate static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.first?.isWhitespace == false && text.last?.isWhitespace == false
            && text.allSatisfy { $0.isLetter || $0.isNumber || " ./_+()".contains($0) || $0 == "-" }
            && text.first != "-"
        guard !isPlain else { return text }
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }

    /// A mapping, a list or a scalar, in the order of writing.
    private final class Node {
        var text: String?
        var order: [String] = []
        var members: [String: Node] = [:]

        func set(_ path: [String], _ text: String) {
            guard let first = path.first else {
                self.text = text
                return
            }
            if members[first] == nil {
                // The network comes after what describes the accelerator.
                if let network = order.firstIndex(of: "network"), first == "calibration" {
                    order.insert(first, at: network)
                } else {
                    order.append(first)
                }
                members[first] = Node()
            }
            members[first]?.set(Array(path.dropFirst()), text)
        }

        func write(into lines: inout [String], indent: String) {
            for key in order {
                guard let node = members[key] else { continue }
                if let text = node.text {
                    lines.append("\(indent)\(key): \(HardwareText.quoted(text))")
                } else if node.order.allSatisfy({ Int($0) != nil }) {
                    lines.append("\(indent)\(key):")
                    for item in node.order { node.members[item]?.writeItem(into: &lines, indent: indent) }
                } else {
                    lines.append("\(indent)\(key):")
                    node.write(into: &lines, indent: indent + "  ")
                }
            }
        }

        private func writeItem(into lines: inout [String], indent: String) {
            if let text {
                lines.append("\(indent)  - \(HardwareText.quoted(text))")
                return
            }
            var inner: [String] = []
            write(into: &inner, indent: indent + "    ")
            if let first = inner.first {
                lines.append("\(indent)  - " + first.dropFirst(indent.count + 4))
                lines += inner.dropFirst()
            }
        }
    }
}
