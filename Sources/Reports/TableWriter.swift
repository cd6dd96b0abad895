/// How a table of a report is written.
public enum TableStyle: Hashable, Sendable {
    /// Padded columns, for terminals.
    case plain
    /// Markdown, for documents.
    case markdown
}

/// A table with a title in either style; the first columns are words, the others numbers.
struct ReportTable {
    let title: String
    let columns: [String]
    /// Leading columns that are words.
    let words: Int
    var rows: [[String]] = []

    func text(_ style: TableStyle) -> String {
        switch style {
        case .plain:
            var table = TextTable(
                columns.enumerated().map { ($0.element, $0.offset < words ? .left : .right) })
            for row in rows { table.add(row) }
            return "\(title)\n\(table.text)\n"
        case .markdown:
            let rule = columns.indices.map { $0 < words ? "---" : "---:" }
            let lines = ([columns, rule] + rows).map { row in
                "| " + row.map { $0.isEmpty ? " " : $0 }.joined(separator: " | ") + " |"
            }
            return "**\(title)**\n\n" + lines.joined(separator: "\n") + "\n"
        }
    }
}
