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

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
