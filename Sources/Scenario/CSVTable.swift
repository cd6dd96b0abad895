import SwiftCSV

/// A comma-separated table with a header.
public struct CSVTable: Sendable {
    /// Column names in order.
    public let header: [String]
    /// Cells of each row, as many as there are columns; a row of another length is kept as it is.
    public let rows: [[String]]

    /// Reads a table.
    /// - Parameters:
    ///   - text: RFC 4180 text whose first line names the columns.
    ///   - place: file name for messages.
    /// - Throws: ``ScenarioError`` when there is no header, a name occurs twice, or quotes do not match.
    public init(text: String, place: String) throws(ScenarioError) {
        let lines = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard lines.contains(where: { !$0.isWhitespace }) else {
            throw ScenarioError(place: place, reason: "is empty; a header line is needed")
        }
        let table: CSV<Enumerated>
        do {
            table = try CSV<Enumerated>(string: lines, delimiter: .comma, loadColumns: false)
        } catch {
            throw ScenarioError(place: place, reason: "is not comma-separated text: a quote is not closed")
        }
        header = table.header.map { $0.trimmingSpaces }
        rows = table.rows.filter { $0 != [""] }
        var seen: Set<String> = []
        for name in header where !seen.insert(name).inserted {
            throw ScenarioError(place: place, line: 1, reason: "the column '\(name)' is there twice")
        }
    }
}

extension String {
    /// The text without spaces at its ends.
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
