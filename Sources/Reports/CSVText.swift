/// Comma-separated text as RFC 4180 has it, with `\n` between lines.
public enum CSVText {
    /// One line of cells, quoted where a cell needs it.
    /// - Parameter cells: any text.
    /// - Returns: the line without its newline.
    public static func line(_ cells: some Sequence<String>) -> String {
        cells.map(quoted).joined(separator: ",")
    }

    /// The header line of a record.
    /// - Parameter fields: the record.
    /// - Returns: the line without its newline.
    public static func header(_ fields: [Field]) -> String { line(fields.map(\.name)) }

    /// The line of a record.
    /// - Parameter fields: the record.
    /// - Returns: the line without its newline.
    public static func row(_ fields: [Field]) -> String { line(fields.map(\.value.cell)) }

    /// Sections of records whose first field is their name, one number a row: `section,name,quantity,value`.
    static func sections(_ sections: [(name: String, rows: [[Field]])]) -> String {
        var lines = [line(["section", "name", "quantity", "value"])]
        for section in sections {
            for row in section.rows {
                guard let name = row.first else { continue }
                for field in row.dropFirst() {
                    lines.append(line([section.name, name.value.cell, field.name, field.value.cell]))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
